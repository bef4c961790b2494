import type { Language, RecordingNotice } from '../../domain';
import type { CallMemory } from './call-memory';

/** A start as a person would say it, and the parts a sentence may need. */
export interface SpokenStart {
  /** "morgen um halb drei" */
  instant: string;
  /** "morgen, Mittwoch, den 25. November" */
  date: string;
  /** "halb drei" */
  time: string;
}

/** What a caller wants besides what was just booked. */
export type NextWish = CallMemory['wishes']['later'][number];

/** An appointment that stands already; not settled: asked for, not confirmed. */
export interface StandingBooking {
  service: string;
  start: SpokenStart;
  name: string;
  isSettled: boolean;
}

/** Days in a row, as they are said; `last` null: only the first. */
export interface SpokenDays {
  first: string;
  last: string | null;
}

/** Refusals that have a sentence of their own; the others share a general one. */
export type CallerRefusal =
  | 'limit_reached'
  | 'already_cancelled'
  | 'not_changeable'
  | 'invalid_phone'
  | 'invalid_email'
  | 'missing_fields'
  /** The same request came before, with other details. */
  | 'changed_repeat'
  /** It was done, and the appointment was changed since. */
  | 'superseded';

/** What the first words of a call say besides the greeting. */
export interface Opening {
  /** That an AI answers. */
  isDisclosed: boolean;
  /** The company's own words for it, with `{{business_name}}` for its name; null: the usual ones. */
  ownWords: string | null;
  recording: RecordingNotice;
}

/** Every sentence a caller can hear, in one language. "gebucht" exists only in those that follow a real booking. */
export interface Phrases {
  readonly language: Language;
  available(service: string, start: SpokenStart, stale: boolean): string;
  unavailable(start: SpokenStart, alternatives: string[]): string;
  freeTimes(service: string, date: string, times: string[], more: boolean): string;
  dayFull(date: string, alternatives: string[]): string;
  /** A holiday. @param staysBooked an appointment was to be moved there */
  closedThen(days: SpokenDays, alternatives: string[], staysBooked?: boolean): string;
  found(service: string, alternatives: string[]): string;
  nextAvailable(service: string, spoken: string): string;
  noneFound(service: string): string;
  /** @param goesOn another sentence follows */
  booked(service: string, start: SpokenStart, name: string, goesOn?: boolean): string;
  bookedFirst(service: string, start: SpokenStart, name: string, next: NextWish): string;
  bookedAlready(service: string, start: SpokenStart, name: string): string;
  /** Another person's appointment under the same number begins then. @param name of the person for the second one */
  otherPersonSameTime(standing: StandingBooking, name: string): string;
  /** The same person's appointment of this call stands at another start. */
  bookedInCall(standing: StandingBooking, start: SpokenStart): string;
  slotTaken(start: SpokenStart, alternatives: string[]): string;
  pending(service: string, start: SpokenStart): string;
  /** Cal.com has taken the request; a host has to agree. */
  requested(service: string, start: SpokenStart): string;
  /** A request that no host has confirmed yet cannot be moved, only replaced by a new one. */
  moveUnconfirmed(start: SpokenStart): string;
  confirmDetails(service: string, start: SpokenStart, name: string): string;
  reserved(start: SpokenStart, minutes: number): string;
  released(): string;
  /** Nothing was reserved for the caller, or not any more. */
  nothingHeld(): string;
  rescheduled(service: string, start: SpokenStart): string;
  moveTaken(start: SpokenStart, alternatives: string[]): string;
  movePending(start: SpokenStart): string;
  cancelled(service: string, start: SpokenStart): string;
  cancelPending(start: SpokenStart): string;
  tooLateToCancel(hours: number): string;
  tooLateToMove(hours: number): string;
  appointmentNotFound(): string;
  /** None as it was said, but these. */
  otherAppointments(spoken: string[], purpose: 'cancel' | 'move'): string;
  /** The start asked about is the caller's own already. */
  ownAppointment(service: string, start: SpokenStart): string;
  severalAppointments(spoken: string[], purpose: 'cancel' | 'move'): string;
  appointments(spoken: string[]): string;
  noAppointments(): string;
  services(names: string[]): string;
  noServices(): string;
  /** @param cost null: not known @param staff who offers it; empty: not known */
  serviceInfo(
    service: string,
    minutes: number,
    cost: { price: number; currency: string } | null,
    staff: string[],
  ): string;
  /** @param spans in words; none on a closed day  @param holiday the closed days around that one */
  openingHours(date: string, spans: { opens: string; closes: string }[], holiday?: SpokenDays | null): string;
  greeting(business: string, name: string | null, opening: Opening): string;
  /** @param isAllowed what the caller answered when asked about a recording */
  consentNoted(isAllowed: boolean): string;
  /** The time of day, asked for in the middle of a conversation. */
  timeNow(time: string): string;
  customerFound(name: string): string;
  newCustomer(): string;
  anonymous(): string;
  callbackRecorded(): string;
  transferring(): string;
  /** No person answers now. @param due by when the caller is rung back, as spoken */
  callbackOffered(due: string): string;
  /** Whispered to the person who takes over; every part may be unknown. */
  handedOver(note: Record<'name' | 'service' | 'start' | 'asked' | 'reason', string | null>): string;
  /** @param wish a wish for a time of day: "am Nachmittag", "zwischen zehn Uhr und zwölf Uhr" */
  dateRead(date: string, time: string | null, wish: string | null): string;
  daysRead(first: string, last: string, wish: string | null): string;
  missing(field: MissingField): string;
  invalidDate(): string;
  /** @param date the day that was understood all the same */
  invalidTime(date: string | null): string;
  /** @param heard the digits in groups; none when no digit was understood */
  invalidPhone(heard: string[]): string;
  /** The number could be one of a neighbouring country. */
  whichCountry(heard: string[]): string;
  invalidEmail(heard: string): string;
  invalidName(heard: string): string;
  phoneNoted(groups: string[]): string;
  /** Said when a number was not understood for the second time. */
  ownPhoneUsed(groups: string[]): string;
  emailNoted(address: string): string;
  /** Said when an address was not understood for the second time. */
  emailLeftOut(): string;
  pastTime(): string;
  confirmDate(date: string): string;
  unknownService(names: string[]): string;
  ambiguousService(names: string[]): string;
  /** Several services in one breath. @param later each with the services it may mean */
  oneByOne(first: string[], later: string[][]): string;
  /** The same, where it is known when the first is to be. */
  firstOfSeveral(first: string, later: string[][]): string;
  /** Several people in one breath. */
  eachPersonAlone(): string;
  /** Said when another length was asked for. @param isOnly there is no other */
  lengthOf(service: string, minutes: number, isOnly: boolean): string;
  /** Said of an appointment that stands, where another length was asked for. */
  bookedLength(minutes: number): string;
  /** Asks for one of them. */
  lengthsOf(service: string, minutes: number[]): string;
  unknownStaff(names: string[]): string;
  staffCannot(staff: string, service: string): string;
  /** Said after a booking: the person asked for serves it. */
  withStaff(staff: string): string;
  /** Said after a booking: another person serves it. @param host null: the name is not known */
  withOtherStaff(host: string | null, wished: string): string;
  /** Nothing was booked, because the person asked for is not free then. */
  staffNotFree(staff: string, start: SpokenStart, alternatives: string[]): string;
  /** Said before times at which Cal.com chooses the host. */
  staffNotCertain(staff: string): string;
  /** After a move. @param before null when it is not known whose it was */
  nowWithStaff(host: string, before: string | null): string;
  /** The move was not made, or was taken back. */
  moveStaffNotFree(staff: string, start: SpokenStart, alternatives: string[]): string;
  /** @param minutes of notice; null: not known @param earliest start that is free, as spoken; null: not known */
  tooShortNotice(minutes: number | null, earliest: string | null): string;
  /** A second person at the same start, where the calendar tells people apart by their numbers alone. */
  secondNeedsNumber(name: string): string;
  unknownTenant(): string;
  notAllowed(): string;
  busy(): string;
  unavailableUpstream(): string;
  refused(): string;
  /** Cal.com's refusal and what may be done next. */
  refusedWith(status: CallerRefusal): string;
  error(): string;
  unknownTool(): string;
  /** The start asked for went to another caller, and nothing else is known of it. */
  startGone(): string;
  /** What was asked for is on its way, its outcome still open. */
  unsettled(): string;
  /** Told before the answer to the next question, once a pending outcome is known. */
  nowConfirmed(service: string, start: SpokenStart): string;
  nowFailed(start: SpokenStart): string;
  nowCancelled(start: SpokenStart): string;
  /** The appointment still stands. */
  notCancelled(start: SpokenStart): string;
}

export type MissingField =
  | 'service_name'
  | 'desired_date'
  | 'desired_time'
  | 'customer_name'
  | 'new_date'
  | 'new_time'
  | 'reason'
  | 'phone_number'
  | 'date'
  | 'reservation_uid'
  | 'consent';
