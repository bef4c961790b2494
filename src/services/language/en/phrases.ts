import type { CallerRefusal, MissingField, NextWish, Phrases, SpokenDays, StandingBooking } from '../../voice/phrases';
import {
  capitalised,
  chosen,
  closed,
  ifNamed,
  listed,
  spelledAddress,
  spelledGroups,
  SPOKEN_CHOICES,
  spokenName,
  spokenNames,
  spokenPrice,
  spokenServices,
  spokenWords,
} from '../speaker/wording';
import { englishNumber } from './numbers';

const WEEKDAY = /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)/i;

/** "on Friday, November 27th", but "tomorrow at half past two" */
const on = (spoken: string): string => (WEEKDAY.test(spoken) ? `on ${spoken}` : spoken);
const bare = (spoken: string): string => spoken.replace(/^on /i, '');
const at = (time: string): string => (/^(?:at|around|from) /.test(time) ? time : `at ${time}`);
const forName = (name: string): string => ifNamed(' for ', name);
const underName = (name: string): string => ifNamed(', under the name ', name);
const standingSaid = ({ service, start, name, isSettled }: StandingBooking): string =>
  isSettled
    ? `There already is an appointment${forName(service)} ${on(start.instant)}${underName(name)}`
    : `An appointment${forName(service)} ${on(start.instant)}${underName(name)} has already been asked for`;
const offered = (alternatives: readonly string[]): string => chosen(alternatives.map(on), 'or');

const hours = (count: number): string => (count === 1 ? 'one hour' : `${count} hours`);
const minutesSaid = (count: number): string => (count === 1 ? 'one minute' : `${count} minutes`);

function notice(minutes: number): string {
  const whole = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (whole === 0) return minutesSaid(rest);
  return rest === 0 ? hours(whole) : `${hours(whole)} and ${minutesSaid(rest)}`;
}

/** "On Friday, November 27th, we are closed" */
const closedOn = ({ first, last }: SpokenDays): string =>
  `${last === null ? capitalised(closed(on(first))) : `From ${closed(first)} to ${closed(last)}`} we are closed`;

/** What is offered instead, as a question; a callback when there is nothing. */
function instead(alternatives: readonly string[]): string {
  if (alternatives.length === 0) return CALLBACK;
  if (alternatives.length === 1) return `The alternative I have is ${offered(alternatives)}, would that suit you?`;
  return `Would one of these alternatives suit you: ${offered(alternatives)}?`;
}

const either = (names: readonly string[]): string => listed(spokenNames(names), 'or');
const following = (later: readonly string[][]): string => listed(later.slice(0, SPOKEN_CHOICES).map(either), 'and');
const inTurn = (first: string, later: readonly string[][]): string =>
  `I book each service separately, first ${spokenName(first)}, then ${following(later)}`;
const wishSaid = ({ services, forNextPerson }: NextWish): string =>
  `${either(services) || 'the appointment'}${forNextPerson ? ' for the next person' : ''}`;
/** "zero one five one, one two three" */
const groupsSaid = (groups: readonly string[]): string => spelledGroups(groups, englishNumber, 'plus');
const SIGNS = { '@': 'at', '.': 'dot', '-': 'dash', _: 'underscore', '+': 'plus' };
const addressSaid = (address: string): string => spelledAddress(address, SIGNS);

const QUESTIONS: Record<MissingField, string> = {
  service_name: 'Which service would you like?',
  desired_date: 'Which day would you like the appointment for?',
  desired_time: 'What time would suit you?',
  customer_name: 'What name shall I put the appointment under?',
  new_date: 'Which day would you like to move the appointment to?',
  new_time: 'What time would suit you for the new appointment?',
  reason: 'What is the callback about?',
  phone_number: 'Which phone number can we reach you on?',
  date: 'Which day do you mean?',
  reservation_uid: 'Which held appointment should I release?',
  consent: 'May this call be recorded, yes or no?',
};

const CALLBACK = 'May I note down a callback for you?';

/** Answers to what Cal.com or the rules of the appointment refuse. */
const REFUSED_WITH: Record<CallerRefusal, string> = {
  limit_reached: `You already have as many appointments as can be made at once. ${CALLBACK}`,
  already_cancelled: 'That appointment has already been cancelled. Would you like to make a new one?',
  not_changeable: `I am afraid this appointment can no longer be changed by phone. ${CALLBACK}`,
  invalid_phone: 'The calendar does not accept that phone number. Is there another number we can reach you on?',
  invalid_email: 'The calendar does not accept that email address. Could you tell me the address once more, please?',
  missing_fields:
    'One detail is still missing for this appointment. What is your full name, and which number can we reach you on?',
  changed_repeat: 'I have just heard that with other details. What exactly would you like now?',
  superseded:
    'That was already done, and the appointment was changed afterwards. Shall I look up what stands for you now?',
};

export const ENGLISH: Phrases = {
  language: 'en',

  available(service, start, stale) {
    const when = on(start.instant);
    return stale
      ? `As far as I last heard, an appointment${forName(service)} is free ${when}. Shall I try to book it for you?`
      : `Yes, an appointment${forName(service)} is free ${when}. Shall I book it for you?`;
  },
  unavailable: (start, alternatives) =>
    alternatives.length === 0
      ? `Unfortunately nothing is free ${on(start.instant)}, and I have no alternatives. ${CALLBACK}`
      : `Unfortunately ${on(start.instant)} is not free. ${instead(alternatives)}`,
  freeTimes(_service, date, times, more) {
    const choices = listed(times.slice(0, SPOKEN_CHOICES).map(at), 'or');
    const among = more ? 'for example ' : '';
    return `${capitalised(closed(on(date)))} I have something free ${among}${choices}. What time would suit you?`;
  },
  dayFull: (date, alternatives) =>
    alternatives.length === 0
      ? `Unfortunately I have no free appointments ${closed(on(date))} and no alternatives. ${CALLBACK}`
      : `Unfortunately nothing is free ${on(date)}. ${instead(alternatives)}`,
  closedThen(days, alternatives, staysBooked = false) {
    const stays = staysBooked ? ', your present appointment stays as it is' : '';
    return `${closedOn(days)}${stays}. ${instead(alternatives.slice(0, 2))}`;
  },
  found: (service, alternatives) =>
    `As alternatives${forName(service)} I have ${offered(alternatives)}. What would suit you?`,
  nextAvailable: (service, spoken) =>
    `The next free appointment${forName(service)} is ${on(spoken)}. Would that suit you?`,
  noneFound: (service) =>
    `Unfortunately I have no free appointments${forName(service)} in the near future. ${CALLBACK}`,

  booked: (service, start, name, goesOn = false) =>
    `Your appointment${forName(service)} is booked: ${on(start.instant)}${underName(name)}.${goesOn ? '' : ' Thank you!'}`,
  bookedFirst: (service, start, name, next) =>
    `Your appointment${forName(service)} is booked: ${on(start.instant)}${underName(name)}. Now for ${wishSaid(next)}: which day and time would suit you?`,
  bookedAlready: (service, start, name) =>
    `The appointment${forName(service)} is already booked: ${on(start.instant)}${underName(name)}.`,
  otherPersonSameTime: (standing, name) =>
    `${standingSaid(standing)}. Shall I make another one${forName(name)} at the same time?`,
  bookedInCall: (standing, start) =>
    `${standingSaid(standing)}. Shall I move it to ${bare(start.instant)} or make a second one?`,
  slotTaken: (start, alternatives) =>
    alternatives.length === 0
      ? `Unfortunately the appointment ${on(start.instant)} has just been taken, and I have no alternatives. ${CALLBACK}`
      : `Unfortunately the appointment ${on(start.instant)} has just been taken. ${instead(alternatives)}`,
  pending: (service, start) =>
    `I have asked for your appointment${forName(service)} ${on(start.instant)}. It is not confirmed yet, I will check again in a moment.`,
  requested: (service, start) =>
    `I have asked for your appointment${forName(service)} ${on(start.instant)}. It is only certain once we have confirmed it.`,
  moveUnconfirmed: (start) =>
    `Your appointment ${on(start.instant)} has been asked for but is not confirmed yet, so I cannot move it. Shall I withdraw the request and ask for the new time?`,
  confirmDetails(service, start, name) {
    const what = [spokenName(service), on(start.instant)].filter((part) => part !== '').join(', ');
    return `Let me sum up: ${what}${underName(name)}. Shall I book that for you?`;
  },
  reserved: (start, minutes) =>
    `I am holding the appointment ${on(start.instant)} for you for ${minutesSaid(minutes)}. Shall I book it for you?`,
  released: () => 'I have released the appointment I was holding. Is there anything else I can do for you?',

  nothingHeld: () => 'I was not holding an appointment for you. Is there anything else I can do for you?',
  rescheduled: (service, start) =>
    `Your appointment${forName(service)} has been moved. The new one is ${on(start.instant)}.`,
  moveTaken: (start, alternatives) =>
    alternatives.length === 0
      ? `Unfortunately nothing is free ${on(start.instant)}, and I have no alternatives; your present appointment stays as it is. ${CALLBACK}`
      : `Unfortunately ${on(start.instant)} is not free, your present appointment stays as it is. ${instead(alternatives)}`,
  movePending: (start) =>
    `I have asked to move your appointment, the new one would be ${on(start.instant)}. It is not confirmed yet, I will check again in a moment.`,
  cancelled: (service, start) =>
    `Your appointment${forName(service)} ${on(start.instant)} has been cancelled. Would you like to make a new one?`,
  cancelPending: (start) =>
    `I have asked to cancel your appointment ${on(start.instant)}. It is not confirmed yet, I will check again in a moment.`,
  tooLateToCancel: (limit) =>
    `Unfortunately I can only cancel up to ${hours(limit)} before the appointment. ${CALLBACK}`,
  tooLateToMove: (limit) =>
    `Unfortunately I can only move an appointment up to ${hours(limit)} before it starts. ${CALLBACK}`,
  appointmentNotFound: () =>
    'Unfortunately I cannot find such an appointment for your number. Which day and time was it for?',
  otherAppointments(spoken, purpose) {
    const found = offered(spoken);
    const which = spoken.length === 1 ? 'Would you like to' : 'Which one would you like to';
    return `I cannot find that appointment, but I see one ${found}. ${which} ${purpose === 'cancel' ? 'cancel' : 'move'}${spoken.length === 1 ? ' it' : ''}?`;
  },
  ownAppointment: (service, start) =>
    `That is your own appointment: ${on(start.instant)}${forName(service)}. Would you like to change it?`,
  severalAppointments(spoken, purpose) {
    const wish = purpose === 'cancel' ? 'cancel' : 'move';
    return `I see several appointments: ${offered(spoken)}. Which one would you like to ${wish}?`;
  },
  appointments(spoken) {
    const next = spoken.length > 1 ? 'Your next appointments are' : 'Your next appointment is';
    const when = chosen(spoken.map(on), 'and');
    return `${next} ${when}. Is there anything else I can do for you?`;
  },
  noAppointments: () => 'I see no upcoming appointments for you. Would you like to make one?',

  services(names) {
    const { names: spoken, more } = spokenServices(names);
    return `We offer ${more ? 'among others ' : ''}${listed(spoken, 'and')}. What would you like?`;
  },
  serviceInfo(service, minutes, cost, staff) {
    const price = cost === null ? '' : ` and costs ${spokenPrice(cost.price, cost.currency, 'en')}`;
    const people = spokenNames(staff);
    const who = people.length === 0 ? '' : `, with ${listed(people, 'or')}`;
    return `${capitalised(spokenName(service))} takes ${minutesSaid(minutes)}${price}${who}. Would you like to make an appointment?`;
  },
  openingHours(date, spans, holiday = null) {
    const day = capitalised(closed(on(date)));
    const open = listed(
      spans.map(({ opens, closes }) => `from ${opens} to ${closes}`),
      'and',
    );
    const said = open === '' ? `${closedOn(holiday ?? { first: date, last: null })}.` : `${day} we are open ${open}.`;
    return `${said} Would you like to make an appointment?`;
  },
  noServices: () => `Unfortunately I cannot offer any services at the moment. ${CALLBACK}`,
  greeting(business, name, { isDisclosed, ownWords, recording }) {
    const salutation = name === null || spokenName(name) === '' ? 'Hello' : `Hello, ${spokenName(name)}`;
    const who = isDisclosed ? 'this is the AI assistant of' : 'welcome to';
    const first = `${salutation}, ${who} ${spokenName(business)}.`;
    const question = {
      off: 'What can I do for you?',
      notice: 'This call is being recorded; what can I do for you?',
      ask: 'May this call be recorded?',
    }[recording];
    return `${ownWords === null ? first : spokenWords(ownWords, business)} ${question}`;
  },
  consentNoted(isAllowed) {
    const noted = isAllowed ? 'Thank you.' : 'All right, I have noted that you do not want a recording.';
    return `${noted} What can I do for you?`;
  },
  timeNow: (time) => `It is ${time} now. What else can I do for you?`,
  customerFound: (name) => `Nice to hear from you again, ${spokenName(name)}. What can I do for you?`,
  newCustomer: () => 'Welcome, I do not think we have met yet. What is your name, please?',
  anonymous: () => 'Your number is withheld, but I can still make an appointment for you. What is your name, please?',
  callbackRecorded: () =>
    'I have noted that you would like a callback, and we will be in touch. Is there anything else I can do for you?',
  transferring: () => 'One moment please, I am putting you through.',
  callbackOffered: (due) =>
    `I am afraid there is no one available just now, we will call you back by ${due}. Is there anything else I can do for you?`,
  handedOver({ name, service, start, asked, reason }) {
    const wish = [service, start, asked].flatMap((part) => (part === null ? [] : spokenName(part)));
    const about = wish.length > 0 ? `: ${wish.join(', ')}` : '';
    const why = reason === null ? '' : `; Reason for the hand-over: ${spokenName(reason)}`;
    return `Call from ${name === null ? 'an unknown caller' : spokenName(name)}${about}${why}.`;
  },

  dateRead(date, time, wish) {
    const said = time === null ? wish : at(time);
    const when = said === null ? on(date) : `${closed(on(date))} ${said}`;
    return `I understood ${when}. Is that right?`;
  },
  daysRead(first, last, wish) {
    const days = `from ${closed(first)} to ${wish === null ? last : `${closed(last)} ${wish}`}`;
    return `I understood ${days}. Which day would suit you best?`;
  },
  missing: (field) => QUESTIONS[field],
  invalidDate: () => 'I am afraid I did not catch the date. Which day do you mean?',
  invalidTime: (date) =>
    date !== null
      ? `${capitalised(closed(on(date)))} is fine, but I did not catch the time. What time should it be?`
      : 'I am afraid I did not catch the time. What time should it be?',
  invalidPhone: (heard) =>
    heard.length === 0
      ? 'I am sorry, I did not catch the phone number. What is it?'
      : `I heard ${groupsSaid(heard)}, which is not a complete phone number. Could you say it again, digit by digit?`,
  whichCountry: (heard) =>
    `I heard ${groupsSaid(heard)}. Is that a number from here, or does a country code belong in front of it?`,
  invalidEmail: (heard) =>
    `For the e-mail address I heard ${spokenName(heard)}, but I am not sure. Could you spell it for me?`,
  invalidName(heard) {
    const said = spokenName(heard);
    return said === ''
      ? QUESTIONS.customer_name
      : `I heard ${said}, which does not seem to be the name. ${QUESTIONS.customer_name}`;
  },
  phoneNoted: (groups) => `I have noted the phone number ${groupsSaid(groups)}.`,
  ownPhoneUsed: (groups) =>
    `I am sorry, I did not catch the number, so I will use the one you are calling from: ${groupsSaid(groups)}.`,
  emailNoted: (address) => `I have noted the e-mail address ${addressSaid(address)}.`,
  emailLeftOut: () => 'I am sorry, I did not catch the e-mail address, but we can do without it.',
  pastTime: () => 'I am afraid that time has already passed. Which day and time would suit you instead?',
  confirmDate: (date) => `Just to be sure: do you mean ${bare(date)}?`,
  unknownService(names) {
    const spoken = spokenNames(names);
    if (spoken.length === 0) return 'I am afraid I cannot find that service. Which service would you like?';
    return `I am afraid I cannot find that service, we have for example ${listed(spoken, 'and')}. What would you like?`;
  },
  ambiguousService: (names) => `Do you mean ${either(names)}?`,
  oneByOne(first, later) {
    const [only, another] = first;
    if (only !== undefined && another === undefined)
      return `${inTurn(only, later)}. When would the first appointment suit you?`;
    return `I book each service separately and start with the first, then ${following(later)}. Do you mean ${either(first)}?`;
  },
  firstOfSeveral: (first, later) => `${inTurn(first, later)}.`,
  eachPersonAlone: () => 'I book each person separately and start with the first.',
  lengthOf: (service, minutes, isOnly) =>
    `${capitalised(spokenName(service))} ${isOnly ? 'always' : 'usually'} takes ${minutesSaid(minutes)} with us.`,
  bookedLength: (minutes) => `It is entered with ${minutesSaid(minutes)}.`,
  lengthsOf: (service, minutes) =>
    `${capitalised(spokenName(service))} takes ${listed(minutes.map(minutesSaid), 'or')} with us. Which would you like?`,
  unknownStaff(names) {
    const spoken = spokenNames(names);
    const question =
      spoken.length === 0 ? 'Would someone from our team be fine?' : `Would ${listed(spoken, 'or')} be fine?`;
    return `I am afraid I cannot find that name in our team. ${question}`;
  },
  staffCannot: (staff, service) =>
    `I am afraid that is not possible with ${spokenName(staff)}${forName(service)}. Would someone else from our team be fine?`,
  withStaff: (staff) => `It is with ${spokenName(staff)}.`,
  withOtherStaff(host, wished) {
    const whose = host === null ? 'not' : `with ${spokenName(host)} and not`;
    return `However, it is ${whose} with ${spokenName(wished)}, is that all right, or shall I cancel it again?`;
  },
  staffNotFree: (staff, start, alternatives) =>
    `${spokenName(staff)} is unfortunately not free ${on(start.instant)}, so I have not put anything in. ${instead(alternatives)}`,
  staffNotCertain: (staff) => `I cannot promise beforehand that the appointment is with ${spokenName(staff)}.`,
  nowWithStaff(host, before) {
    const formerly = before === null ? '' : ` instead of ${spokenName(before)}`;
    return `It is with ${spokenName(host)} now${formerly}.`;
  },
  moveStaffNotFree: (staff, start, alternatives) =>
    `${spokenName(staff)} is unfortunately not free ${on(start.instant)}, so your appointment stays as it was. ${instead(alternatives)}`,
  tooShortNotice(minutes, earliest) {
    const why = minutes === null ? '' : `, we need at least ${notice(minutes)}`;
    const question =
      earliest === null
        ? 'Would a later appointment suit you?'
        : `Would the earliest free time, ${earliest}, suit you?`;
    return `I am afraid that is too short notice${why}. ${question}`;
  },
  secondNeedsNumber: (name) =>
    `There is already an appointment at that time under this number. Which other number can we use for ${spokenName(name)}?`,
  unknownTenant: () =>
    'I am afraid I cannot make appointments for this phone number. Please contact the business directly.',
  notAllowed: () => `I am afraid I may not tell or change existing appointments without your number. ${CALLBACK}`,
  busy: () => 'It is very busy right now and I could not look it up yet. Shall I try again in a moment?',
  unavailableUpstream: () => `I am afraid I cannot reach the calendar right now. ${CALLBACK}`,
  refusedWith: (status) => REFUSED_WITH[status],
  refused: () => `I am afraid the calendar did not accept that. ${CALLBACK}`,
  error: () => `I am afraid something went wrong. ${CALLBACK}`,
  startGone: () => 'I am afraid that appointment is no longer free. Shall I look for another one?',
  unsettled: () => 'Your request is on its way, but it is not confirmed yet. I will check again in a moment.',
  unknownTool: () => 'I am afraid I cannot do that for you. Can I help you with an appointment?',
  nowConfirmed: (service, start) => `Your appointment${forName(service)} ${on(start.instant)} is confirmed now.`,
  nowFailed: (start) => `I am afraid the appointment ${on(start.instant)} did not work out after all.`,
  nowCancelled: (start) => `Your appointment ${on(start.instant)} is cancelled now.`,
  notCancelled: (start) =>
    `I am afraid your appointment ${on(start.instant)} could not be cancelled, so it still stands.`,
};
