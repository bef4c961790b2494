import { DateTime } from 'luxon';
import { badRequest } from '../http/api-error';
import { type Recurrence } from '../world/world-spec';

const UNITS = { yearly: 'years', monthly: 'months', weekly: 'weeks' } as const;

/**
 * Starts of a series: the same wall clock time in the attendee's zone, one every `interval` units.
 * @throws ApiError 400 when more are asked for than the event type repeats.
 */
export function seriesStarts(
  recurrence: Recurrence,
  request: { startMs: number; timeZone: string; count?: number | undefined },
): number[] {
  const count = request.count ?? recurrence.occurrences;
  if (count > recurrence.occurrences) {
    throw badRequest("Provided recurrence count is higher than the event type's recurring event count.");
  }
  const first = DateTime.fromMillis(request.startMs, { zone: request.timeZone });
  return Array.from({ length: count }, (_none, index) =>
    first.plus({ [UNITS[recurrence.frequency]]: recurrence.interval * index }).toMillis(),
  );
}
