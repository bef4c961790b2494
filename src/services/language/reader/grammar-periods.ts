import {
  calendarPiece,
  dated,
  factRow,
  linked,
  row,
  type DatePiece,
  type Fact,
  type Finding,
  type PieceOf,
  type RuleRow,
} from './facts';
import { PERIODS_AHEAD, weekdayOf, whichOf } from './grammar-days';
import type { Part, Unit } from './senses';

type Shift = PieceOf<'shift'>;

const DAYS_IN: Partial<Record<Unit, number>> = { day: 1, week: 7, fortnight: 14 };
const HALF = 'half:part|comparative|daytime.early|daytime.late';
const BETWEEN = 'of|the|in|von|dash*';

/** "Anfang", "early"; "später" is the end. */
function partOf(found: Finding): Part | null {
  const part = found.senseIfAny('part', 'half');
  if (part) return part.value;
  const tendency = (found.senseIfAny('comparative', 'half') ?? found.sense('daytime', 'half')).value;
  return tendency === 'early' ? 'start' : 'end';
}

const aheadOf = (found: Finding, name = 'which'): number => PERIODS_AHEAD[whichOf(found, name) ?? 'this'];
const week = (offset: number, part: Part | null): Fact | null => dated({ is: 'week', offset, part });
const month = (monthOffset: number, part: Part | null): Fact | null =>
  dated({ is: 'month', month: null, monthOffset, year: null, part });

const namedMonth = (found: Finding, part: Part | null): Fact | null =>
  dated({ is: 'month', month: found.num('month'), monthOffset: null, year: found.ruleIfAny('year'), part });

const daysAhead = (days: number, more: Partial<Shift> = {}): Shift => ({
  is: 'shift',
  days,
  months: 0,
  spanDays: 0,
  onto: false,
  approximate: false,
  ...more,
});

/** A count of days, weeks, months or years from today; a half is about so many days. null for other units. */
function shift(count: number, unit: Unit, upTo = count): Shift | null {
  const days = DAYS_IN[unit];
  const approximate = !Number.isInteger(count);
  if (days !== undefined)
    return count * days < 1 || (approximate && unit === 'day')
      ? null
      : daysAhead(Math.floor(count * days), { spanDays: Math.max(0, (upTo - count) * days), approximate });
  const months = unit === 'year' ? count * 12 : count;
  if ((unit !== 'month' && unit !== 'year') || upTo !== count || months < 1) return null;
  return daysAhead(Number.isInteger(months) ? 0 : 15, { months: Math.floor(months), approximate });
}

const unitOf = (found: Finding): Unit => found.sense('unit').value;
const back = (measure: Shift): Shift => daysAhead(-measure.days, { months: -measure.months });

/** "ein, zwei Wochen" */
function countAndNext(found: Finding): Shift | null {
  const [count, next] = [found.num('n') || 1, found.num('most')];
  return next === count + 1 ? shift(count, unitOf(found), next) : null;
}

export const MEASURES: RuleRow<'measure'>[] = [
  row('article unit', (found) => shift(1, unitOf(found))),
  row('article? n of? unit', (found) => shift(found.num('n'), unitOf(found))),
  row('n until|to|or|dash most:n unit', (found) => shift(found.num('n'), unitOf(found), found.num('most'))),
  row('article until|to|or|dash most:n unit', (found) => shift(1, unitOf(found), found.num('most'))),
  row('n|article dash? most:n unit', countAndNext, -1),
  row('article unit or most:n', (found) => shift(1, unitOf(found), found.num('most'))),
  row('mixed unit', (found) => shift(found.num('mixed'), unitOf(found))),
  row('article unit and article? half_past', (found) => shift(1.5, unitOf(found))),
  row('n unit and article? half_past', (found) => shift(found.num('n') + 0.5, unitOf(found))),
  row('n and article? half_past unit', (found) => shift(found.num('n') + 0.5, unitOf(found))),
  row('article? half_before|half_past article? unit.year', () => shift(0.5, 'year')),
];

const counted = (found: Finding): Fact | null => dated(found.rule('measure'));
const countedBack = (found: Finding): Fact | null => dated(back(found.rule('measure')));

/** The day counted from stands in the text: "a week from Friday", "drei Tage vor Heiligabend". */
const onto = (step: Shift, found: Finding): (Fact | null)[] => [
  dated({ ...step, onto: true }),
  dated(found.rule('day_ref')),
];
const countedFrom = (found: Finding): (Fact | null)[] => onto(found.rule('measure'), found);

/** "Freitag in einer Woche", said without "in". */
const weeksOn = (found: Finding, day: DatePiece): (Fact | null)[] => [
  dated(day),
  dated(daysAhead(unitOf(found) === 'week' ? 7 : 14, { onto: true })),
];

const context = (days: number): Fact | null => dated({ is: 'context', days });
const coming = (days: number): Fact | null => dated({ is: 'coming_days', days });

/** "die Woche vom 7. Dezember" */
const ofDay = (found: Finding): (Fact | null)[] => [
  dated({ is: 'week_of_day' }),
  dated(found.ruleIfAny('calendar') ?? calendarPiece(found.num('dom'), null)),
];

/** "drei Tage später": hangs on the day just talked about. */
function countedOn(found: Finding, sign: 1 | -1): Fact | null {
  const { days, months } = found.rule('measure');
  return months === 0 ? context(sign * days) : null;
}

function nthWeekday(found: Finding, nth: number): Fact | null {
  if (nth > 5) return null;
  const [month, year] = [found.num('month') || null, found.ruleIfAny('year')];
  const monthOffset = found.ruleIfAny('month_offset')?.months ?? null;
  return dated({ is: 'nth_weekday', weekday: found.num('weekday'), nth, month, monthOffset, year });
}

/** "der erste", and no other, of something. */
const first = (found: Finding, fact: Fact | null): Fact | null => (found.num('ord') === 1 ? fact : null);

/** Weeks, months, weekends and distances: everything dates are made of besides days and months by name. */
export const PERIOD_FACTS: RuleRow<'fact'>[] = [
  factRow('part_of_week', (found) => week(0, found.sense('part_of_week').value)),
  factRow('which part_of_week', (found) => week(aheadOf(found), found.sense('part_of_week').value)),
  factRow('part_of_week of|in|the* which unit.week', (found) =>
    week(aheadOf(found), found.sense('part_of_week').value),
  ),
  factRow('which unit.week part_of_week', (found) => week(aheadOf(found), found.sense('part_of_week').value)),
  factRow('which unit.week half:part', (found) => week(aheadOf(found), partOf(found)), 2),
  factRow('unit.week part.start? von|of|around|the* <calendar>', ofDay, 3),
  factRow('unit.week part.start? von|of|around the? dom:ord', ofDay, 3),
  factRow('unit.workday', () => dated({ is: 'workdays' })),
  factRow('part_of_month', (found) => month(0, found.sense('part_of_month').value)),
  factRow('within|over|the* which* unit.week', (found) => (found.has('which') ? week(aheadOf(found), null) : null)),
  factRow('unit.week after which.next', () => week(2, null)),
  factRow(`in|the* ${HALF} ${BETWEEN} which? unit.week`, (found) => week(aheadOf(found), partOf(found))),
  factRow(`in|the* ${HALF} ${BETWEEN} unit.week after which.next`, (found) => week(2, partOf(found))),
  factRow('which unit.month', (found) => month(aheadOf(found), null)),
  factRow(`in|the* ${HALF} ${BETWEEN} which? unit.month`, (found) => month(aheadOf(found), partOf(found))),
  factRow('which.last unit.day of|the* which? unit.week', (found) => week(aheadOf(found), 'last_day')),
  factRow('ord unit.day of|the* which? unit.week', (found) => first(found, week(aheadOf(found), 'first_day'))),
  factRow('which.last unit.day of|the|in* whose:which? unit.month', (found) =>
    month(aheadOf(found, 'whose'), 'last_day'),
  ),
  factRow('ord unit.day of|the|in* which? unit.month', (found) => first(found, month(aheadOf(found), 'first_day'))),
  factRow('which.last unit.day of|in|the* month <year>?', (found) => namedMonth(found, 'last_day')),
  factRow('ord unit.day of|in|the* month <year>?', (found) => first(found, namedMonth(found, 'first_day'))),
  factRow('which? month <year>?', (found) => namedMonth(found, null)),
  factRow('in which? month <year>?', (found) => namedMonth(found, null), 12),
  factRow('in|of month:may <year>?', (found) => namedMonth(found, null)),
  factRow('which month:may', (found) => namedMonth(found, null)),
  factRow('month:may <year>', (found) => namedMonth(found, null)),
  factRow(`in|the* ${HALF} ${BETWEEN} month|may <year>?`, (found) => namedMonth(found, partOf(found))),
  factRow('which unit.year', (found) => dated({ is: 'year', offset: aheadOf(found) })),
  factRow('which.next unit.workday', () => dated({ is: 'workday', count: 1 })),
  factRow('in n unit.workday', (found) =>
    found.num('n') > 60 ? null : dated({ is: 'workday', count: found.num('n') }),
  ),
  factRow('over? the? which? weekend', (found) => dated({ is: 'weekend', which: whichOf(found) })),
  factRow('weekend after which.next', () => dated({ is: 'weekend', which: 'after_next' })),
  factRow('week_number n', (found) => dated({ is: 'iso_week', week: found.num('n') })),
  // "Wednesday next week ten in the morning" is no tenth week.
  factRow('numbered_week n', (found) => dated({ is: 'iso_week', week: found.num('n') }), 40),
  factRow('number:ord|n week_number', (found) => dated({ is: 'iso_week', week: found.num('number') })),
  factRow('which.last weekday in|of|the* month|may <year>?', (found) => nthWeekday(found, -1)),
  factRow('ord weekday in|of|the* month|may <year>?', (found) => nthWeekday(found, found.num('ord'))),
  factRow('which.last weekday in|of|the* <month_offset>', (found) => nthWeekday(found, -1)),
  factRow('ord weekday in|of|the* <month_offset>', (found) => nthWeekday(found, found.num('ord'))),
  factRow('in|after|over around* <measure>', counted),
  factRow('in? around* <measure> from now', counted),
  factRow('in limit_from <measure>', (found) => [linked('from'), counted(found)]),
  factRow('in limit_until <measure>', (found) => [linked('until'), counted(found)]),
  factRow('n weekday from now', (found) => [
    dated({ is: 'weekday_beside', weekday: found.num('weekday'), nth: found.num('n') || 1 }),
    dated({ is: 'day', offset: 0 }),
  ]),
  factRow('before <measure>', countedBack),
  factRow('<measure> ago', countedBack),
  factRow('<measure> thereafter|comparative.late', (found) => countedOn(found, 1)),
  factRow('<measure> comparative.early', (found) => countedOn(found, -1)),
  factRow('<measure> from|after|on|the on|the* <day_ref>', countedFrom),
  factRow('in around* <measure> from|after <day_ref>', countedFrom),
  factRow('<measure> <day_ref>', countedFrom, 1),
  factRow('<measure> before the? <day_ref>', (found) => onto(back(found.rule('measure')), found)),
  factRow('which* weekday unit.week|unit.fortnight', (found) => weeksOn(found, weekdayOf(found))),
  factRow('day unit.week|unit.fortnight', (found) => weeksOn(found, { is: 'day', offset: found.num('day') })),
  factRow('unit.day after the? <day_ref>', (found) => onto(daysAhead(1), found)),
  factRow('unit.day before the? <day_ref>', (found) => onto(daysAhead(-1), found)),
  factRow('within von|of|around* <measure>', (found) => {
    const { days, months } = found.rule('measure');
    return months > 0 ? null : coming(days);
  }),
  factRow('in|within|over? the? which.next a_few of? unit.day', () => coming(7)),
  factRow('in|within|over? the? which.next n of? unit', (found) => {
    const measure = shift(found.num('n'), unitOf(found));
    return measure && measure.months === 0 ? coming(measure.days) : null;
  }),
  factRow('in|within|over? the? which.next days', () => coming(7), -1),
  factRow('same|that unit.day', () => context(0)),
  factRow('which.next unit.day', () => context(1)),
  factRow('unit.day after|thereafter', () => context(1), 3),
  factRow('unit.day before', () => context(-1), 3),
  factRow('thereafter', () => context(1), 3),
  factRow('unit.week thereafter', () => context(7)),
  factRow('soonest', () => dated({ is: 'soonest' })),
  factRow('which.next free', () => dated({ is: 'soonest' })),
  factRow('ord free', (found) => first(found, dated({ is: 'soonest' }))),
];
