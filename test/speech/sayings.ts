import { RECORDING_NOTICES } from '../../src/domain';
import type { MissingField, Opening, Phrases, SpokenStart } from '../../src/services/voice/phrases';

type Sayings = Record<Exclude<keyof Phrases, 'language'>, string[]>;

export const FIELDS: MissingField[] = [
  'service_name',
  'desired_date',
  'desired_time',
  'customer_name',
  'new_date',
  'new_time',
  'reason',
  'phone_number',
  'date',
  'reservation_uid',
  'consent',
];

const OWN_WORDS = 'Hallo, Sie sprechen mit Rosi, der KI von {{business_name}}';
export const OPENINGS: Opening[] = [true, false].flatMap((isDisclosed) =>
  RECORDING_NOTICES.flatMap((recording) => [
    { isDisclosed, ownWords: null, recording },
    { isDisclosed, ownWords: OWN_WORDS, recording },
  ]),
);

interface Facts {
  start: SpokenStart;
  alternatives: string[];
  times: string[];
  wish: string;
  service: string;
  name: string;
  names: string[];
}

export const TYPICAL: Record<'de' | 'en', Facts> = {
  de: {
    start: { instant: 'Freitag, den 27. November, um halb drei', date: 'Freitag, den 27. November', time: 'halb drei' },
    alternatives: [
      'Freitag, den 27. November, um drei Uhr',
      'morgen um Viertel nach vier',
      'nächste Woche Dienstag um zehn Uhr',
    ],
    times: ['zehn Uhr', 'halb zwölf', 'vierzehn Uhr'],
    wish: 'zwischen zehn Uhr und zwölf Uhr',
    service: 'Herrenhaarschnitt',
    name: 'Anna Müller',
    names: ['Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben', 'Bartpflege'],
  },
  en: {
    start: { instant: 'Friday, November 27th, at half past two', date: 'Friday, November 27th', time: 'half past two' },
    alternatives: ['Friday, November 27th, at three', 'tomorrow at a quarter past four', 'next Tuesday at ten'],
    times: ['ten', 'half past eleven', 'two in the afternoon'],
    wish: 'in the afternoon',
    service: "men's haircut",
    name: 'Anna Miller',
    names: ["men's haircut", "women's haircut", 'colouring', 'beard trim'],
  },
};

/** Every utterance, in each of its variants. The type makes a new kind of utterance appear here too. */
export function sayings(say: Phrases, facts: Facts): Sayings {
  const { start, alternatives, times, service, name, names } = facts;
  const offers = [0, 1, 2, 3].map((count) => alternatives.slice(0, count));
  return {
    available: [say.available(service, start, false), say.available(service, start, true)],
    unavailable: offers.map((offer) => say.unavailable(start, offer)),
    freeTimes: [1, 2, 3].flatMap((count) => [
      say.freeTimes(service, start.date, times.slice(0, count), false),
      say.freeTimes(service, start.date, times.slice(0, count), true),
    ]),
    dayFull: offers.map((offer) => say.dayFull(start.date, offer)),
    closedThen: [null, start.date].flatMap((last) =>
      offers.flatMap((offer) =>
        [false, true].map((stays) => say.closedThen({ first: start.date, last }, offer, stays)),
      ),
    ),
    found: offers.slice(1).map((offer) => say.found(service, offer)),
    nextAvailable: [say.nextAvailable(service, start.instant)],
    noneFound: [say.noneFound(service)],
    booked: [say.booked(service, start, name), say.booked(service, start, '')],
    bookedFirst: [
      say.bookedFirst(service, start, name, { services: ['Bartpflege'], forNextPerson: false }),
      say.bookedFirst(service, start, name, { services: [], forNextPerson: true }),
    ],
    bookedAlready: [say.bookedAlready(service, start, name), say.bookedAlready(service, start, '')],
    otherPersonSameTime: [true, false].map((isSettled) =>
      say.otherPersonSameTime({ service, start, name, isSettled }, 'Tina Tochter'),
    ),
    bookedInCall: [true, false].map((isSettled) => say.bookedInCall({ service, start, name, isSettled }, start)),
    slotTaken: offers.map((offer) => say.slotTaken(start, offer)),
    pending: [say.pending(service, start)],
    requested: [say.requested(service, start)],
    confirmDetails: [say.confirmDetails(service, start, name)],
    reserved: [say.reserved(start, 5), say.reserved(start, 1)],
    released: [say.released()],
    nothingHeld: [say.nothingHeld()],
    rescheduled: [say.rescheduled(service, start)],
    moveTaken: offers.map((offer) => say.moveTaken(start, offer)),
    movePending: [say.movePending(start)],
    cancelled: [say.cancelled(service, start), say.cancelled('', start)],
    cancelPending: [say.cancelPending(start)],
    tooLateToCancel: [say.tooLateToCancel(24), say.tooLateToCancel(1)],
    tooLateToMove: [say.tooLateToMove(24), say.tooLateToMove(1)],
    appointmentNotFound: [say.appointmentNotFound()],
    otherAppointments: (['cancel', 'move'] as const).flatMap((purpose) => [
      say.otherAppointments(alternatives.slice(0, 1), purpose),
      say.otherAppointments(alternatives, purpose),
    ]),
    ownAppointment: [say.ownAppointment(service, start)],
    severalAppointments: [
      say.severalAppointments(alternatives, 'cancel'),
      say.severalAppointments(alternatives, 'move'),
    ],
    appointments: [1, 2, 3].map((count) => say.appointments(alternatives.slice(0, count))),
    noAppointments: [say.noAppointments()],
    services: [say.services(names), say.services(names.slice(0, 1)), say.services([...names, ...names])],
    noServices: [say.noServices()],
    serviceInfo: [
      say.serviceInfo(service, 30, null, []),
      say.serviceInfo(service, 1, { price: 35, currency: 'EUR' }, ['Anna']),
      say.serviceInfo(service, 90, { price: 35.5, currency: 'CHF' }, ['Anna', 'Bernd', 'Clara', 'Doris']),
    ],
    openingHours: [0, 1, 2].map((count) =>
      say.openingHours(start.date, Array(count).fill({ opens: times[0]!, closes: times[1]! })),
    ),
    timeNow: [say.timeNow(start.time)],
    greeting: OPENINGS.flatMap((opening) =>
      [null, name].map((one) => say.greeting('Salon Sonnenschein', one, opening)),
    ),
    consentNoted: [say.consentNoted(true), say.consentNoted(false)],
    customerFound: [say.customerFound(name)],
    newCustomer: [say.newCustomer()],
    anonymous: [say.anonymous()],
    callbackRecorded: [say.callbackRecorded()],
    transferring: [say.transferring()],
    callbackOffered: [say.callbackOffered(start.instant)],
    handedOver: [
      say.handedOver({ name, service, start: start.instant, asked: 'möchte über den Preis sprechen', reason: 'Preis' }),
      say.handedOver({ name: null, service: null, start: null, asked: null, reason: null }),
    ],
    dateRead: [
      say.dateRead(start.date, null, null),
      say.dateRead(start.date, start.time, null),
      say.dateRead(start.date, null, facts.wish),
    ],
    daysRead: [say.daysRead(start.date, start.date, null), say.daysRead(start.date, start.date, facts.wish)],
    missing: FIELDS.map((field) => say.missing(field)),
    invalidDate: [say.invalidDate()],
    invalidTime: [say.invalidTime(null), say.invalidTime(start.date)],
    invalidPhone: [say.invalidPhone([]), say.invalidPhone(['0176', '123'])],
    whichCountry: [say.whichCountry(['0664', '123', '45', '67'])],
    invalidEmail: [say.invalidEmail('anna müller at web punkt de')],
    invalidName: [say.invalidName('ja'), say.invalidName('***')],
    phoneNoted: [say.phoneNoted(['0151', '123', '456', '78']), say.phoneNoted(['+43', '664', '123'])],
    ownPhoneUsed: [say.ownPhoneUsed(['030', '123', '456'])],
    emailNoted: [say.emailNoted('anna.m-x_y+z@gmx.de')],
    emailLeftOut: [say.emailLeftOut()],
    pastTime: [say.pastTime()],
    confirmDate: [say.confirmDate(start.date)],
    unknownService: [say.unknownService(names), say.unknownService([])],
    ambiguousService: [say.ambiguousService(names.slice(0, 2))],
    oneByOne: [
      say.oneByOne(names.slice(0, 1), [['Bartpflege']]),
      say.oneByOne(names.slice(0, 2), [['Bartpflege', 'Färben']]),
    ],
    firstOfSeveral: [say.firstOfSeveral(service, [['Bartpflege'], ['Färben']])],
    lengthOf: [say.lengthOf(service, 30, true), say.lengthOf(service, 90, false)],
    lengthsOf: [say.lengthsOf(service, [30, 60, 90])],
    bookedLength: [say.bookedLength(30)],
    eachPersonAlone: [say.eachPersonAlone()],
    unknownStaff: [say.unknownStaff(['Anna', 'Bernd']), say.unknownStaff([])],
    staffCannot: [say.staffCannot('Anna', service)],
    withStaff: [say.withStaff('Anna')],
    withOtherStaff: [say.withOtherStaff('Bernd', 'Anna'), say.withOtherStaff(null, 'Anna')],
    staffNotCertain: [say.staffNotCertain('Anna')],
    nowWithStaff: [say.nowWithStaff('Bernd', 'Anna'), say.nowWithStaff('Bernd', null)],
    moveStaffNotFree: offers.map((offer) => say.moveStaffNotFree('Anna', start, offer)),
    staffNotFree: offers.map((offer) => say.staffNotFree('Anna', start, offer)),
    moveUnconfirmed: [say.moveUnconfirmed(start)],
    tooShortNotice: [15, 60, 90, 120, null].flatMap((minutes) => [
      say.tooShortNotice(minutes, null),
      say.tooShortNotice(minutes, start.instant),
    ]),
    secondNeedsNumber: [say.secondNeedsNumber(name)],
    unknownTenant: [say.unknownTenant()],
    notAllowed: [say.notAllowed()],
    busy: [say.busy()],
    unavailableUpstream: [say.unavailableUpstream()],
    refused: [say.refused()],
    refusedWith: (
      [
        'limit_reached',
        'already_cancelled',
        'not_changeable',
        'invalid_phone',
        'invalid_email',
        'changed_repeat',
        'superseded',
        'missing_fields',
      ] as const
    ).map((status) => say.refusedWith(status)),
    error: [say.error()],
    startGone: [say.startGone()],
    unsettled: [say.unsettled()],
    unknownTool: [say.unknownTool()],
    nowConfirmed: [say.nowConfirmed(service, start)],
    nowFailed: [say.nowFailed(start)],
    nowCancelled: [say.nowCancelled(start)],
    notCancelled: [say.notCancelled(start)],
  };
}
