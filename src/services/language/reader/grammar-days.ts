import { calendarPiece, dated, factRow, inPart, linked, problem, row } from './facts';
import type { Connector, DatePiece, Fact, Finding, PieceOf, RuleRow } from './facts';
import type { Which } from './senses';

/** Weeks, months or years from the running one. */
export const PERIODS_AHEAD: Record<Which, number> = { last: -1, this: 0, next: 1, after_next: 2 };

/** Figures that may be something else in another field, or beside another date. */
const doubtful = (piece: DatePiece | null): Fact | null => piece && { is: 'date', piece, doubtful: true };

export function whichOf(found: Finding, name = 'which'): Which | null {
  return found.senseIfAny('which', name)?.value ?? null;
}

const yearOf = (found: Finding): number | null => found.ruleIfAny('year');

const YEAR = '<year>?';
const MONTH = 'month|may';

const dayAndMonth = (found: Finding, day: string): DatePiece =>
  calendarPiece(found.num(day), found.num('month'), { year: yearOf(found) });

function writtenDay(found: Finding): DatePiece {
  const { day, month, year = yearOf(found), eitherOrder = false } = found.sense('date').value;
  return calendarPiece(day, month, { year, eitherOrder });
}

function writtenPair(found: Finding): DatePiece | null {
  const { first, second } = found.sense('pair');
  return second >= 1 && second <= 12 && first >= 1 && first <= 31
    ? calendarPiece(first, second, { year: yearOf(found) })
    : null;
}

/** "15 12": figures without dots, as speech-to-text writes a dictated date. */
function spacedDay(found: Finding): DatePiece | null {
  const [day, month] = [found.num('digit'), found.num('month')];
  return day >= 1 && day <= 31 && month >= 1 && month <= 12 ? dayAndMonth(found, 'digit') : null;
}

const ordinalMonth = (found: Finding): DatePiece | null =>
  found.num('month') <= 12 && found.num('ord') <= 31 ? dayAndMonth(found, 'ord') : null;

function feastDay(found: Finding): DatePiece {
  return { is: 'feast', feast: found.sense('feast').value, year: yearOf(found), weeksLater: 0 };
}

const FIRST_ADVENT = { weekday: 7, month: 11, day: 27 };

function adventSunday(found: Finding): DatePiece | null {
  const nth = found.num('ord');
  return nth > 4 ? null : { is: 'feast', feast: FIRST_ADVENT, year: yearOf(found), weeksLater: nth - 1 };
}

/** Days by day and month, however they are written or said. */
export const CALENDAR_DAYS: RuleRow<'calendar'>[] = [
  row(`date ${YEAR}`, writtenDay),
  row(`dom of|the* ${MONTH} ${YEAR}`, (found) => dayAndMonth(found, 'dom')),
  row('dom in|of|von|the* <month_offset>', (found) =>
    calendarPiece(found.num('dom'), null, { monthOffset: found.rule('month_offset').months }),
  ),
  row(`which? ${MONTH} the? dom ${YEAR}`, (found) => dayAndMonth(found, 'dom')),
  row(`ord month:ord ${YEAR}`, ordinalMonth, 1),
  row('ord of the? month:ord', ordinalMonth, 1),
  row(`feast ${YEAR}`, feastDay),
  row(`ord advent ${YEAR}`, adventSunday),
  row(`ord weekday.7 of|in|the* advent ${YEAR}`, adventSunday),
];

/** "2026", "twenty twenty-six", and "26" where it is no hour. */
export const YEARS: RuleRow<'year'>[] = [
  row('figures:year', (found) => found.num('figures')),
  row('century:n shortyear', (found) => (found.num('century') === 20 ? 2000 + found.num('shortyear') : null), 1),
  row('shortyear', (found) => 2000 + found.num('shortyear'), 3),
];

export const MONTH_OFFSETS: RuleRow<'month_offset'>[] = [
  row('which unit.month', (found) => ({ months: PERIODS_AHEAD[found.sense('which').value] })),
  row('unit.month', () => ({ months: null })),
];

export function weekdayOf(found: Finding, which = whichOf(found)): PieceOf<'weekday'> {
  return { is: 'weekday', weekday: found.num('weekday') || found.num('short_weekday'), which };
}

const weekday = (found: Finding, which = whichOf(found)): Fact | null => dated(weekdayOf(found, which));
const dayAhead = (found: Finding): DatePiece => ({ is: 'day', offset: found.num('day') });
const dayOfMonth = (found: Finding, name: string): DatePiece => calendarPiece(found.num(name), null);

/** What a distance is counted from: "a week on [Friday]", "drei Tage vor [Heiligabend]". */
export const DAY_REFS: RuleRow<'day_ref'>[] = [
  row('which* weekday', (found) => weekdayOf(found)),
  row('day', dayAhead),
  row('morgen', () => ({ is: 'day', offset: 1 })),
  row('<calendar>', (found) => found.rule('calendar')),
  row('ord', (found) => dayOfMonth(found, 'ord'), 2),
];

const fromDayTo =
  (connector: Connector) =>
  (found: Finding): (Fact | null)[] => [
    dated(dayAndMonth(found, 'first')),
    linked(connector),
    dated(dayAndMonth(found, 'last')),
  ];

const twoWhich = (found: Finding, piece: (which: Which) => DatePiece): (Fact | null)[] => [
  dated(piece(found.sense('which', 'first').value)),
  linked('or'),
  dated(piece(found.sense('which', 'second').value)),
];

const morning = inPart({ daytime: 'morning', half: null });
/** "Monday am": the morning. */
const inHalf = (found: Finding): Fact =>
  inPart({
    daytime: found.sense('word', 'meridiem_am').value === 'meridiem_am' ? 'long_morning' : 'afternoon',
    half: null,
  });

/** "der zweite Montag nach dem 10. Dezember" */
const besideDay = (found: Finding, sign: 1 | -1): (Fact | null)[] => [
  dated({ is: 'weekday_beside', weekday: found.num('weekday'), nth: sign * (found.num('ord') || 1) }),
  dated(found.ruleIfAny('calendar') ?? dayOfMonth(found, 'dom')),
];

const today = dated({ is: 'day', offset: 0 });
const unreadableTime = problem('time', 'unreadable');
const todayInPart = (found: Finding): (Fact | null)[] => [today, inPart(found.rule('part'))];

/** Days by calendar, weekday and distance in words. */
export const DAY_FACTS: RuleRow<'fact'>[] = [
  factRow('<calendar>', (found) => dated(found.rule('calendar'))),
  factRow('stamp', (found) => ({ is: 'stamp', stamp: found.sense('stamp') })),
  factRow('pair <year>', (found) => dated(writtenPair(found))),
  factRow('pair', (found) => doubtful(writtenPair(found)), 1),
  factRow('digit month:digit <year>', (found) => dated(spacedDay(found)), 1),
  factRow(`digit month:digit`, (found) => doubtful(spacedDay(found)), 1),
  factRow('dotted', (found) => doubtful(dayOfMonth(found, 'dotted')), 3),
  factRow('ord', (found) => doubtful(dayOfMonth(found, 'ord')), 3),
  factRow('on|the on|the* ord', (found) => dated(dayOfMonth(found, 'ord'))),
  factRow('on|the on|the* digit', (found) => doubtful(dayOfMonth(found, 'digit')), 2),
  factRow('weekday digit', (found) => [weekday(found), doubtful(dayOfMonth(found, 'digit'))], 16),
  factRow(
    'which? weekday twentyfour:digit',
    (found) => (found.num('twentyfour') < 13 ? null : [weekday(found), doubtful(dayOfMonth(found, 'twentyfour'))]),
    6,
  ),
  factRow(`which? ${MONTH} the? dom meridiem_am|meridiem_pm`, () => unreadableTime, 5),
  // "15 December 10": either figure may be the day.
  factRow(
    `first:digit ${MONTH} on* last:digit`,
    (found) => (found.num('first') > 31 || found.num('last') > 24 ? null : unreadableTime),
    -1,
  ),
  factRow(`${MONTH} first:dom until|to|dash last:digit|ord ${YEAR}`, fromDayTo('to')),
  factRow(`from|von|between? the? first:dom until|to|dash the? last:dom of|the* ${MONTH} ${YEAR}`, fromDayTo('to')),
  factRow(`between the? first:dom and the? last:dom of|the* ${MONTH} ${YEAR}`, fromDayTo('to')),
  factRow(`the? first:dom or|and the? last:dom of|the* ${MONTH} ${YEAR}`, fromDayTo('or')),
  factRow('which* weekday', weekday),
  factRow('ord? which* weekday after the? <calendar>', (found) => besideDay(found, 1)),
  factRow('ord? which* weekday after the dom:ord', (found) => besideDay(found, 1)),
  factRow('which* weekday before the? <calendar>', (found) => besideDay(found, -1)),
  factRow('which* weekday before the dom:ord', (found) => besideDay(found, -1)),
  factRow('which* weekday meridiem_am|meridiem_pm', (found) => [weekday(found), inHalf(found)]),
  factRow('day meridiem_am|meridiem_pm', (found) => [dated(dayAhead(found)), inHalf(found)]),
  factRow('weekday which.next', (found) => weekday(found, 'next')),
  factRow('which? weekday after the? which.next', (found) => weekday(found, 'after_next')),
  factRow('weekday morgen', (found) => [weekday(found), morning]),
  factRow('on short_weekday', weekday, -12),
  factRow('which short_weekday', weekday),
  factRow('short_weekday the? <calendar>', (found) => [weekday(found), dated(found.rule('calendar'))]),
  factRow('short_weekday.4 around? <any_time>', (found) => {
    const { clock } = found.rule('any_time');
    return clock === 'impossible' ? null : [weekday(found), { is: 'clock', clock, bare: false }];
  }),
  factRow('short_weekday', weekday, 30),
  factRow('day', (found) => dated(dayAhead(found))),
  factRow('morgen', () => dated({ is: 'day', offset: 1 })),
  factRow('day morgen', (found) => [dated(dayAhead(found)), morning]),
  factRow('which.this morgen', () => [today, morning]),
  factRow('which.next morgen', () => [dated({ is: 'context', days: 1 }), morning]),
  factRow('which.this <part>', todayInPart),
  factRow('day unit.day', (found) => dated(dayAhead(found))),
  factRow('comparative day', (found) => (found.num('day') === 0 ? today : null)),
  factRow('day comparative.late', (found) => (found.num('day') === 0 ? today : null)),
  factRow('comparative.late which.this <part>', todayInPart),
  factRow('first:which or second:which weekday', (found) =>
    twoWhich(found, (which) => weekdayOf(found, which === 'next' ? 'after_next' : which)),
  ),
  factRow('first:which or second:which unit.week', (found) =>
    twoWhich(found, (which) => ({ is: 'week', offset: PERIODS_AHEAD[which], part: null })),
  ),
  factRow('von|from <day_ref> on|from|onward', (found) => [linked('from'), dated(found.rule('day_ref'))]),
  factRow('from now', () => [linked('from'), today]),
  ...(
    [
      ['any unit.day after', 'after', -9],
      ['any unit.day before', 'before', -9],
      ['any unit.day from', 'from', -9],
      ['from|limit_from from|after*', 'from', -9],
      ['until|limit_until until|limit_until*', 'until', -9],
      ['after', 'after', -9],
      ['before', 'before', -9],
      ['and', 'and', -9],
      ['or', 'or', -9],
      ['to', 'to', -9],
      ['dash', 'dash', -9],
      ['between', 'between', -9],
      ['not before|until|from', 'from', -8],
      ['not comparative.early than', 'from', -8],
      ['not after', 'until', -8],
      ['not comparative.late than', 'until', -8],
    ] as const
  ).map(([pattern, connector, cost]) => factRow(pattern, () => linked(connector), cost)),
  ...(['or', 'and', 'until', 'to', 'dash'] as const).map((connector) =>
    factRow(`weekday ${connector} short_weekday`, (found) => [
      weekday(found),
      linked(connector),
      dated({ is: 'weekday', weekday: found.num('short_weekday'), which: null }),
    ]),
  ),
  ...(['from', 'until', 'between'] as const).map((connector) =>
    factRow(`${connector} short_weekday`, (found) => [linked(connector), weekday(found)], -4),
  ),
];

/** What is said after its day: "Friday at the latest", "from Monday onwards". */
export const TRAILERS: RuleRow<'trailer'>[] = (
  [
    ['onward', 'from'],
    ['around|the* limit_from', 'from'],
    ['around|the* limit_until', 'until'],
  ] as const
).map(([pattern, connector]) => factRow(pattern, () => ({ ...linked(connector), trailing: true }), -2));
