import type { Phrases } from '../../voice/phrases';
import {
  addressSaid,
  at,
  bare,
  closedOn,
  either,
  following,
  forName,
  forService,
  groupsSaid,
  hours,
  instead,
  inTurn,
  minutesSaid,
  notice,
  offered,
  on,
  QUESTIONS,
  standingSaid,
  underName,
  wishSaid,
} from './pieces';
import { ENGLISH_RECEPTION } from './reception';
import { CALLBACK, REFUSED_WITH } from './refusals';
import {
  capitalised,
  chosen,
  closed,
  listed,
  SPOKEN_CHOICES,
  spokenName,
  spokenNames,
  spokenPrice,
  spokenServices,
} from '../speaker/wording';

export const ENGLISH: Phrases = {
  language: 'en',

  available(service, start, stale) {
    const when = on(start.instant);
    return stale
      ? `As far as I last heard, an appointment${forService(service)} is free ${when}. Shall I try to book it for you?`
      : `Yes, an appointment${forService(service)} is free ${when}. Shall I book it for you?`;
  },
  unavailable(start, alternatives) {
    if (alternatives.length === 0) {
      return `Unfortunately nothing is free ${on(start.instant)}, and I have no alternatives. ${CALLBACK}`;
    }
    return `Unfortunately ${on(start.instant)} is not free. ${instead(alternatives, CALLBACK)}`;
  },
  freeTimes(_service, date, times, more) {
    const choices = listed(times.slice(0, SPOKEN_CHOICES).map(at), 'or');
    const among = more ? 'for example ' : '';
    return `${capitalised(closed(on(date)))} I have something free ${among}${choices}. What time would suit you?`;
  },
  dayFull(date, alternatives) {
    if (alternatives.length === 0) {
      return `Unfortunately I have no free appointments ${closed(on(date))} and no alternatives. ${CALLBACK}`;
    }
    return `Unfortunately nothing is free ${on(date)}. ${instead(alternatives, CALLBACK)}`;
  },
  closedThen(days, alternatives, staysBooked = false) {
    const stays = staysBooked ? ', your present appointment stays as it is' : '';
    return `${closedOn(days)}${stays}. ${instead(alternatives.slice(0, 2), CALLBACK)}`;
  },
  found(service, alternatives) {
    return `As alternatives${forService(service)} I have ${offered(alternatives)}. What would suit you?`;
  },
  nextAvailable(service, spoken) {
    return `The next free appointment${forService(service)} is ${on(spoken)}. Would that suit you?`;
  },
  noneFound(service) {
    return `Unfortunately I have no free appointments${forService(service)} in the near future. ${CALLBACK}`;
  },

  booked(service, start, name, goesOn = false) {
    return `Your appointment${forService(service)} is booked: ${on(start.instant)}${underName(name)}.${goesOn ? '' : ' Thank you!'}`;
  },
  bookedFirst(service, start, name, next) {
    return `Your appointment${forService(service)} is booked: ${on(start.instant)}${underName(name)}. Now for ${wishSaid(next)}: which day and time would suit you?`;
  },
  bookedAlready(service, start, name) {
    return `The appointment${forService(service)} is already booked: ${on(start.instant)}${underName(name)}.`;
  },
  otherPersonSameTime(standing, name) {
    return `${standingSaid(standing)}. Shall I make another one${forName(name)} at the same time?`;
  },
  bookedInCall(standing, start) {
    return `${standingSaid(standing)}. Shall I move it to ${bare(start.instant)} or make a second one?`;
  },
  slotTaken(start, alternatives) {
    if (alternatives.length === 0) {
      return `Unfortunately the appointment ${on(start.instant)} has just been taken, and I have no alternatives. ${CALLBACK}`;
    }
    return `Unfortunately the appointment ${on(start.instant)} has just been taken. ${instead(alternatives, CALLBACK)}`;
  },
  pending(service, start) {
    return `I have asked for your appointment${forService(service)} ${on(start.instant)}. It is not confirmed yet, I will check again in a moment.`;
  },
  requested(service, start) {
    return `I have asked for your appointment${forService(service)} ${on(start.instant)}. It is only certain once we have confirmed it.`;
  },
  moveUnconfirmed(start) {
    return `Your appointment ${on(start.instant)} has been asked for but is not confirmed yet, so I cannot move it. Shall I withdraw the request and ask for the new time?`;
  },
  confirmDetails(service, start, name) {
    const what = [spokenName(service), on(start.instant)].filter((part) => part !== '').join(', ');
    return `Let me sum up: ${what}${underName(name)}. Shall I book that for you?`;
  },
  reserved(start, minutes) {
    return `I am holding the appointment ${on(start.instant)} for you for ${minutesSaid(minutes)}. Shall I book it for you?`;
  },
  released() {
    return 'I have released the appointment I was holding. Is there anything else I can do for you?';
  },

  nothingHeld() {
    return 'I was not holding an appointment for you. Is there anything else I can do for you?';
  },
  rescheduled(service, start) {
    return `Your appointment${forService(service)} has been moved. The new one is ${on(start.instant)}.`;
  },
  moveTaken(start, alternatives) {
    if (alternatives.length === 0) {
      return `Unfortunately nothing is free ${on(start.instant)}, and I have no alternatives; your present appointment stays as it is. ${CALLBACK}`;
    }
    return `Unfortunately ${on(start.instant)} is not free, your present appointment stays as it is. ${instead(alternatives, CALLBACK)}`;
  },
  movePending(start) {
    return `I have asked to move your appointment, the new one would be ${on(start.instant)}. It is not confirmed yet, I will check again in a moment.`;
  },
  cancelled(service, start) {
    return `Your appointment${forService(service)} ${on(start.instant)} has been cancelled. Would you like to make a new one?`;
  },
  cancelPending(start) {
    return `I have asked to cancel your appointment ${on(start.instant)}. It is not confirmed yet, I will check again in a moment.`;
  },
  tooLateToCancel(limit) {
    return `Unfortunately I can only cancel up to ${hours(limit)} before the appointment. ${CALLBACK}`;
  },
  tooLateToMove(limit) {
    return `Unfortunately I can only move an appointment up to ${hours(limit)} before it starts. ${CALLBACK}`;
  },
  appointmentNotFound() {
    return 'Unfortunately I cannot find such an appointment for your number. Which day and time was it for?';
  },
  otherAppointments(spoken, purpose) {
    const found = chosen(spokenNames(spoken, SPOKEN_CHOICES).map(on), 'or');
    const which = spoken.length === 1 ? 'Would you like to' : 'Which one would you like to';
    return `I cannot find that appointment, but I see one ${found}. ${which} ${purpose === 'cancel' ? 'cancel' : 'move'}${spoken.length === 1 ? ' it' : ''}?`;
  },
  ownAppointment(service, start) {
    return `That is your own appointment: ${on(start.instant)}${forService(service)}. Would you like to change it?`;
  },
  severalAppointments(spoken, purpose) {
    const wish = purpose === 'cancel' ? 'cancel' : 'move';
    return `I see several appointments: ${chosen(spokenNames(spoken, SPOKEN_CHOICES).map(on), 'or')}. Which one would you like to ${wish}?`;
  },
  appointments(spoken) {
    const next = spoken.length > 1 ? 'Your next appointments are' : 'Your next appointment is';
    const when = chosen(spokenNames(spoken, SPOKEN_CHOICES).map(on), 'and');
    return `${next} ${when}. Is there anything else I can do for you?`;
  },
  noAppointments() {
    return 'I see no upcoming appointments for you. Would you like to make one?';
  },

  services(names) {
    const { names: spoken, more } = spokenServices(names);
    return `We offer ${more ? 'among others ' : ''}${listed(spoken, 'and')}. What would you like?`;
  },
  serviceInfo(service, minutes, cost, staff) {
    const price = cost === null ? '' : ` and costs ${spokenPrice(cost.price, cost.currency, 'en')}`;
    const people = spokenNames(staff, SPOKEN_CHOICES);
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
  noServices() {
    return `Unfortunately I cannot offer any services at the moment. ${CALLBACK}`;
  },
  ...ENGLISH_RECEPTION,

  dateRead(date, time, wish) {
    const said = time === null ? wish : at(time);
    const when = said === null ? on(date) : `${closed(on(date))} ${said}`;
    return `I understood ${when}. Is that right?`;
  },
  daysRead(first, last, wish) {
    const days = `from ${closed(first)} to ${wish === null ? last : `${closed(last)} ${wish}`}`;
    return `I understood ${days}. Which day would suit you best?`;
  },
  missing(field) {
    return QUESTIONS[field];
  },
  invalidDate() {
    return 'I am afraid I did not catch the date. Which day do you mean?';
  },
  invalidTime(date) {
    if (date !== null)
      return `${capitalised(closed(on(date)))} is fine, but I did not catch the time. What time should it be?`;
    return 'I am afraid I did not catch the time. What time should it be?';
  },
  invalidPhone(heard) {
    if (heard.length === 0) return 'I am sorry, I did not catch the phone number. What is it?';
    return `I heard ${groupsSaid(heard)}, which is not a complete phone number. Could you say it again, digit by digit?`;
  },
  whichCountry(heard) {
    return `I heard ${groupsSaid(heard)}. Is that a number from here, or does a country code belong in front of it?`;
  },
  invalidEmail(heard) {
    return `For the e-mail address I heard ${spokenName(heard)}, but I am not sure. Could you spell it for me?`;
  },
  invalidName(heard) {
    const said = spokenName(heard);
    return said === ''
      ? QUESTIONS.customer_name
      : `I heard ${said}, which does not seem to be the name. ${QUESTIONS.customer_name}`;
  },
  phoneNoted(groups) {
    return `I have noted the phone number ${groupsSaid(groups)}.`;
  },
  ownPhoneUsed(groups) {
    return `I am sorry, I did not catch the number, so I will use the one you are calling from: ${groupsSaid(groups)}.`;
  },
  emailNoted(address) {
    return `I have noted the e-mail address ${addressSaid(address)}.`;
  },
  emailLeftOut() {
    return 'I am sorry, I did not catch the e-mail address, but we can do without it.';
  },
  pastTime() {
    return 'I am afraid that time has already passed. Which day and time would suit you instead?';
  },
  confirmDate(date) {
    return `Just to be sure: do you mean ${bare(date)}?`;
  },
  unknownService(names) {
    const spoken = spokenNames(names, SPOKEN_CHOICES);
    if (spoken.length === 0) return 'I am afraid I cannot find that service. Which service would you like?';
    return `I am afraid I cannot find that service, we have for example ${listed(spoken, 'and')}. What would you like?`;
  },
  ambiguousService(names) {
    return `Do you mean ${listed(spokenNames(names, SPOKEN_CHOICES), 'or')}?`;
  },
  oneByOne(first, later) {
    const [only, another] = first;
    if (only !== undefined && another === undefined)
      return `${inTurn(only, later)}. When would the first appointment suit you?`;
    return `I book each service separately and start with the first, then ${following(later)}. Do you mean ${either(first)}?`;
  },
  firstOfSeveral(first, later) {
    return `${inTurn(first, later)}.`;
  },
  eachPersonAlone() {
    return 'I book each person separately and start with the first.';
  },
  lengthOf(service, minutes, isOnly) {
    return `${capitalised(spokenName(service))} ${isOnly ? 'always' : 'usually'} takes ${minutesSaid(minutes)} with us.`;
  },
  bookedLength(minutes) {
    return `It is entered with ${minutesSaid(minutes)}.`;
  },
  lengthsOf(service, minutes) {
    return `${capitalised(spokenName(service))} takes ${listed(minutes.map(minutesSaid), 'or')} with us. Which would you like?`;
  },
  unknownStaff(names) {
    const spoken = spokenNames(names, SPOKEN_CHOICES);
    const question =
      spoken.length === 0 ? 'Would someone from our team be fine?' : `Would ${listed(spoken, 'or')} be fine?`;
    return `I am afraid I cannot find that name in our team. ${question}`;
  },
  staffCannot(staff, service) {
    return `I am afraid that is not possible with ${spokenName(staff)}${forService(service)}. Would someone else from our team be fine?`;
  },
  withStaff(staff) {
    return `It is with ${spokenName(staff)}.`;
  },
  withOtherStaff(host, wished) {
    const whose = host === null ? 'not' : `with ${spokenName(host)} and not`;
    return `However, it is ${whose} with ${spokenName(wished)}, is that all right, or shall I cancel it again?`;
  },
  staffNotFree(staff, start, alternatives) {
    return `${spokenName(staff)} is unfortunately not free ${on(start.instant)}, so I have not put anything in. ${instead(alternatives, CALLBACK)}`;
  },
  staffNotCertain(staff) {
    return `I cannot promise beforehand that the appointment is with ${spokenName(staff)}.`;
  },
  nowWithStaff(host, before) {
    const formerly = before === null ? '' : ` instead of ${spokenName(before)}`;
    return `It is with ${spokenName(host)} now${formerly}.`;
  },
  moveStaffNotFree(staff, start, alternatives) {
    return `${spokenName(staff)} is unfortunately not free ${on(start.instant)}, so your appointment stays as it was. ${instead(alternatives, CALLBACK)}`;
  },
  tooShortNotice(minutes, earliest) {
    const why = minutes === null ? '' : `, we need at least ${notice(minutes)}`;
    const question =
      earliest === null
        ? 'Would a later appointment suit you?'
        : `Would the earliest free time, ${earliest}, suit you?`;
    return `I am afraid that is too short notice${why}. ${question}`;
  },
  secondNeedsNumber(name) {
    return `There is already an appointment at that time under this number. Which other number can we use for ${spokenName(name)}?`;
  },
  unknownTenant() {
    return 'I am afraid I cannot make appointments for this phone number. Please contact the business directly.';
  },
  notAllowed() {
    return `I am afraid I may not tell or change existing appointments without your number. ${CALLBACK}`;
  },
  busy() {
    return 'It is very busy right now and I could not look it up yet. Shall I try again in a moment?';
  },
  unavailableUpstream() {
    return `I am afraid I cannot reach the calendar right now. ${CALLBACK}`;
  },
  refusedWith(status) {
    return REFUSED_WITH[status];
  },
  refused() {
    return `I am afraid the calendar did not accept that. ${CALLBACK}`;
  },
  error() {
    return `I am afraid something went wrong. ${CALLBACK}`;
  },
  startGone() {
    return 'I am afraid that appointment is no longer free. Shall I look for another one?';
  },
  unsettled() {
    return 'Your request is on its way, but it is not confirmed yet. I will check again in a moment.';
  },
  unknownTool() {
    return 'I am afraid I cannot do that for you. Can I help you with an appointment?';
  },
  nowConfirmed(service, start) {
    return `Your appointment${forService(service)} ${on(start.instant)} is confirmed now.`;
  },
  nowFailed(start) {
    return `I am afraid the appointment ${on(start.instant)} did not work out after all.`;
  },
  nowCancelled(start) {
    return `Your appointment ${on(start.instant)} is cancelled now.`;
  },
  notCancelled(start) {
    return `I am afraid your appointment ${on(start.instant)} could not be cancelled, so it still stands.`;
  },
};
