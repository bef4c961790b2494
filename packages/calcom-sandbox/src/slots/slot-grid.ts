import { type Interval } from '../world/intervals';
import { MINUTE_MS, offsetMinutesAt } from '../world/zone-time';

/** Start times snap to the largest of these that divides the step. */
const GRIDS_MINUTES = [60, 30, 20, 15, 10, 5];
const HOUR_MINUTES = 60;

export interface GridRule {
  stepMinutes: number;
  lengthMinutes: number;
  /** Minutes by which the first start is moved off the grid, and by which every step is longer. */
  offsetStartMinutes: number;
  /** The booker's zone: its hours are the grid. */
  zone: string;
}

function alignUp(atMs: number, gridMinutes: number, zone: string): number {
  const offsetMs = offsetMinutesAt(zone, atMs) * MINUTE_MS;
  const localMs = atMs + offsetMs;
  const hourMs = HOUR_MINUTES * MINUTE_MS;
  const hourStartMs = Math.floor(localMs / hourMs) * hourMs;
  const gridMs = gridMinutes * MINUTE_MS;
  return hourStartMs + Math.ceil((localMs - hourStartMs) / gridMs) * gridMs - offsetMs;
}

/** Starts that fit completely into the free stretch, first one on the grid, then in steps. */
export function gridStarts(free: Interval, rule: GridRule): number[] {
  const gridMinutes = GRIDS_MINUTES.find((minutes) => rule.stepMinutes % minutes === 0) ?? 1;
  const lengthMs = rule.lengthMinutes * MINUTE_MS;
  const starts: number[] = [];
  const offsetMs = rule.offsetStartMinutes * MINUTE_MS;
  let startMs = alignUp(free.startMs, gridMinutes, rule.zone) + offsetMs;
  while (startMs + lengthMs <= free.endMs) {
    starts.push(startMs);
    startMs += rule.stepMinutes * MINUTE_MS + offsetMs;
  }
  return starts;
}
