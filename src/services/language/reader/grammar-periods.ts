import type { DatePiece, Shift } from './date-pieces';
import { row, type Fact, type RuleRow, type Rules } from './facts';
import { dated, whichOf } from './grammar-days';
import type { Found } from './patterns';
import type { Part, Unit, Which } from './senses';

const PERIODS_AHEAD: Record<Which, number> = { last: -1, this: 0, next: 1, after_next: 2 };
const DAYS_IN: Partial<Record<Unit, number>> = { day: 1, week: 7, fortnight: 14 };
const HALF = 'half:part|comparative|daytime.early|daytime.late';
const BETWEEN = 'of|the|in|von|dash*';

/** "Anfang", "early"; "später" is the end. */
function partOf(found: Found<Rules>): Part | null {
  const part = found.sense('half', 'part');
  if (part) return part.value;
  const tendency = found.sense('half', 'comparative')?.value ?? found.sense('half', 'daytime')?.value;
  return tendency === 'early' ? 'start' : tendency === 'late' ? 'end' : null;
}

const aheadOf = (found: Found<Rules>, name = 'which'): number => PERIODS_AHEAD[whichOf(found, name) ?? 'this'];
const weeks = (offset: number, part: Part | null): Fact[] | null => dated({ is: 'week', offset, part });
const months = (monthOffset: number, part: Part | null): Fact[] | null =>
  dated({ is: 'month', month: null, monthOffset, year: null, part });

function namedMonth(found: Found<Rules>, part: Part | null): Fact[] | null {
  return dated({ is: 'month', month: found.num('month'), monthOffset: null, year: found.rule('year'), part });
}

/** A count of days, weeks or months from today; null for other units and for fractions of a day. */
function shift(count: number, unit: Unit | undefined, upTo = count): Shift | null {
  const days = unit === undefined ? undefined : DAYS_IN[unit];
  if (days !== undefined && count * days > 0)
    return { is: 'shift', days: count * days, months: 0, spanDays: Math.max(0, (upTo - count) * days), onto: false };
  return unit === 'month' && upTo === count ? { is: 'shift', days: 0, months: count, spanDays: 0, onto: false } : null;
}

const unitOf = (found: Found<Rules>): Unit | undefined => found.sense('unit', 'unit')?.value;
const back = (measure: Shift): Shift => ({ ...measure, days: -measure.days, months: -measure.months, spanDays: 0 });

export const MEASURES: RuleRow<'measure'>[] = [
  row('article unit', (found) => shift(1, unitOf(found))),
  row('article? n of? unit', (found) => shift(found.num('n'), unitOf(found))),
  row('n until|to|or|dash most:n unit', (found) => shift(found.num('n'), unitOf(found), found.num('most'))),
];

function counted(
  found: Found<Rules>,
  change: (measure: Shift) => DatePiece | null = (measure) => measure,
): Fact[] | null {
  const measure = found.rule('measure');
  return measure && dated(change(measure));
}

/** The day counted from stands in the text: "a week from Friday", "drei Tage vor Heiligabend". */
function countedFrom(found: Found<Rules>, sign: 1 | -1 = 1): Fact[] | null {
  const [measure, day] = [found.rule('measure'), found.rule('day_ref')];
  if (measure === null || day === null) return null;
  const piece = sign === 1 ? measure : back(measure);
  return [
    { is: 'date', piece: { ...piece, onto: true } },
    { is: 'date', piece: day },
  ];
}

function beside(found: Found<Rules>, days: 1 | -1): Fact[] | null {
  const day = found.rule('day_ref');
  const step: DatePiece = { is: 'shift', days, months: 0, spanDays: 0, onto: true };
  return (
    day && [
      { is: 'date', piece: step },
      { is: 'date', piece: day },
    ]
  );
}

const context = (days: number): Fact[] | null => dated({ is: 'context', days });

/** "drei Tage später": hangs on the day just talked about. */
function countedOn(found: Found<Rules>, sign: 1 | -1): Fact[] | null {
  return counted(found, (measure) => (measure.months === 0 ? { is: 'context', days: sign * measure.days } : null));
}

function nthWeekday(found: Found<Rules>, nth: number): Fact[] | null {
  if (nth > 5) return null;
  const monthOffset = found.rule('month_offset')?.months ?? null;
  return dated({
    is: 'nth_weekday',
    weekday: found.num('weekday'),
    nth,
    month: found.num('month') || null,
    monthOffset,
    year: found.rule('year'),
  });
}

/** Weeks, months, weekends and distances: everything dates are made of besides days and months by name. */
export const PERIOD_FACTS: RuleRow<'fact'>[] = [
  row('part_of_week', (found) => weeks(0, found.sense('part_of_week', 'part_of_week')?.value ?? null)),
  row('which part_of_week', (found) =>
    weeks(aheadOf(found), found.sense('part_of_week', 'part_of_week')?.value ?? null),
  ),
  row('part_of_month', (found) => months(0, found.sense('part_of_month', 'part_of_month')?.value ?? null)),
  row('within|over|the* which* unit.week', (found) => (found.has('which') ? weeks(aheadOf(found), null) : null)),
  row('unit.week after which.next', () => weeks(2, null)),
  row(`in|the* ${HALF} ${BETWEEN} which? unit.week`, (found) => weeks(aheadOf(found), partOf(found))),
  row(`in|the* ${HALF} ${BETWEEN} unit.week after which.next`, (found) => weeks(2, partOf(found))),
  row('which unit.month', (found) => months(aheadOf(found), null)),
  row(`in|the* ${HALF} ${BETWEEN} which? unit.month`, (found) => months(aheadOf(found), partOf(found))),
  row('which.last unit.day of|the* which? unit.week', (found) => weeks(aheadOf(found), 'last_day')),
  row('ord unit.day of|the* which? unit.week', (found) =>
    found.num('ord') === 1 ? weeks(aheadOf(found), 'first_day') : null,
  ),
  row('which.last unit.day of|the|in* whose:which? unit.month', (found) => months(aheadOf(found, 'whose'), 'last_day')),
  row('ord unit.day of|the|in* which? unit.month', (found) =>
    found.num('ord') === 1 ? months(aheadOf(found), 'first_day') : null,
  ),
  row('which.last unit.day of|in|the* month <year>?', (found) => namedMonth(found, 'last_day')),
  row('ord unit.day of|in|the* month <year>?', (found) =>
    found.num('ord') === 1 ? namedMonth(found, 'first_day') : null,
  ),
  row('which? month <year>?', (found) => namedMonth(found, null)),
  row('in which? month <year>?', (found) => namedMonth(found, null), 12),
  row('in|of month:may <year>?', (found) => namedMonth(found, null)),
  row('which month:may', (found) => namedMonth(found, null)),
  row('month:may <year>', (found) => namedMonth(found, null)),
  row(`in|the* ${HALF} ${BETWEEN} month|may <year>?`, (found) => namedMonth(found, partOf(found))),
  row('which unit.year', (found) => dated({ is: 'year', offset: aheadOf(found) })),
  row('which.next unit.workday', () => dated({ is: 'workday', count: 1 })),
  row('in n unit.workday', (found) => (found.num('n') > 60 ? null : dated({ is: 'workday', count: found.num('n') }))),
  row('over? the? which? weekend', (found) => dated({ is: 'weekend', which: whichOf(found) })),
  row('weekend after which.next', () => dated({ is: 'weekend', which: 'after_next' })),
  row('week_number n', (found) => dated({ is: 'iso_week', week: found.num('n') })),
  // "Wednesday next week ten in the morning" is no tenth week.
  row('numbered_week n', (found) => dated({ is: 'iso_week', week: found.num('n') }), 40),
  row('number:ord|n week_number', (found) => dated({ is: 'iso_week', week: found.num('number') })),
  row('which.last weekday in|of|the* month|may <year>?', (found) => nthWeekday(found, -1)),
  row('ord weekday in|of|the* month|may <year>?', (found) => nthWeekday(found, found.num('ord'))),
  row('which.last weekday in|of|the* <month_offset>', (found) => nthWeekday(found, -1)),
  row('ord weekday in|of|the* <month_offset>', (found) => nthWeekday(found, found.num('ord'))),
  row('in|after|over around* <measure>', (found) => counted(found)),
  row('in? around* <measure> from now', (found) => counted(found)),
  row('before <measure>', (found) => counted(found, back)),
  row('<measure> ago', (found) => counted(found, back)),
  row('<measure> thereafter|comparative.late', (found) => countedOn(found, 1)),
  row('<measure> comparative.early', (found) => countedOn(found, -1)),
  row('<measure> from|after|on|the on|the* <day_ref>', (found) => countedFrom(found)),
  row('in around* <measure> from|after <day_ref>', (found) => countedFrom(found)),
  row('<measure> <day_ref>', (found) => countedFrom(found), 1),
  row('<measure> before the? <day_ref>', (found) => countedFrom(found, -1)),
  row('which* weekday unit.week|unit.fortnight', (found) => [
    { is: 'date', piece: { is: 'weekday', weekday: found.num('weekday'), which: whichOf(found) } },
    { is: 'date', piece: { is: 'shift', days: unitOf(found) === 'week' ? 7 : 14, months: 0, spanDays: 0, onto: true } },
  ]),
  row('day unit.week|unit.fortnight', (found) => [
    { is: 'date', piece: { is: 'day', offset: found.num('day') } },
    { is: 'date', piece: { is: 'shift', days: unitOf(found) === 'week' ? 7 : 14, months: 0, spanDays: 0, onto: true } },
  ]),
  row('unit.day after the? <day_ref>', (found) => beside(found, 1)),
  row('unit.day before the? <day_ref>', (found) => beside(found, -1)),
  row('within von|of|around* <measure>', (found) =>
    counted(found, ({ days, months: ahead }) => (ahead > 0 ? null : { is: 'coming_days', days })),
  ),
  row('in|within|over? the? which.next a_few of? unit.day', () => dated({ is: 'coming_days', days: 7 })),
  row('in|within|over? the? which.next n of? unit', (found) => {
    const measure = shift(found.num('n'), unitOf(found));
    return measure && measure.months === 0 ? dated({ is: 'coming_days', days: measure.days }) : null;
  }),
  row('in|within|over? the? which.next days', () => dated({ is: 'coming_days', days: 7 }), -1),
  row('same|that unit.day', () => context(0)),
  row('which.next unit.day', () => context(1)),
  row('unit.day after|thereafter', () => context(1), 3),
  row('unit.day before', () => context(-1), 3),
  row('thereafter', () => context(1), 3),
  row('unit.week thereafter', () => context(7)),
  row('soonest', () => dated({ is: 'soonest' })),
  row('which.next free', () => dated({ is: 'soonest' })),
  row('ord free', (found) => (found.num('ord') === 1 ? dated({ is: 'soonest' }) : null)),
];
