import type { Heard } from './caller';

/** What was said to be free, as wall clock `YYYY-MM-DD HH:mm`: the asked start, the day's list, the alternatives. */
export function offersOf({ body }: Heard): string[] {
  const starts = Array.isArray(body.available_slots) ? (body.available_slots as string[]) : [];
  const alternatives = Array.isArray(body.alternatives) ? (body.alternatives as { date: string; time: string }[]) : [];
  const asked = body.available === true && typeof body.requested_time === 'string' ? [body.requested_time] : [];
  return [...asked, ...starts, ...alternatives.map(({ date, time }) => `${date} ${time}`)];
}

/** Minutes from the same origin for every wall clock; enough to compare times of one zone. */
export function minuteOf(wallClock: string): number {
  return Date.parse(`${wallClock.replace(' ', 'T')}:00Z`) / 60_000;
}
