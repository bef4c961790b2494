import type { LocalDate } from '../../../domain';
import { instantOf } from './calendar';
import { resolveTime } from './resolve-time';
import type { SpokenContext, TimeReading } from './types';
import { understand } from './understand';

/**
 * Reads a time, or a wish for a time of day, from one text.
 * @param date the day meant, whose opening hours and clock changes count; else the day just talked about, else none
 */
export function readTime(text: string | undefined, context: SpokenContext, date?: LocalDate): TimeReading {
  const understood = understand(text, 'time', context);
  if (understood.kind === 'missing') return understood;
  if (understood.kind === 'unreadable') return { kind: 'invalid', reason: understood.problem.reason };
  const { dates, said: times } = understood;
  const own = dates.kind === 'date' && !dates.rangeEnd ? dates.date : undefined;
  const day = own ?? date ?? context.contextDate;
  const outcome = resolveTime(times, context, day);
  switch (outcome.kind) {
    case 'none':
      return { kind: 'missing' };
    case 'bad':
      return { kind: 'invalid', reason: outcome.reason };
    case 'preference':
      return outcome;
    case 'time': {
      const { hour, minute } = outcome.time;
      if (day !== undefined && instantOf(day, hour, minute, context.zone) === null)
        return { kind: 'invalid', reason: 'nonexistent_time' };
      return { kind: 'time', ...outcome.time };
    }
  }
}
