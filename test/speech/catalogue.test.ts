import fc from 'fast-check';
import { ENGLISH } from '../../src/services/language/en/phrases';
import { GERMAN } from '../../src/services/language/de/phrases';
import { RECORDING_NOTICES } from '../../src/domain';
import type { MissingField, Opening, Phrases, SpokenStart } from '../../src/services/voice/phrases';

type Sayings = Record<Exclude<keyof Phrases, 'language'>, string[]>;

const FIELDS: MissingField[] = [
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
const OPENINGS: Opening[] = [true, false].flatMap((isDisclosed) =>
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

const TYPICAL: Record<'de' | 'en', Facts> = {
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
function sayings(say: Phrases, facts: Facts): Sayings {
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

const SAYS_BOOKED = /gebucht|\bbooked\b/i;
const AFTER_A_BOOKING = ['booked', 'bookedFirst', 'bookedAlready', 'rescheduled', 'nowConfirmed'];
const SPELLED = ['invalidPhone', 'whichCountry', 'phoneNoted', 'ownPhoneUsed'];
/** A caller who has nothing to decide hears a statement. */
const STATEMENTS = [
  'transferring',
  'handedOver',
  'withStaff',
  'booked',
  'bookedAlready',
  'pending',
  'requested',
  'unsettled',
  'rescheduled',
  'movePending',
  'cancelPending',
  'eachPersonAlone',
  'lengthOf',
  'firstOfSeveral',
  'bookedLength',
  'phoneNoted',
  'ownPhoneUsed',
  'emailNoted',
  'emailLeftOut',
  'unknownTenant',
  'nowConfirmed',
  'nowFailed',
  'nowCancelled',
  'notCancelled',
  'staffNotCertain',
  'nowWithStaff',
];

function sentences(text: string): number {
  return text.split(/(?<!\d)[.?!]+(?:\s+|$)/).filter((part) => part !== '').length;
}

describe.each([
  ['German', GERMAN, TYPICAL.de],
  ['English', ENGLISH, TYPICAL.en],
] as const)('the %s catalogue', (_language, say, facts) => {
  const all = Object.entries(sayings(say, facts)).flatMap(([kind, texts]) => texts.map((text) => ({ kind, text })));

  test.each(all)('$kind: "$text" can be said aloud', ({ kind, text }) => {
    expect(text).not.toMatch(/[\n\r\t*_#`<>{}[\]|\\"]|\s\s|\s[,.?!]|,,|undefined|NaN/);
    // In German a zero is said so.
    if (!SPELLED.includes(kind)) expect(text).not.toContain('null');
    expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}|\d{2}:\d{2}|[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(text).toMatch(/^[\p{Lu}].*[.?!]$/u);
    expect(sentences(text)).toBeLessThanOrEqual(2);
    expect(text.length).toBeLessThanOrEqual(270);
  });

  test.each(all)(
    '$kind: "$text" says "booked" only after a booking, and asks where the caller must decide',
    ({ kind, text }) => {
      if (SAYS_BOOKED.test(text)) expect(AFTER_A_BOOKING).toContain(kind);
      expect(text.endsWith('?')).toBe(!STATEMENTS.includes(kind));
    },
  );

  test('"booked" is said after a booking', () => {
    expect(say.booked(facts.service, facts.start, facts.name)).toMatch(SAYS_BOOKED);
    expect(say.bookedAlready(facts.service, facts.start, '')).toMatch(SAYS_BOOKED);
  });

  test('what was asked for is repeated: service, start and name', () => {
    for (const text of [
      say.booked(facts.service, facts.start, facts.name),
      say.confirmDetails(facts.service, facts.start, facts.name),
    ]) {
      expect(text).toContain(facts.service);
      expect(text).toContain(facts.start.instant);
      expect(text).toContain(facts.name);
    }
  });

  test('at most three times, alternatives or appointments are read out', () => {
    const many = ['a1', 'b2', 'c3', 'd4', 'e5'];
    const texts = [
      say.unavailable(facts.start, many),
      say.dayFull(facts.start.date, many),
      say.found(facts.service, many),
      say.slotTaken(facts.start, many),
      say.moveTaken(facts.start, many),
      say.freeTimes(facts.service, facts.start.date, many, true),
      say.appointments(many),
      say.severalAppointments(many, 'move'),
      say.unknownService(many),
      say.unknownStaff(many),
    ];
    for (const text of texts) {
      expect(text).toContain('c3');
      expect(text).not.toContain('d4');
    }
  });

  test('names from records and callers cannot bring markup, lines or endless text into a sentence', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constant('<b>Anna</b>\n# *Müller* `x` {{y}} | "z"'),
    );
    fc.assert(
      fc.property(hostile, hostile, (service, name) => {
        for (const text of [
          say.available(service, facts.start, false),
          say.booked(service, facts.start, name),
          say.confirmDetails(service, facts.start, name),
          say.services([service, name]),
          say.ambiguousService([service, name]),
          ...OPENINGS.map((opening) => say.greeting(name, service, opening)),
          say.staffCannot(name, service),
          say.unknownStaff([name]),
        ]) {
          expect(text).not.toMatch(/[\n\r\t*_#`<>{}[\]|\\"]/);
          expect(text.length).toBeLessThan(600);
        }
      }),
    );
  });
});

describe('wording', () => {
  const { start } = TYPICAL.de;

  test('German offers are called Alternativen, joined by "oder", and end with a question', () => {
    expect(GERMAN.unavailable(start, ['morgen um drei Uhr', 'Samstag, den 28. November, um zehn Uhr'])).toBe(
      'Am Freitag, den 27. November, um halb drei ist leider nicht frei. ' +
        'An Alternativen habe ich morgen um drei Uhr oder am Samstag, den 28. November, um zehn Uhr, was passt Ihnen besser?',
    );
    for (const text of [
      GERMAN.unavailable(start, ['morgen um drei Uhr']),
      GERMAN.slotTaken(start, ['morgen um drei Uhr']),
      GERMAN.dayFull(start.date, ['morgen um drei Uhr']),
      GERMAN.found('Färben', ['morgen um drei Uhr']),
      GERMAN.moveTaken(start, ['morgen um drei Uhr']),
    ]) {
      expect(text).toContain('Alternativen');
      expect(text).toMatch(/\?$/);
    }
  });

  test('German without an offer regrets, says there are none, and offers a callback', () => {
    for (const text of [
      GERMAN.unavailable(start, []),
      GERMAN.slotTaken(start, []),
      GERMAN.dayFull(start.date, []),
      GERMAN.moveTaken(start, []),
      GERMAN.noneFound('Färben'),
    ]) {
      expect(text).toMatch(/Leider.*keine.*Rückruf.*\?$/);
    }
  });

  test('free times are read as a person would', () => {
    expect(
      GERMAN.freeTimes('Färben', 'Freitag, den 27. November', ['zehn Uhr', 'halb zwölf', 'vierzehn Uhr'], false),
    ).toBe(
      'Am Freitag, den 27. November, habe ich um zehn Uhr, um halb zwölf oder um vierzehn Uhr etwas frei. Welche Uhrzeit passt Ihnen?',
    );
    expect(GERMAN.freeTimes('Färben', 'heute', ['um zehn Uhr'], true)).toBe(
      'Heute habe ich unter anderem um zehn Uhr etwas frei. Welche Uhrzeit passt Ihnen?',
    );
    expect(ENGLISH.freeTimes('x', 'tomorrow', ['ten', 'half past two'], false)).toBe(
      'Tomorrow I have something free at ten or at half past two. What time would suit you?',
    );
  });

  test('a relative day takes no preposition, a weekday does, and one already there stays single', () => {
    expect(GERMAN.nextAvailable('Färben', 'morgen um halb drei')).toContain('ist morgen um halb drei.');
    expect(GERMAN.nextAvailable('Färben', 'Freitag um zehn')).toContain('ist am Freitag um zehn.');
    expect(GERMAN.nextAvailable('Färben', 'am Freitag um zehn')).toContain('ist am Freitag um zehn.');
    expect(GERMAN.confirmDate('am Freitag, den 13. August 2027')).toBe(
      'Nur zur Sicherheit: Meinen Sie Freitag, den 13. August 2027?',
    );
    expect(ENGLISH.nextAvailable('dye', 'Friday at ten')).toContain('is on Friday at ten.');
    expect(ENGLISH.nextAvailable('dye', 'tomorrow at ten')).toContain('is tomorrow at ten.');
  });

  test('a notice period is said in hours and minutes', () => {
    expect(GERMAN.tooShortNotice(15, null)).toContain('zu kurzfristig, wir brauchen mindestens 15 Minuten');
    expect(GERMAN.tooShortNotice(120, null)).toContain('2 Stunden Vorlauf');
    expect(GERMAN.tooShortNotice(90, null)).toContain('eine Stunde und 30 Minuten');
    expect(ENGLISH.tooShortNotice(61, null)).toContain('at least one hour and one minute.');
  });

  test('each missing field has a question of its own', () => {
    for (const say of [GERMAN, ENGLISH])
      expect(new Set(FIELDS.map((field) => say.missing(field))).size).toBe(FIELDS.length);
  });

  test('the call decides the language', () => {
    expect([GERMAN.language, ENGLISH.language]).toEqual(['de', 'en']);
  });
});
