import fc from 'fast-check';
import { readArguments } from '../../src/retell/arguments';
import { toolOf, type ToolName, TOOLS } from '../../src/services/voice/tools';
import type { VoiceArgs } from '../../src/services/voice/voice-request';

const argumentNames = (tool: ToolName): string[] =>
  toolOf(tool).arguments.flatMap(({ name, details }) => [name, ...details.spellings]);

describe('argument names', () => {
  const aliases: [ToolName, string, string[], unknown, unknown][] = [
    [
      'check_availability',
      'desired_date',
      ['datum', 'date', 'appointment_date', 'desired_date', 'preferred_date', 'date_string', 'relative_day'],
      'morgen',
      'morgen',
    ],
    [
      'check_availability',
      'desired_time',
      ['uhrzeit', 'time', 'appointment_time', 'desired_time', 'preferred_time', 'zeitraum'],
      'halb drei',
      'halb drei',
    ],
    ['check_availability', 'datetime', ['datetime', 'date_time'], '24.11.2026 14:30', '24.11.2026 14:30'],
    [
      'check_availability',
      'service_name',
      ['dienstleistung', 'service', 'service_name', 'service_type'],
      'Färben',
      'Färben',
    ],
    ['check_availability', 'service_id', ['service_id'], '1003', '1003'],
    [
      'check_availability',
      'staff',
      ['mitarbeiter', 'mitarbeiter_wunsch', 'staff', 'preferred_staff_id'],
      'Anna',
      'Anna',
    ],
    ['check_availability', 'duration', ['duration'], '45', 45],
    ['find_alternatives', 'desired_date', ['preferred_date', 'desired_date', 'datum'], 'morgen', 'morgen'],
    ['find_alternatives', 'desired_time', ['preferred_time', 'zeitraum'], '14 Uhr', '14 Uhr'],
    ['find_alternatives', 'time_preference', ['time_preference'], 'nachmittags', 'nachmittags'],
    ['find_next_available', 'from_date', ['from_date', 'date', 'datum', 'desired_date'], 'morgen', 'morgen'],
    ['create_booking', 'customer_name', ['name', 'customer_name', 'kundename'], 'Anna Müller', 'Anna Müller'],
    [
      'create_booking',
      'customer_phone',
      ['phone', 'customer_phone', 'telefonnummer', 'telefon', 'phone_number', 'caller_number'],
      '030 901820',
      '030 901820',
    ],
    ['create_booking', 'customer_email', ['email', 'customer_email'], 'anna at gmx punkt de', 'anna at gmx punkt de'],
    ['create_booking', 'notes', ['notes', 'kundenpraeferenzen'], 'kurz', 'kurz'],
    [
      'collect_appointment',
      'confirm',
      ['bestaetigung', 'bestätigung', 'confirm', 'confirm_booking', 'confirm_reschedule'],
      'ja',
      true,
    ],
    ['reschedule_appointment', 'confirm', ['confirm_reschedule', 'bestaetigung'], false, false],
    ['reschedule_appointment', 'old_date', ['old_date', 'old_datum'], 'morgen', 'morgen'],
    ['reschedule_appointment', 'old_time', ['old_time', 'old_uhrzeit'], '10:00', '10:00'],
    [
      'reschedule_appointment',
      'new_date',
      ['new_date', 'new_datum', 'datum', 'desired_date'],
      'übermorgen',
      'übermorgen',
    ],
    ['reschedule_appointment', 'new_time', ['new_time', 'new_uhrzeit', 'uhrzeit', 'desired_time'], '11:00', '11:00'],
    [
      'reschedule_appointment',
      'appointment_id',
      ['appointment_id', 'termin_id', 'booking_id'],
      'a1b2-c3d4',
      'a1b2-c3d4',
    ],
    ['cancel_appointment', 'appointment_date', ['appointment_date', 'datum', 'old_date'], '2026-11-24', '2026-11-24'],
    ['cancel_appointment', 'appointment_time', ['appointment_time', 'uhrzeit'], '10:00', '10:00'],
    ['cancel_appointment', 'reason', ['reason'], 'krank', 'krank'],
    ['release_slot_reservation', 'reservation_uid', ['reservation_uid'], '0b1c2d3e-0000', '0b1c2d3e-0000'],
    ['parse_date', 'date', ['date', 'date_string', 'relative_day'], 'morgen', 'morgen'],
    ['parse_date', 'time', ['time'], 'halb drei', 'halb drei'],
    ['check_customer', 'customer_name', ['name', 'customer_name'], 'Anna', 'Anna'],
    ['request_callback', 'reason', ['reason'], 'Preis', 'Preis'],
    ['request_callback', 'phone_number', ['phone_number'], '030 901820', '030 901820'],
  ];
  const cases = aliases.flatMap(([tool, argument, names, said, read]) =>
    names.map((name) => ({ tool, argument, name, said, read })),
  );

  test.each(cases)('$tool reads $name as $argument', ({ tool, argument, name, said, read }) => {
    expect(readArguments(tool, { [name]: said })).toEqual({ [argument]: read });
  });

  test('spelling does not matter: camel case, hyphens, capitals', () => {
    const read = { service_name: 'Färben', desired_date: 'morgen' };
    expect(readArguments('check_availability', { serviceName: 'Färben', 'desired-date': 'morgen' })).toEqual(read);
    expect(readArguments('check_availability', { SERVICE_NAME: 'Färben', Datum: 'morgen' })).toEqual(read);
  });

  test('the canonical name wins, unless it holds nothing', () => {
    expect(readArguments('check_availability', { datum: 'heute', desired_date: 'morgen' })).toEqual({
      desired_date: 'morgen',
    });
    expect(readArguments('check_availability', { datum: 'heute', desired_date: 'None' })).toEqual({
      desired_date: 'heute',
    });
    expect(readArguments('collect_appointment', { confirm: null, bestaetigung: false })).toEqual({ confirm: false });
  });

  test('what a tool does not read it does not get', () => {
    expect(readArguments('get_available_services', { service_name: 'Färben', call_id: 'x' })).toEqual({});
    expect(readArguments('check_availability', { reason: 'x', customer_phone: '030 901820' })).toEqual({});
  });
});

describe('argument values', () => {
  const book = (given: Record<string, unknown>): VoiceArgs => readArguments('create_booking', given);

  test.each([
    [9, '9:00'],
    [14, '14:00'],
    [1430, '14:30'],
    [930, '9:30'],
    ['14', '14'],
    ['egal', undefined],
    ['any time', undefined],
  ])('time %p is %p', (said, read) => {
    expect(book({ desired_time: said }).desired_time).toBe(read);
  });

  test.each([
    [20261124, '2026-11-24'],
    ['{{current_date}}', 'heute'],
    ['current_date', 'heute'],
    ['2023-06-13', '2023-06-13'],
    ['31. Februar', '31. Februar'],
    ['{{date}}', undefined],
    ['x'.repeat(500), 'x'.repeat(500)],
    [true, undefined],
    [{ date: '2026-11-24' }, '2026-11-24'],
    [['morgen', 'heute'], 'morgen'],
  ])('date %p is %p', (said, read) => {
    expect(book({ desired_date: said }).desired_date).toBe(read);
  });

  test('a name, a number and wishes sent in parts are read whole', () => {
    expect(book({ customer_name: ['Erika', 'Muster'] }).customer_name).toBe('Erika Muster');
    expect(book({ customer_name: { last_name: 'Muster', first_name: 'Erika' } }).customer_name).toBe('Erika Muster');
    expect(book({ customer_name: { name: 'Erika Muster' } }).customer_name).toBe('Erika Muster');
    expect(book({ phone_number: { number: '0151 12345678' } }).customer_phone).toBe('0151 12345678');
    expect(book({ phone_number: ['0151', '12345678'] }).customer_phone).toBe('0151 12345678');
    expect(book({ notes: ['ohne Föhnen', null, 'bitte pünktlich'] }).notes).toBe('ohne Föhnen, bitte pünktlich');
  });

  test('an instant may be a number of seconds or milliseconds', () => {
    expect(book({ datetime: 1_795_527_000 }).datetime).toBe('2026-11-24T13:30:00.000Z');
    expect(book({ datetime: 1_795_527_000_000 }).datetime).toBe('2026-11-24T13:30:00.000Z');
    expect(book({ datetime: 7 })).toEqual({});
  });

  test.each([
    ['null eins sieben sechs eins zwei', 'null eins sieben sechs eins zwei'],
    [4930901820, '4930901820'],
    ['+49 (30) 901820', '+49 (30) 901820'],
    ['Tel.: 030 901820', 'Tel.: 030 901820'],
    ['anonymous', undefined],
    ['caller_number', undefined],
    ['12', '12'],
    [null, undefined],
  ])('phone %p is %p', (said, read) => {
    expect(book({ customer_phone: said }).customer_phone).toBe(read);
  });

  test.each(['Kunde', 'the caller', 'None', '{{customer_name}}', '', null, [], {}, false, 'true'])(
    '%p is no name',
    (said) => {
      expect(book({ customer_name: said })).toEqual({});
    },
  );

  test('names are freed of markup', () => {
    expect(book({ customer_name: '<b>Anna</b>\nMüller' }).customer_name).toBe('Anna Müller');
  });

  test.each([
    ['60', 60],
    [45, 45],
    ['60 Minuten', 60],
    ['1,5 Stunden', 90],
    ['2 hours', 120],
    [0, undefined],
    [100_000, undefined],
    ['lang', undefined],
  ])('duration %p is %p', (said, read) => {
    expect(book({ duration: said }).duration).toBe(read);
  });

  test.each([
    [true, true],
    ['true', true],
    ['ja', true],
    ['Yes', true],
    [1, true],
    ['1', true],
    [false, false],
    ['nein', false],
    ['no', false],
    [0, false],
    ['vielleicht', undefined],
    [null, undefined],
  ])('confirm %p is %p', (said, read) => {
    expect(readArguments('collect_appointment', { confirm: said }).confirm).toBe(read);
  });

  test.each(['1', '12345', 'appointment_1', '{{appointment_id}}', 'current', 'a b', '../../etc', "'; drop table"])(
    '%p is no appointment id',
    (said) => {
      expect(readArguments('cancel_appointment', { appointment_id: said })).toEqual({});
    },
  );

  test('a name in the place of a service id is taken for a name', () => {
    expect(book({ service_id: 'Damen Haarschnitt' })).toEqual({ service_name: 'Damen Haarschnitt' });
    expect(book({ service_id: 'Bartpflege', service_name: 'Färben' })).toEqual({ service_name: 'Färben' });
    expect(book({ service_id: 1002 })).toEqual({ service_id: '1002' });
  });

  test('null for everything leaves nothing, for every tool', () => {
    for (const { name: tool } of TOOLS) {
      const nothing = Object.fromEntries(argumentNames(tool).map((name) => [name, null]));
      expect(readArguments(tool, nothing)).toEqual({});
    }
  });
});

test.each([
  ...[
    'ja',
    'Ja, gerne.',
    'von mir aus',
    'kein Problem',
    'da habe ich nichts dagegen',
    'yes please',
    "I don't mind",
  ].map((words) => [words, true] as const),
  ...['nein', 'Nein danke', 'lieber nicht', 'bitte ohne Aufzeichnung', "I'd rather not", 'no', false, 'nö'].map(
    (words) => [words, false] as const,
  ),
  ...['warum denn?', 'was bedeutet das', '', null].map((words) => [words, undefined] as const),
])('the answer %j to the question about a recording is read as %j', (words, consent) => {
  expect(readArguments('record_consent', { consent: words }).consent).toBe(consent);
});

test('reading never throws and never lets through what cannot be said, whatever the arguments are', () => {
  const tool = fc.constantFrom(...TOOLS.map((one) => one.name));
  const given = tool.chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.dictionary(
        fc.oneof(fc.constantFrom('call_id', '__proto__', ...argumentNames(name)), fc.string()),
        fc.jsonValue(),
      ),
    ),
  );
  fc.assert(
    fc.property(given, ([name, args]) => {
      for (const value of Object.values(readArguments(name, args))) {
        expect(['string', 'number', 'boolean']).toContain(typeof value);
        if (typeof value === 'string') {
          expect(value).not.toMatch(/[<>{}\\]|\p{Cc}/u);
          expect(value.length).toBeGreaterThan(0);
          expect([...value].length).toBeLessThanOrEqual(1000);
        }
      }
    }),
    { numRuns: 500 },
  );
});
