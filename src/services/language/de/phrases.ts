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
import { germanNumber } from './numbers';

const WEEKDAY = /^(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)/i;

/** "am Freitag, den 27. November", but "morgen um halb drei" */
const on = (spoken: string): string => (WEEKDAY.test(spoken) ? `am ${spoken}` : spoken);
const bare = (spoken: string): string => spoken.replace(/^am /i, '');
const at = (time: string): string => (/^(?:um|gegen|ab) /.test(time) ? time : `um ${time}`);
const forName = (name: string): string => ifNamed(' für ', name);
const underName = (name: string): string => ifNamed(', auf den Namen ', name);
const standingSaid = ({ service, start, name, isSettled }: StandingBooking): string =>
  `${capitalised(on(start.instant))} ${isSettled ? 'steht' : 'ist'} schon ein Termin${forName(service)}${underName(name)}${isSettled ? '' : ' angefragt'}`;
const offered = (alternatives: readonly string[]): string => chosen(alternatives.map(on), 'oder');

const hours = (count: number): string => (count === 1 ? 'eine Stunde' : `${count} Stunden`);
const minutesSaid = (count: number): string => (count === 1 ? 'eine Minute' : `${count} Minuten`);

function notice(minutes: number): string {
  const whole = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (whole === 0) return minutesSaid(rest);
  return rest === 0 ? hours(whole) : `${hours(whole)} und ${minutesSaid(rest)}`;
}

/** "Am Freitag, den 27. November, haben wir geschlossen" */
const closedOn = ({ first, last }: SpokenDays): string =>
  `${last === null ? capitalised(closed(on(first))) : `Von ${closed(first)} bis ${closed(last)}`} haben wir geschlossen`;

/** What is offered instead, as a question; a callback when there is nothing. */
function instead(alternatives: readonly string[]): string {
  if (alternatives.length === 0) return CALLBACK;
  const question = alternatives.length === 1 ? 'passt Ihnen das?' : 'was passt Ihnen besser?';
  return `An Alternativen habe ich ${offered(alternatives)}, ${question}`;
}

const either = (names: readonly string[]): string => listed(spokenNames(names), 'oder');
const following = (later: readonly string[][]): string => listed(later.slice(0, SPOKEN_CHOICES).map(either), 'und');
const inTurn = (first: string, later: readonly string[][]): string =>
  `Jede Leistung buche ich einzeln, zuerst ${spokenName(first)}, danach ${following(later)}`;
const wishSaid = ({ services, forNextPerson }: NextWish): string =>
  `${either(services) || 'dem Termin'}${forNextPerson ? ' für die nächste Person' : ''}`;
/** "null eins fünf eins, eins zwei drei" */
const groupsSaid = (groups: readonly string[]): string => spelledGroups(groups, germanNumber, 'plus');
const SIGNS = { '@': 'at', '.': 'Punkt', '-': 'minus', _: 'Unterstrich', '+': 'plus' };
const addressSaid = (address: string): string => spelledAddress(address, SIGNS);

const QUESTIONS: Record<MissingField, string> = {
  service_name: 'Welche Leistung wünschen Sie?',
  desired_date: 'Für welchen Tag wünschen Sie den Termin?',
  desired_time: 'Welche Uhrzeit passt Ihnen?',
  customer_name: 'Auf welchen Namen darf ich den Termin eintragen?',
  new_date: 'Auf welchen Tag möchten Sie den Termin verschieben?',
  new_time: 'Welche Uhrzeit passt Ihnen für den neuen Termin?',
  reason: 'Worum geht es bei dem Rückruf?',
  phone_number: 'Unter welcher Telefonnummer erreichen wir Sie?',
  date: 'Welchen Tag meinen Sie?',
  reservation_uid: 'Welchen vorgemerkten Termin soll ich freigeben?',
  consent: 'Darf das Gespräch aufgezeichnet werden, ja oder nein?',
};

const CALLBACK = 'Darf ich einen Rückruf für Sie notieren?';

/** Answers to what Cal.com or the rules of the appointment refuse. */
const REFUSED_WITH: Record<CallerRefusal, string> = {
  limit_reached: `Für Sie sind schon so viele Termine eingetragen, wie auf einmal möglich sind. ${CALLBACK}`,
  already_cancelled: 'Dieser Termin ist bereits abgesagt. Möchten Sie einen neuen ausmachen?',
  not_changeable: `Dieser Termin lässt sich leider nicht mehr telefonisch ändern. ${CALLBACK}`,
  invalid_phone:
    'Mit dieser Telefonnummer nimmt der Kalender den Termin nicht an. Unter welcher Nummer sind Sie sonst erreichbar?',
  invalid_email: 'Diese E-Mail-Adresse nimmt der Kalender nicht an. Wie lautet sie noch einmal, bitte?',
  missing_fields:
    'Für diesen Termin fehlt noch eine Angabe. Wie ist Ihr voller Name, und unter welcher Nummer sind Sie erreichbar?',
  changed_repeat: 'Das habe ich gerade schon mit anderen Angaben gehört. Wie lautet Ihr Wunsch jetzt genau?',
  superseded:
    'Das war schon erledigt, und der Termin wurde danach noch geändert. Soll ich nachsehen, was jetzt für Sie eingetragen ist?',
};

export const GERMAN: Phrases = {
  language: 'de',

  available(service, start, stale) {
    const when = on(start.instant);
    return stale
      ? `Nach meinem letzten Stand ist ${when} noch ein Termin${forName(service)} frei. Soll ich versuchen, ihn für Sie einzutragen?`
      : `Ja, ${when} ist noch ein Termin${forName(service)} frei. Soll ich ihn für Sie eintragen?`;
  },
  unavailable: (start, alternatives) =>
    alternatives.length === 0
      ? `Leider ist ${on(start.instant)} nichts frei, und ich habe auch keine Alternativen. ${CALLBACK}`
      : `${capitalised(on(start.instant))} ist leider nicht frei. ${instead(alternatives)}`,
  freeTimes(_service, date, times, more) {
    const choices = listed(times.slice(0, SPOKEN_CHOICES).map(at), 'oder');
    const among = more ? 'unter anderem ' : '';
    return `${capitalised(closed(on(date)))} habe ich ${among}${choices} etwas frei. Welche Uhrzeit passt Ihnen?`;
  },
  dayFull: (date, alternatives) =>
    alternatives.length === 0
      ? `Leider habe ich ${closed(on(date))} keine freien Termine und auch keine Alternativen. ${CALLBACK}`
      : `${capitalised(closed(on(date)))} ist leider nichts mehr frei. ${instead(alternatives)}`,
  closedThen(days, alternatives, staysBooked = false) {
    const stays = staysBooked ? ', Ihr bisheriger Termin bleibt bestehen' : '';
    return `${closedOn(days)}${stays}. ${instead(alternatives.slice(0, 2))}`;
  },
  found: (service, alternatives) =>
    `Als Alternativen${forName(service)} habe ich ${offered(alternatives)}. Was passt Ihnen?`,
  nextAvailable: (service, spoken) => `Der nächste freie Termin${forName(service)} ist ${on(spoken)}. Passt Ihnen das?`,
  noneFound: (service) => `Leider habe ich in nächster Zeit keine freien Termine${forName(service)}. ${CALLBACK}`,

  booked: (service, start, name, goesOn = false) =>
    `Ihr Termin${forName(service)} ist gebucht: ${on(start.instant)}${underName(name)}.${goesOn ? '' : ' Vielen Dank!'}`,
  bookedFirst: (service, start, name, next) =>
    `Ihr Termin${forName(service)} ist gebucht: ${on(start.instant)}${underName(name)}. Nun zu ${wishSaid(next)}: Welcher Tag und welche Uhrzeit passen Ihnen?`,
  bookedAlready: (service, start, name) =>
    `Der Termin${forName(service)} ist bereits gebucht: ${on(start.instant)}${underName(name)}.`,
  otherPersonSameTime: (standing, name) =>
    `${standingSaid(standing)}. Soll ich zur selben Zeit zusätzlich einen Termin${forName(name)} eintragen?`,
  bookedInCall: (standing, start) =>
    `${standingSaid(standing)}. Soll ich ihn auf ${bare(start.instant)} verschieben oder einen zweiten eintragen?`,
  slotTaken: (start, alternatives) =>
    alternatives.length === 0
      ? `Leider wurde der Termin ${on(start.instant)} gerade vergeben, und ich habe keine Alternativen. ${CALLBACK}`
      : `Der Termin ${on(start.instant)} wurde leider gerade vergeben. ${instead(alternatives)}`,
  pending: (service, start) =>
    `Ihr Wunschtermin${forName(service)} ${on(start.instant)} ist angefragt. Die Bestätigung steht noch aus, ich prüfe es gleich noch einmal.`,
  requested: (service, start) =>
    `Ihr Wunschtermin${forName(service)} ${on(start.instant)} ist angefragt. Fest ist er erst, wenn wir ihn bestätigt haben.`,
  moveUnconfirmed: (start) =>
    `Ihr Termin ${on(start.instant)} ist erst angefragt und noch nicht bestätigt, verschieben kann ich ihn so nicht. Soll ich die Anfrage zurückziehen und die neue Zeit anfragen?`,
  confirmDetails(service, start, name) {
    const what = [spokenName(service), on(start.instant)].filter((part) => part !== '').join(', ');
    return `Ich fasse zusammen: ${what}${underName(name)}. Soll ich den Termin so eintragen?`;
  },
  reserved: (start, minutes) =>
    `Ich halte den Termin ${on(start.instant)} für ${minutesSaid(minutes)} für Sie frei. Soll ich ihn fest eintragen?`,
  released: () => 'Den vorgemerkten Termin habe ich wieder freigegeben. Kann ich sonst noch etwas für Sie tun?',

  nothingHeld: () => 'Für Sie war kein Termin vorgemerkt. Kann ich sonst noch etwas für Sie tun?',
  rescheduled: (service, start) =>
    `Ihr Termin${forName(service)} ist verschoben. Der neue Termin ist ${on(start.instant)}.`,
  moveTaken: (start, alternatives) =>
    alternatives.length === 0
      ? `Leider ist ${on(start.instant)} nichts frei, und ich habe keine Alternativen; Ihr bisheriger Termin bleibt bestehen. ${CALLBACK}`
      : `${capitalised(on(start.instant))} ist leider nicht frei, Ihr bisheriger Termin bleibt bestehen. ${instead(alternatives)}`,
  movePending: (start) =>
    `Die Verschiebung ist angefragt, der neue Termin wäre ${on(start.instant)}. Die Bestätigung steht noch aus, ich prüfe es gleich noch einmal.`,
  cancelled: (service, start) =>
    `Ihr Termin${forName(service)} ${on(start.instant)} ist abgesagt. Möchten Sie einen neuen Termin vereinbaren?`,
  cancelPending: (start) =>
    `Die Absage Ihres Termins ${on(start.instant)} ist angefragt. Die Bestätigung steht noch aus, ich prüfe es gleich noch einmal.`,
  tooLateToCancel: (limit) => `Absagen kann ich leider nur bis ${hours(limit)} vor dem Termin. ${CALLBACK}`,
  tooLateToMove: (limit) => `Verschieben kann ich leider nur bis ${hours(limit)} vor dem Termin. ${CALLBACK}`,
  appointmentNotFound: () =>
    'Ich finde zu Ihrer Nummer leider keinen solchen Termin. Für welchen Tag und welche Uhrzeit war er vereinbart?',
  otherAppointments(spoken, purpose) {
    const found = offered(spoken);
    const which = spoken.length === 1 ? 'Möchten Sie diesen' : 'Welchen möchten Sie';
    return `Diesen Termin finde ich nicht, wohl aber ${found}. ${which} ${purpose === 'cancel' ? 'absagen' : 'verschieben'}?`;
  },
  ownAppointment: (service, start) =>
    `Das ist Ihr eigener Termin: ${on(start.instant)}${forName(service)}. Möchten Sie daran etwas ändern?`,
  severalAppointments(spoken, purpose) {
    const wish = purpose === 'cancel' ? 'absagen' : 'verschieben';
    return `Ich sehe mehrere Termine: ${offered(spoken)}. Welchen möchten Sie ${wish}?`;
  },
  appointments(spoken) {
    const next = spoken.length > 1 ? 'Ihre nächsten Termine sind' : 'Ihr nächster Termin ist';
    const when = chosen(spoken.map(on), 'und');
    return `${next} ${when}. Kann ich sonst noch etwas für Sie tun?`;
  },
  noAppointments: () => 'Ich sehe für Sie keine anstehenden Termine. Möchten Sie einen vereinbaren?',

  services(names) {
    const { names: spoken, more } = spokenServices(names);
    return `Wir bieten ${more ? 'unter anderem ' : ''}${listed(spoken, 'und')} an. Was darf es sein?`;
  },
  serviceInfo(service, minutes, cost, staff) {
    const price = cost === null ? '' : ` und kostet ${spokenPrice(cost.price, cost.currency, 'de')}`;
    const people = spokenNames(staff);
    const who = people.length === 0 ? '' : `, möglich bei ${listed(people, 'oder')}`;
    return `${capitalised(spokenName(service))} dauert ${minutesSaid(minutes)}${price}${who}. Möchten Sie einen Termin vereinbaren?`;
  },
  openingHours(date, spans, holiday = null) {
    const day = capitalised(closed(on(date)));
    const open = listed(
      spans.map(({ opens, closes }) => `von ${opens} bis ${closes}`),
      'und',
    );
    const said =
      open === '' ? `${closedOn(holiday ?? { first: date, last: null })}.` : `${day} haben wir ${open} geöffnet.`;
    return `${said} Möchten Sie einen Termin vereinbaren?`;
  },
  noServices: () => `Im Moment kann ich leider keine Leistungen anbieten. ${CALLBACK}`,
  greeting(business, name, { isDisclosed, ownWords, recording }) {
    const salutation = name === null || spokenName(name) === '' ? 'Guten Tag' : `Guten Tag, ${spokenName(name)}`;
    const who = isDisclosed ? 'hier ist die digitale Assistentin von' : 'willkommen bei';
    const first = `${salutation}, ${who} ${spokenName(business)}${isDisclosed ? ', eine KI' : ''}.`;
    const question = {
      off: 'Was kann ich für Sie tun?',
      notice: 'Das Gespräch wird aufgezeichnet, was kann ich für Sie tun?',
      ask: 'Darf das Gespräch aufgezeichnet werden?',
    }[recording];
    return `${ownWords === null ? first : spokenWords(ownWords, business)} ${question}`;
  },
  consentNoted(isAllowed) {
    const noted = isAllowed ? 'Vielen Dank.' : 'In Ordnung, ich habe vermerkt, dass Sie keine Aufzeichnung möchten.';
    return `${noted} Was kann ich für Sie tun?`;
  },
  timeNow: (time) => `Es ist jetzt ${time}. Was kann ich noch für Sie tun?`,
  customerFound: (name) => `Schön, wieder von Ihnen zu hören, ${spokenName(name)}. Was kann ich für Sie tun?`,
  newCustomer: () => 'Herzlich willkommen, wir kennen uns noch nicht. Wie ist bitte Ihr Name?',
  anonymous: () =>
    'Ihre Rufnummer ist unterdrückt, einen Termin kann ich trotzdem gern für Sie eintragen. Wie ist bitte Ihr Name?',
  callbackRecorded: () =>
    'Ich habe Ihren Rückrufwunsch notiert, wir melden uns bei Ihnen. Kann ich sonst noch etwas für Sie tun?',
  transferring: () => 'Einen Moment bitte, ich verbinde Sie.',
  callbackOffered: (due) =>
    `Im Moment ist leider niemand erreichbar, wir rufen Sie bis spätestens ${due} zurück. Kann ich sonst noch etwas für Sie tun?`,
  handedOver({ name, service, start, asked, reason }) {
    const wish = [service, start, asked].flatMap((part) => (part === null ? [] : spokenName(part)));
    const about = wish.length > 0 ? `: ${wish.join(', ')}` : '';
    const why = reason === null ? '' : `; Grund der Übergabe: ${spokenName(reason)}`;
    return `Anruf von ${name === null ? 'einem unbekannten Anrufer' : spokenName(name)}${about}${why}.`;
  },

  dateRead(date, time, wish) {
    const said = time === null ? wish : at(time);
    const when = said === null ? on(date) : `${closed(on(date))} ${said}`;
    return `Ich habe verstanden: ${when}. Ist das richtig?`;
  },
  daysRead(first, last, wish) {
    const days = `von ${closed(first)} bis ${wish === null ? last : `${closed(last)} ${wish}`}`;
    return `Ich habe verstanden: ${days}. Welcher Tag passt Ihnen am besten?`;
  },
  missing: (field) => QUESTIONS[field],
  invalidDate: () => 'Das Datum habe ich leider nicht verstanden. Welchen Tag meinen Sie?',
  invalidTime: (date) =>
    date !== null
      ? `${capitalised(closed(on(date)))} gern, nur die Uhrzeit habe ich nicht verstanden. Um wie viel Uhr soll es sein?`
      : 'Die Uhrzeit habe ich leider nicht verstanden. Um wie viel Uhr soll es sein?',
  invalidPhone: (heard) =>
    heard.length === 0
      ? 'Die Telefonnummer habe ich leider nicht verstanden. Wie lautet sie?'
      : `Ich habe ${groupsSaid(heard)} verstanden, das ist leider keine vollständige Telefonnummer. Wie lautet sie noch einmal, am besten Ziffer für Ziffer?`,
  whichCountry: (heard) =>
    `Ich habe ${groupsSaid(heard)} verstanden. Ist das eine Nummer von hier, oder gehört eine Landesvorwahl davor?`,
  invalidEmail: (heard) =>
    `Als E-Mail-Adresse habe ich verstanden: ${spokenName(heard)}. Da bin ich mir nicht sicher, buchstabieren Sie sie bitte noch einmal?`,
  invalidName(heard) {
    const said = spokenName(heard);
    return said === ''
      ? QUESTIONS.customer_name
      : `Ich habe ${said} verstanden, das ist wohl nicht der Name. ${QUESTIONS.customer_name}`;
  },
  phoneNoted: (groups) => `Als Telefonnummer habe ich ${groupsSaid(groups)} notiert.`,
  ownPhoneUsed: (groups) =>
    `Die Nummer habe ich leider nicht verstanden, ich nehme die, von der Sie anrufen: ${groupsSaid(groups)}.`,
  emailNoted: (address) => `Als E-Mail-Adresse habe ich ${addressSaid(address)} notiert.`,
  emailLeftOut: () => 'Die E-Mail-Adresse habe ich leider nicht verstanden, es geht auch ohne.',
  pastTime: () => 'Dieser Zeitpunkt ist leider schon vorbei. Welcher Tag und welche Uhrzeit passen Ihnen stattdessen?',
  confirmDate: (date) => `Nur zur Sicherheit: Meinen Sie ${bare(date)}?`,
  unknownService(names) {
    const spoken = spokenNames(names);
    if (spoken.length === 0) return 'Diese Leistung finde ich bei uns leider nicht. Welche Leistung wünschen Sie?';
    return `Diese Leistung finde ich bei uns leider nicht, wir haben zum Beispiel ${listed(spoken, 'und')}. Was darf es sein?`;
  },
  ambiguousService: (names) => `Meinen Sie ${either(names)}?`,
  oneByOne(first, later) {
    const [only, another] = first;
    if (only !== undefined && another === undefined)
      return `${inTurn(only, later)}. Wann passt Ihnen der erste Termin?`;
    return `Jede Leistung buche ich einzeln und beginne mit der ersten, danach kommt ${following(later)}. Meinen Sie ${either(first)}?`;
  },
  firstOfSeveral: (first, later) => `${inTurn(first, later)}.`,
  eachPersonAlone: () => 'Ich buche für jede Person einzeln und beginne mit der ersten.',
  lengthOf: (service, minutes, isOnly) =>
    `${capitalised(spokenName(service))} dauert bei uns ${isOnly ? 'immer' : 'sonst'} ${minutesSaid(minutes)}.`,
  bookedLength: (minutes) => `Eingetragen sind ${minutesSaid(minutes)}.`,
  lengthsOf: (service, minutes) =>
    `${capitalised(spokenName(service))} dauert bei uns ${listed(minutes.map(minutesSaid), 'oder')}. Was davon darf es sein?`,
  unknownStaff(names) {
    const spoken = spokenNames(names);
    const question =
      spoken.length === 0 ? 'Darf es jemand aus unserem Team sein?' : `Darf es bei ${listed(spoken, 'oder')} sein?`;
    return `Diesen Namen finde ich in unserem Team leider nicht. ${question}`;
  },
  staffCannot: (staff, service) =>
    `Das geht bei ${spokenName(staff)} leider nicht${forName(service)}. Darf es jemand anderes aus unserem Team sein?`,
  withStaff: (staff) => `Sie sind bei ${spokenName(staff)}.`,
  withOtherStaff(host, wished) {
    const whose = host === null ? 'nicht' : `bei ${spokenName(host)} und nicht`;
    return `Der Termin ist allerdings ${whose} bei ${spokenName(wished)}, passt das so, oder soll ich ihn wieder absagen?`;
  },
  staffNotFree: (staff, start, alternatives) =>
    `Bei ${spokenName(staff)} ist ${on(start.instant)} leider nichts frei, ich habe nichts eingetragen. ${instead(alternatives)}`,
  staffNotCertain: (staff) => `Ob der Termin bei ${spokenName(staff)} ist, kann ich vorher nicht versprechen.`,
  nowWithStaff(host, before) {
    const formerly = before === null ? '' : ` statt bei ${spokenName(before)}`;
    return `Sie sind jetzt bei ${spokenName(host)}${formerly}.`;
  },
  moveStaffNotFree: (staff, start, alternatives) =>
    `Bei ${spokenName(staff)} ist ${on(start.instant)} leider nichts frei, Ihr Termin bleibt. ${instead(alternatives)}`,
  tooShortNotice(minutes, earliest) {
    const why = minutes === null ? '' : `, wir brauchen mindestens ${notice(minutes)} Vorlauf`;
    const question =
      earliest === null
        ? 'Passt Ihnen auch ein späterer Termin?'
        : `Passt Ihnen der früheste freie Termin ${on(earliest)}?`;
    return `Das ist leider zu kurzfristig${why}. ${question}`;
  },
  secondNeedsNumber: (name) =>
    `Unter dieser Nummer steht zur selben Zeit schon ein Termin. Unter welcher anderen Nummer ist ${spokenName(name)} erreichbar?`,
  unknownTenant: () =>
    'Für diese Telefonnummer kann ich leider keine Termine vergeben. Bitte wenden Sie sich direkt an den Betrieb.',
  notAllowed: () => `Ohne Ihre Rufnummer darf ich bestehende Termine leider nicht nennen oder ändern. ${CALLBACK}`,
  busy: () => 'Im Moment ist sehr viel los, ich konnte noch nicht nachsehen. Soll ich es gleich noch einmal versuchen?',
  unavailableUpstream: () => `Ich erreiche den Kalender gerade leider nicht. ${CALLBACK}`,
  refusedWith: (status) => REFUSED_WITH[status],
  refused: () => `Das hat der Kalender leider nicht angenommen. ${CALLBACK}`,
  error: () => `Da ist leider etwas schiefgegangen. ${CALLBACK}`,
  startGone: () => 'Dieser Termin ist leider nicht mehr frei. Soll ich nach einem anderen suchen?',
  unsettled: () => 'Ihre Anfrage ist unterwegs, die Bestätigung steht aber noch aus. Ich prüfe es gleich noch einmal.',
  unknownTool: () => 'Das kann ich leider nicht für Sie erledigen. Kann ich Ihnen bei einem Termin helfen?',
  nowConfirmed: (service, start) => `Ihr Termin${forName(service)} ${on(start.instant)} ist inzwischen bestätigt.`,
  nowFailed: (start) => `Der Termin ${on(start.instant)} hat leider doch nicht geklappt.`,
  nowCancelled: (start) => `Ihr Termin ${on(start.instant)} ist inzwischen abgesagt.`,
  notCancelled: (start) => `Ihr Termin ${on(start.instant)} konnte leider nicht abgesagt werden, er steht also noch.`,
};
