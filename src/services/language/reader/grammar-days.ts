import type { Connector, DatePiece } from './date-pieces';
import { row, type Fact, type RuleRow, type Rules } from './facts';
import type { Found } from './patterns';
import type { Which } from './senses';

type Calendar = Extract<DatePiece, { is: 'calendar' }>;

const WEEKS_AHEAD: Record<Which, number> = { last: -1, this: 0, next: 1, after_next: 2 };

export const dated = (piece: DatePiece | null): Fact[] | null => piece && [{ is: 'date', piece }];
/** Figures that may be something else in another field, or beside another date. */
const doubtful = (piece: DatePiece | null): Fact[] | null => piece && [{ is: 'date', piece, doubtful: true }];
export const linked = (connector: Connector): Extract<Fact, { is: 'connector' }> => ({ is: 'connector', connector });

function calendar(day: number, month: number | null, year: number | null = null, eitherOrder = false): Calendar {
  return { is: 'calendar', day, month, year, monthOffset: null, eitherOrder };
}

export function whichOf(found: Found<Rules>, name = 'which'): Which | null {
  return found.sense(name, 'which')?.value ?? null;
}

const yearOf = (found: Found<Rules>): number | null => found.rule('year');

const monthOf = (found: Found<Rules>): number => found.num('month');
const YEAR = '<year>?';
const MONTH = 'month|may';

function writtenDay(found: Found<Rules>): DatePiece | null {
  const written = found.sense('date', 'date')?.value;
  if (!written) return null;
  return calendar(written.day, written.month, written.year ?? yearOf(found), written.eitherOrder ?? false);
}

function writtenPair(found: Found<Rules>): DatePiece | null {
  const pair = found.sense('pair', 'pair');
  if (!pair || pair.second < 1 || pair.second > 12 || pair.first < 1 || pair.first > 31) return null;
  return calendar(pair.first, pair.second, yearOf(found));
}

/** "15 12": figures without dots, as speech-to-text writes a dictated date. */
function spacedDay(found: Found<Rules>): DatePiece | null {
  const [day, month] = [found.num('digit'), found.num('month')];
  return day >= 1 && day <= 31 && month >= 1 && month <= 12 ? calendar(day, month, yearOf(found)) : null;
}

function ordinalMonth(found: Found<Rules>): DatePiece | null {
  const month = found.num('month');
  return month <= 12 && found.num('ord') <= 31 ? calendar(found.num('ord'), month, yearOf(found)) : null;
}

function feastDay(found: Found<Rules>): DatePiece | null {
  const feast = found.sense('feast', 'feast')?.value;
  if (!feast) return null;
  if ('easter' in feast) return { is: 'easter', offset: feast.easter, year: yearOf(found) };
  return calendar(feast.day, feast.month, yearOf(found));
}

/** Days by day and month, however they are written or said. */
export const CALENDAR_DAYS: RuleRow<'calendar'>[] = [
  row(`date ${YEAR}`, writtenDay),
  row(`dom of|the* ${MONTH} ${YEAR}`, (found) => calendar(found.num('dom'), monthOf(found), yearOf(found))),
  row('dom in|of|von|the* <month_offset>', (found) => ({
    ...calendar(found.num('dom'), null),
    monthOffset: found.rule('month_offset')?.months ?? null,
  })),
  row(`which? ${MONTH} the? dom ${YEAR}`, (found) => calendar(found.num('dom'), monthOf(found), yearOf(found))),
  row(`ord month:ord ${YEAR}`, ordinalMonth, 1),
  row('ord of the? month:ord', ordinalMonth, 1),
  row(`feast ${YEAR}`, feastDay),
];

/** "2026", "twenty twenty-six", and "26" where it is no hour. */
export const YEARS: RuleRow<'year'>[] = [
  row('figures:year', (found) => found.num('figures')),
  row('century:n shortyear', (found) => (found.num('century') === 20 ? 2000 + found.num('shortyear') : null), 1),
  row('shortyear', (found) => 2000 + found.num('shortyear'), 3),
];

export const MONTH_OFFSETS: RuleRow<'month_offset'>[] = [
  row('which unit.month', (found) => ({ months: WEEKS_AHEAD[whichOf(found) ?? 'this'] })),
  row('unit.month', () => ({ months: null })),
];

function weekdayOf(found: Found<Rules>, which: Which | null): DatePiece {
  return { is: 'weekday', weekday: found.num('weekday') || found.num('short_weekday'), which };
}

/** What a distance is counted from: "a week on [Friday]", "drei Tage vor [Heiligabend]". */
export const DAY_REFS: RuleRow<'day_ref'>[] = [
  row('which* weekday', (found) => weekdayOf(found, whichOf(found))),
  row('day', (found) => ({ is: 'day', offset: found.num('day') })),
  row('morgen', () => ({ is: 'day', offset: 1 })),
  row('<calendar>', (found) => found.rule('calendar')),
  row('ord', (found) => calendar(found.num('ord'), null), 2),
];

function fromDayTo(found: Found<Rules>, connector: Connector): Fact[] | null {
  const [month, year] = [monthOf(found), yearOf(found)];
  const day = (name: string): Fact => ({ is: 'date', piece: calendar(found.num(name), month, year) });
  return [day('first'), linked(connector), day('last')];
}

function twoWhich(found: Found<Rules>, piece: (which: Which) => DatePiece): Fact[] | null {
  const [first, second] = [whichOf(found, 'first'), whichOf(found, 'second')];
  if (first === null || second === null) return null;
  return [{ is: 'date', piece: piece(first) }, linked('or'), { is: 'date', piece: piece(second) }];
}

const morning: Fact = { is: 'part', part: { daytime: 'morning', half: null } };
const today: Fact = { is: 'date', piece: { is: 'day', offset: 0 } };

/** Days by calendar, weekday and distance in words. */
export const DAY_FACTS: RuleRow<'fact'>[] = [
  row('<calendar>', (found) => dated(found.rule('calendar'))),
  row('stamp', (found) => {
    const stamp = found.sense('stamp', 'stamp');
    return stamp && [{ is: 'stamp', stamp }];
  }),
  row('pair <year>', (found) => dated(writtenPair(found))),
  row('pair', (found) => doubtful(writtenPair(found)), 1),
  row('digit month:digit <year>', (found) => dated(spacedDay(found)), 1),
  row(`digit month:digit`, (found) => doubtful(spacedDay(found)), 1),
  row('dotted', (found) => doubtful(calendar(found.num('dotted'), null)), 3),
  row('ord', (found) => doubtful(calendar(found.num('ord'), null)), 3),
  row('on|the on|the* ord', (found) => dated(calendar(found.num('ord'), null))),
  row('on|the on|the* digit', (found) => doubtful(calendar(found.num('digit'), null)), 2),
  row(
    'weekday digit',
    (found) => [
      { is: 'date', piece: weekdayOf(found, null) },
      { is: 'date', piece: calendar(found.num('digit'), null), doubtful: true },
    ],
    16,
  ),
  row(
    'which? weekday twentyfour:digit',
    (found) =>
      found.num('twentyfour') < 13
        ? null
        : [
            { is: 'date', piece: weekdayOf(found, whichOf(found)) },
            { is: 'date', piece: calendar(found.num('twentyfour'), null), doubtful: true },
          ],
    6,
  ),
  row(
    `which? ${MONTH} the? dom meridiem_am|meridiem_pm`,
    () => [{ is: 'problem', problem: { about: 'time', reason: 'unreadable' } }],
    5,
  ),
  // "15 December 10": either figure may be the day.
  row(
    `first:digit ${MONTH} on* last:digit`,
    (found) =>
      Math.max(found.num('first'), found.num('last')) > 31 || found.num('last') > 24
        ? null
        : [{ is: 'problem', problem: { about: 'time', reason: 'unreadable' } }],
    -1,
  ),
  row(`${MONTH} first:dom until|to|dash last:digit|ord ${YEAR}`, (found) => fromDayTo(found, 'to')),
  row(`from|von|between? the? first:dom until|to|dash the? last:dom of|the* ${MONTH} ${YEAR}`, (found) =>
    fromDayTo(found, 'to'),
  ),
  row(`between the? first:dom and the? last:dom of|the* ${MONTH} ${YEAR}`, (found) => fromDayTo(found, 'to')),
  row(`the? first:dom or|and the? last:dom of|the* ${MONTH} ${YEAR}`, (found) => fromDayTo(found, 'or')),
  row('which* weekday', (found) => dated(weekdayOf(found, whichOf(found)))),
  row('weekday which.next', (found) => dated(weekdayOf(found, 'next'))),
  row('which? weekday after the? which.next', (found) => dated(weekdayOf(found, 'after_next'))),
  row('weekday morgen', (found) => [{ is: 'date', piece: weekdayOf(found, null) }, morning]),
  row('on short_weekday', (found) => dated(weekdayOf(found, null)), -12),
  row('which short_weekday', (found) => dated(weekdayOf(found, whichOf(found)))),
  row('short_weekday the? <calendar>', (found) => {
    const piece = found.rule('calendar');
    return (
      piece && [
        { is: 'date', piece: weekdayOf(found, null) },
        { is: 'date', piece },
      ]
    );
  }),
  row('short_weekday.4 around? <any_time>', (found) => {
    const time = found.rule('any_time');
    if (time === null || time.clock === 'impossible') return null;
    return [
      { is: 'date', piece: weekdayOf(found, null) },
      { is: 'clock', clock: time.clock, bare: false },
    ];
  }),
  row('short_weekday', (found) => dated(weekdayOf(found, null)), 30),
  row('day', (found) => dated({ is: 'day', offset: found.num('day') })),
  row('morgen', () => dated({ is: 'day', offset: 1 })),
  row('day morgen', (found) => [{ is: 'date', piece: { is: 'day', offset: found.num('day') } }, morning]),
  row('which.this morgen', () => [today, morning]),
  row('which.next morgen', () => [{ is: 'date', piece: { is: 'context', days: 1 } }, morning]),
  row('which.this <part>', (found) => {
    const part = found.rule('part');
    return part && [today, { is: 'part', part }];
  }),
  row('day unit.day', (found) => dated({ is: 'day', offset: found.num('day') })),
  row('comparative day', (found) => (found.num('day') === 0 ? [today] : null)),
  row('day comparative.late', (found) => (found.num('day') === 0 ? [today] : null)),
  row('comparative.late which.this <part>', (found) => {
    const part = found.rule('part');
    return part && [today, { is: 'part', part }];
  }),
  row('first:which or second:which weekday', (found) =>
    twoWhich(found, (which) => weekdayOf(found, which === 'next' ? 'after_next' : which)),
  ),
  row('first:which or second:which unit.week', (found) =>
    twoWhich(found, (which) => ({ is: 'week', offset: WEEKS_AHEAD[which], part: null })),
  ),
  row('from now', () => [linked('from'), today]),
  ...(['after', 'before', 'from'] as const).map((connector) =>
    row<'fact'>(`any unit.day ${connector}`, () => [linked(connector)], -9),
  ),
  ...(
    [
      ['from|limit_from from|after*', 'from'],
      ['until|limit_until until|limit_until*', 'until'],
      ['after', 'after'],
      ['before', 'before'],
      ['and', 'and'],
      ['or', 'or'],
      ['to', 'to'],
      ['dash', 'dash'],
      ['between', 'between'],
    ] as const
  ).map(([pattern, connector]) => row<'fact'>(pattern, () => [linked(connector)], -9)),
  ...(
    [
      ['not before|until|from', 'from'],
      ['not comparative.early than', 'from'],
      ['not after', 'until'],
      ['not comparative.late than', 'until'],
    ] as const
  ).map(([pattern, connector]) => row<'fact'>(pattern, () => [linked(connector)], -8)),
  ...(['or', 'and', 'until', 'to', 'dash'] as const).map((connector) =>
    row<'fact'>(`weekday ${connector} short_weekday`, (found) => [
      { is: 'date', piece: { is: 'weekday', weekday: found.num('weekday'), which: null } },
      linked(connector),
      { is: 'date', piece: { is: 'weekday', weekday: found.num('short_weekday'), which: null } },
    ]),
  ),
  ...(['from', 'until', 'between'] as const).map((connector) =>
    row<'fact'>(
      `${connector} short_weekday`,
      (found) => [linked(connector), { is: 'date', piece: weekdayOf(found, null) }],
      -4,
    ),
  ),
];

/** What is said after its day: "Friday at the latest", "from Monday onwards". */
export const TRAILERS: RuleRow<'trailer'>[] = (
  [
    ['onward', 'from'],
    ['around|the* limit_from', 'from'],
    ['around|the* limit_until', 'until'],
  ] as const
).map(([pattern, connector]) => row<'trailer'>(pattern, () => [{ ...linked(connector), trailing: true }], -2));
