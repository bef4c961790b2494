import type { Rules } from './facts';
import { ANY_TIMES, CORES, DIAL_HOURS, FULL_HOURS, LOOSE, LOOSE_HOURS, TIMES } from './grammar-clock';
import { CALENDAR_DAYS, DAY_FACTS, DAY_REFS, MONTH_OFFSETS, TRAILERS, YEARS } from './grammar-days';
import { MEASURES, PERIOD_FACTS } from './grammar-periods';
import { AMOUNT_FACTS, AMOUNTS, BOUNDS, PART_BOUNDS, PARTS, SPAN_STARTS, TIME_FACTS } from './grammar-windows';
import { Grammar } from './patterns';

/** Everything that can be said about days and times, in senses of words; the languages hold the words. */
export const GRAMMAR = new Grammar<Rules>({
  dial_hour: DIAL_HOURS,
  full_hour: FULL_HOURS,
  core: CORES,
  loose: LOOSE,
  loose_hour: LOOSE_HOURS,
  time: TIMES,
  any_time: ANY_TIMES,
  part: PARTS,
  bound: BOUNDS,
  part_bound: PART_BOUNDS,
  span_start: SPAN_STARTS,
  amount: AMOUNTS,
  measure: MEASURES,
  year: YEARS,
  month_offset: MONTH_OFFSETS,
  calendar: CALENDAR_DAYS,
  day_ref: DAY_REFS,
  trailer: TRAILERS,
  fact: [...DAY_FACTS, ...PERIOD_FACTS, ...TIME_FACTS, ...AMOUNT_FACTS],
});
