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
import { GERMAN_RECEPTION } from './reception';
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

export const GERMAN: Phrases = {
  language: 'de',

  available(service, start, stale) {
    const when = on(start.instant);
    return stale
      ? `Nach meinem letzten Stand ist ${when} noch ein Termin${forService(service)} frei. Soll ich versuchen, ihn für Sie einzutragen?`
      : `Ja, ${when} ist noch ein Termin${forService(service)} frei. Soll ich ihn für Sie eintragen?`;
  },
  unavailable(start, alternatives) {
    if (alternatives.length === 0) {
      return `Leider ist ${on(start.instant)} nichts frei, und ich habe auch keine Alternativen. ${CALLBACK}`;
    }
    return `${capitalised(on(start.instant))} ist leider nicht frei. ${instead(alternatives, CALLBACK)}`;
  },
  freeTimes(_service, date, times, more) {
    const choices = listed(times.slice(0, SPOKEN_CHOICES).map(at), 'oder');
    const among = more ? 'unter anderem ' : '';
    return `${capitalised(closed(on(date)))} habe ich ${among}${choices} etwas frei. Welche Uhrzeit passt Ihnen?`;
  },
  dayFull(date, alternatives) {
    if (alternatives.length === 0) {
      return `Leider habe ich ${closed(on(date))} keine freien Termine und auch keine Alternativen. ${CALLBACK}`;
    }
    return `${capitalised(closed(on(date)))} ist leider nichts mehr frei. ${instead(alternatives, CALLBACK)}`;
  },
  closedThen(days, alternatives, staysBooked = false) {
    const stays = staysBooked ? ', Ihr bisheriger Termin bleibt bestehen' : '';
    return `${closedOn(days)}${stays}. ${instead(alternatives.slice(0, 2), CALLBACK)}`;
  },
  found(service, alternatives) {
    return `Als Alternativen${forService(service)} habe ich ${offered(alternatives)}. Was passt Ihnen?`;
  },
  nextAvailable(service, spoken) {
    return `Der nächste freie Termin${forService(service)} ist ${on(spoken)}. Passt Ihnen das?`;
  },
  noneFound(service) {
    return `Leider habe ich in nächster Zeit keine freien Termine${forService(service)}. ${CALLBACK}`;
  },

  booked(service, start, name, goesOn = false) {
    return `Ihr Termin${forService(service)} ist gebucht: ${on(start.instant)}${underName(name)}.${goesOn ? '' : ' Vielen Dank!'}`;
  },
  bookedFirst(service, start, name, next) {
    return `Ihr Termin${forService(service)} ist gebucht: ${on(start.instant)}${underName(name)}. Nun zu ${wishSaid(next)}: Welcher Tag und welche Uhrzeit passen Ihnen?`;
  },
  bookedAlready(service, start, name) {
    return `Der Termin${forService(service)} ist bereits gebucht: ${on(start.instant)}${underName(name)}.`;
  },
  otherPersonSameTime(standing, name) {
    return `${standingSaid(standing)}. Soll ich zur selben Zeit zusätzlich einen Termin${forName(name)} eintragen?`;
  },
  bookedInCall(standing, start) {
    return `${standingSaid(standing)}. Soll ich ihn auf ${bare(start.instant)} verschieben oder einen zweiten eintragen?`;
  },
  slotTaken(start, alternatives) {
    if (alternatives.length === 0) {
      return `Leider wurde der Termin ${on(start.instant)} gerade vergeben, und ich habe keine Alternativen. ${CALLBACK}`;
    }
    return `Der Termin ${on(start.instant)} wurde leider gerade vergeben. ${instead(alternatives, CALLBACK)}`;
  },
  pending(service, start) {
    return `Ihr Wunschtermin${forService(service)} ${on(start.instant)} ist angefragt. Die Bestätigung steht noch aus, ich prüfe es gleich noch einmal.`;
  },
  requested(service, start) {
    return `Ihr Wunschtermin${forService(service)} ${on(start.instant)} ist angefragt. Fest ist er erst, wenn wir ihn bestätigt haben.`;
  },
  moveUnconfirmed(start) {
    return `Ihr Termin ${on(start.instant)} ist erst angefragt und noch nicht bestätigt, verschieben kann ich ihn so nicht. Soll ich die Anfrage zurückziehen und die neue Zeit anfragen?`;
  },
  confirmDetails(service, start, name) {
    const what = [spokenName(service), on(start.instant)].filter((part) => part !== '').join(', ');
    return `Ich fasse zusammen: ${what}${underName(name)}. Soll ich den Termin so eintragen?`;
  },
  reserved(start, minutes) {
    return `Ich halte den Termin ${on(start.instant)} für ${minutesSaid(minutes)} für Sie frei. Soll ich ihn fest eintragen?`;
  },
  released() {
    return 'Den vorgemerkten Termin habe ich wieder freigegeben. Kann ich sonst noch etwas für Sie tun?';
  },

  nothingHeld() {
    return 'Für Sie war kein Termin vorgemerkt. Kann ich sonst noch etwas für Sie tun?';
  },
  rescheduled(service, start) {
    return `Ihr Termin${forService(service)} ist verschoben. Der neue Termin ist ${on(start.instant)}.`;
  },
  moveTaken(start, alternatives) {
    if (alternatives.length === 0) {
      return `Leider ist ${on(start.instant)} nichts frei, und ich habe keine Alternativen; Ihr bisheriger Termin bleibt bestehen. ${CALLBACK}`;
    }
    return `${capitalised(on(start.instant))} ist leider nicht frei, Ihr bisheriger Termin bleibt bestehen. ${instead(alternatives, CALLBACK)}`;
  },
  movePending(start) {
    return `Die Verschiebung ist angefragt, der neue Termin wäre ${on(start.instant)}. Die Bestätigung steht noch aus, ich prüfe es gleich noch einmal.`;
  },
  cancelled(service, start) {
    return `Ihr Termin${forService(service)} ${on(start.instant)} ist abgesagt. Möchten Sie einen neuen Termin vereinbaren?`;
  },
  cancelPending(start) {
    return `Die Absage Ihres Termins ${on(start.instant)} ist angefragt. Die Bestätigung steht noch aus, ich prüfe es gleich noch einmal.`;
  },
  tooLateToCancel(limit) {
    return `Absagen kann ich leider nur bis ${hours(limit)} vor dem Termin. ${CALLBACK}`;
  },
  tooLateToMove(limit) {
    return `Verschieben kann ich leider nur bis ${hours(limit)} vor dem Termin. ${CALLBACK}`;
  },
  appointmentNotFound() {
    return 'Ich finde zu Ihrer Nummer leider keinen solchen Termin. Für welchen Tag und welche Uhrzeit war er vereinbart?';
  },
  otherAppointments(spoken, purpose) {
    const found = chosen(spokenNames(spoken, SPOKEN_CHOICES).map(on), 'oder');
    const which = spoken.length === 1 ? 'Möchten Sie diesen' : 'Welchen möchten Sie';
    return `Diesen Termin finde ich nicht, wohl aber ${found}. ${which} ${purpose === 'cancel' ? 'absagen' : 'verschieben'}?`;
  },
  ownAppointment(service, start) {
    return `Das ist Ihr eigener Termin: ${on(start.instant)}${forService(service)}. Möchten Sie daran etwas ändern?`;
  },
  severalAppointments(spoken, purpose) {
    const wish = purpose === 'cancel' ? 'absagen' : 'verschieben';
    return `Ich sehe mehrere Termine: ${chosen(spokenNames(spoken, SPOKEN_CHOICES).map(on), 'oder')}. Welchen möchten Sie ${wish}?`;
  },
  appointments(spoken) {
    const next = spoken.length > 1 ? 'Ihre nächsten Termine sind' : 'Ihr nächster Termin ist';
    const when = chosen(spokenNames(spoken, SPOKEN_CHOICES).map(on), 'und');
    return `${next} ${when}. Kann ich sonst noch etwas für Sie tun?`;
  },
  noAppointments() {
    return 'Ich sehe für Sie keine anstehenden Termine. Möchten Sie einen vereinbaren?';
  },

  services(names) {
    const { names: spoken, more } = spokenServices(names);
    return `Wir bieten ${more ? 'unter anderem ' : ''}${listed(spoken, 'und')} an. Was darf es sein?`;
  },
  serviceInfo(service, minutes, cost, staff) {
    const price = cost === null ? '' : ` und kostet ${spokenPrice(cost.price, cost.currency, 'de')}`;
    const people = spokenNames(staff, SPOKEN_CHOICES);
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
  noServices() {
    return `Im Moment kann ich leider keine Leistungen anbieten. ${CALLBACK}`;
  },
  ...GERMAN_RECEPTION,

  dateRead(date, time, wish) {
    const said = time === null ? wish : at(time);
    const when = said === null ? on(date) : `${closed(on(date))} ${said}`;
    return `Ich habe verstanden: ${when}. Ist das richtig?`;
  },
  daysRead(first, last, wish) {
    const days = `von ${closed(first)} bis ${wish === null ? last : `${closed(last)} ${wish}`}`;
    return `Ich habe verstanden: ${days}. Welcher Tag passt Ihnen am besten?`;
  },
  missing(field) {
    return QUESTIONS[field];
  },
  invalidDate() {
    return 'Das Datum habe ich leider nicht verstanden. Welchen Tag meinen Sie?';
  },
  invalidTime(date) {
    if (date !== null)
      return `${capitalised(closed(on(date)))} gern, nur die Uhrzeit habe ich nicht verstanden. Um wie viel Uhr soll es sein?`;
    return 'Die Uhrzeit habe ich leider nicht verstanden. Um wie viel Uhr soll es sein?';
  },
  invalidPhone(heard) {
    if (heard.length === 0) return 'Die Telefonnummer habe ich leider nicht verstanden. Wie lautet sie?';
    return `Ich habe ${groupsSaid(heard)} verstanden, das ist leider keine vollständige Telefonnummer. Wie lautet sie noch einmal, am besten Ziffer für Ziffer?`;
  },
  whichCountry(heard) {
    return `Ich habe ${groupsSaid(heard)} verstanden. Ist das eine Nummer von hier, oder gehört eine Landesvorwahl davor?`;
  },
  invalidEmail(heard) {
    return `Als E-Mail-Adresse habe ich verstanden: ${spokenName(heard)}. Da bin ich mir nicht sicher, buchstabieren Sie sie bitte noch einmal?`;
  },
  invalidName(heard) {
    const said = spokenName(heard);
    return said === ''
      ? QUESTIONS.customer_name
      : `Ich habe ${said} verstanden, das ist wohl nicht der Name. ${QUESTIONS.customer_name}`;
  },
  phoneNoted(groups) {
    return `Als Telefonnummer habe ich ${groupsSaid(groups)} notiert.`;
  },
  ownPhoneUsed(groups) {
    return `Die Nummer habe ich leider nicht verstanden, ich nehme die, von der Sie anrufen: ${groupsSaid(groups)}.`;
  },
  emailNoted(address) {
    return `Als E-Mail-Adresse habe ich ${addressSaid(address)} notiert.`;
  },
  emailLeftOut() {
    return 'Die E-Mail-Adresse habe ich leider nicht verstanden, es geht auch ohne.';
  },
  pastTime() {
    return 'Dieser Zeitpunkt ist leider schon vorbei. Welcher Tag und welche Uhrzeit passen Ihnen stattdessen?';
  },
  confirmDate(date) {
    return `Nur zur Sicherheit: Meinen Sie ${bare(date)}?`;
  },
  unknownService(names) {
    const spoken = spokenNames(names, SPOKEN_CHOICES);
    if (spoken.length === 0) return 'Diese Leistung finde ich bei uns leider nicht. Welche Leistung wünschen Sie?';
    return `Diese Leistung finde ich bei uns leider nicht, wir haben zum Beispiel ${listed(spoken, 'und')}. Was darf es sein?`;
  },
  ambiguousService(names) {
    return `Meinen Sie ${listed(spokenNames(names, SPOKEN_CHOICES), 'oder')}?`;
  },
  oneByOne(first, later) {
    const [only, another] = first;
    if (only !== undefined && another === undefined)
      return `${inTurn(only, later)}. Wann passt Ihnen der erste Termin?`;
    return `Jede Leistung buche ich einzeln und beginne mit der ersten, danach kommt ${following(later)}. Meinen Sie ${either(first)}?`;
  },
  firstOfSeveral(first, later) {
    return `${inTurn(first, later)}.`;
  },
  eachPersonAlone() {
    return 'Ich buche für jede Person einzeln und beginne mit der ersten.';
  },
  lengthOf(service, minutes, isOnly) {
    return `${capitalised(spokenName(service))} dauert bei uns ${isOnly ? 'immer' : 'sonst'} ${minutesSaid(minutes)}.`;
  },
  bookedLength(minutes) {
    return `Eingetragen sind ${minutesSaid(minutes)}.`;
  },
  lengthsOf(service, minutes) {
    return `${capitalised(spokenName(service))} dauert bei uns ${listed(minutes.map(minutesSaid), 'oder')}. Was davon darf es sein?`;
  },
  unknownStaff(names) {
    const spoken = spokenNames(names, SPOKEN_CHOICES);
    const question =
      spoken.length === 0 ? 'Darf es jemand aus unserem Team sein?' : `Darf es bei ${listed(spoken, 'oder')} sein?`;
    return `Diesen Namen finde ich in unserem Team leider nicht. ${question}`;
  },
  staffCannot(staff, service) {
    return `Das geht bei ${spokenName(staff)} leider nicht${forService(service)}. Darf es jemand anderes aus unserem Team sein?`;
  },
  withStaff(staff) {
    return `Sie sind bei ${spokenName(staff)}.`;
  },
  withOtherStaff(host, wished) {
    const whose = host === null ? 'nicht' : `bei ${spokenName(host)} und nicht`;
    return `Der Termin ist allerdings ${whose} bei ${spokenName(wished)}, passt das so, oder soll ich ihn wieder absagen?`;
  },
  staffNotFree(staff, start, alternatives) {
    return `Bei ${spokenName(staff)} ist ${on(start.instant)} leider nichts frei, ich habe nichts eingetragen. ${instead(alternatives, CALLBACK)}`;
  },
  staffNotCertain(staff) {
    return `Ob der Termin bei ${spokenName(staff)} ist, kann ich vorher nicht versprechen.`;
  },
  nowWithStaff(host, before) {
    const formerly = before === null ? '' : ` statt bei ${spokenName(before)}`;
    return `Sie sind jetzt bei ${spokenName(host)}${formerly}.`;
  },
  moveStaffNotFree(staff, start, alternatives) {
    return `Bei ${spokenName(staff)} ist ${on(start.instant)} leider nichts frei, Ihr Termin bleibt. ${instead(alternatives, CALLBACK)}`;
  },
  tooShortNotice(minutes, earliest) {
    const why = minutes === null ? '' : `, wir brauchen mindestens ${notice(minutes)} Vorlauf`;
    const question =
      earliest === null
        ? 'Passt Ihnen auch ein späterer Termin?'
        : `Passt Ihnen der früheste freie Termin ${on(earliest)}?`;
    return `Das ist leider zu kurzfristig${why}. ${question}`;
  },
  secondNeedsNumber(name) {
    return `Unter dieser Nummer steht zur selben Zeit schon ein Termin. Unter welcher anderen Nummer ist ${spokenName(name)} erreichbar?`;
  },
  unknownTenant() {
    return 'Für diese Telefonnummer kann ich leider keine Termine vergeben. Bitte wenden Sie sich direkt an den Betrieb.';
  },
  notAllowed() {
    return `Ohne Ihre Rufnummer darf ich bestehende Termine leider nicht nennen oder ändern. ${CALLBACK}`;
  },
  busy() {
    return 'Im Moment ist sehr viel los, ich konnte noch nicht nachsehen. Soll ich es gleich noch einmal versuchen?';
  },
  unavailableUpstream() {
    return `Ich erreiche den Kalender gerade leider nicht. ${CALLBACK}`;
  },
  refusedWith(status) {
    return REFUSED_WITH[status];
  },
  refused() {
    return `Das hat der Kalender leider nicht angenommen. ${CALLBACK}`;
  },
  error() {
    return `Da ist leider etwas schiefgegangen. ${CALLBACK}`;
  },
  startGone() {
    return 'Dieser Termin ist leider nicht mehr frei. Soll ich nach einem anderen suchen?';
  },
  unsettled() {
    return 'Ihre Anfrage ist unterwegs, die Bestätigung steht aber noch aus. Ich prüfe es gleich noch einmal.';
  },
  unknownTool() {
    return 'Das kann ich leider nicht für Sie erledigen. Kann ich Ihnen bei einem Termin helfen?';
  },
  nowConfirmed(service, start) {
    return `Ihr Termin${forService(service)} ${on(start.instant)} ist inzwischen bestätigt.`;
  },
  nowFailed(start) {
    return `Der Termin ${on(start.instant)} hat leider doch nicht geklappt.`;
  },
  nowCancelled(start) {
    return `Ihr Termin ${on(start.instant)} ist inzwischen abgesagt.`;
  },
  notCancelled(start) {
    return `Ihr Termin ${on(start.instant)} konnte leider nicht abgesagt werden, er steht also noch.`;
  },
};
