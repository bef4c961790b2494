import { z } from 'zod';
import { inputRejected } from '../http/api-error';
import { type Query } from '../http/call';
import { failuresOf, isoText, leadingInteger, text, timeZone } from '../http/validation';
import { isDateOnly, localDate, parseInstant } from '../world/zone-time';

const commonFields = {
  start: isoText('start'),
  end: isoText('end'),
  timeZone: timeZone('timeZone').optional(),
  duration: leadingInteger('duration').optional(),
  format: text('format')
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(['time', 'range'], { error: "slotFormat must be either 'range' or 'time'" }))
    .optional(),
  bookingUidToReschedule: text('bookingUidToReschedule').optional(),
};

const idListText = (name: string) =>
  text(name)
    .regex(/^\d+(,\d+)*$/, { error: `${name} must be a comma separated list of numbers` })
    .transform((value) => value.split(',').map(Number));

const byIdQuery = z.strictObject({
  ...commonFields,
  eventTypeId: leadingInteger('eventTypeId'),
  rrHostSubsetIds: idListText('rrHostSubsetIds').optional(),
});
const byUserQuery = z.strictObject({
  ...commonFields,
  eventTypeSlug: text('eventTypeSlug'),
  username: text('username'),
  organizationSlug: text('organizationSlug').optional(),
});
const byTeamQuery = z.strictObject({
  ...commonFields,
  eventTypeSlug: text('eventTypeSlug'),
  teamSlug: text('teamSlug'),
  organizationSlug: text('organizationSlug').optional(),
  rrHostSubsetIds: idListText('rrHostSubsetIds').optional(),
});
const dynamicQuery = z.strictObject({
  ...commonFields,
  usernames: z
    .union([z.string(), z.array(z.string())], {
      error:
        'each value in usernames must be a string, The array must contain at least 2 elements., usernames must be an array',
    })
    .transform((value) => (Array.isArray(value) ? value : value.split(',')).map((name) => name.trim()))
    .refine((names) => names.length >= 2, { error: 'The array must contain at least 2 elements.' }),
  organizationSlug: text('organizationSlug'),
});

export type SlotSelection =
  | { by: 'id'; eventTypeId: number; rrHostSubsetIds?: number[] | undefined }
  | {
      by: 'slug';
      eventTypeSlug: string;
      username?: string | undefined;
      teamSlug?: string | undefined;
      organizationSlug?: string | undefined;
      rrHostSubsetIds?: number[] | undefined;
    }
  | { by: 'usernames'; usernames: string[]; organizationSlug: string };

export interface SlotRequest {
  selection: SlotSelection;
  startMs: number;
  /** Slots end here or before. */
  endMs: number;
  /** The first and last local date asked for; only checked when the caller named a zone. */
  dates: { first: string; last: string } | undefined;
  /** Undefined: answer in UTC. */
  timeZone: string | undefined;
  duration: number | undefined;
  range: boolean;
  bookingUidToReschedule: string | undefined;
}

const END_OF_DAY_MS = 86_399_000;

/** A date, or a time of exactly midnight, means the end of that day. */
function endBoundMs(value: string): number {
  const atMs = parseInstant(value) ?? 0;
  return /^\d{4}-\d{2}-\d{2}(T00:00(:00(\.0+)?)?(Z|\+00:?00)?)?$/.test(value) ? atMs + END_OF_DAY_MS : atMs;
}

type CommonQuery = z.output<z.ZodObject<typeof commonFields>>;

function localDay(value: string, zone: string): string {
  return isDateOnly(value) ? value : localDate(zone, parseInstant(value) ?? 0);
}

function withSelection(query: CommonQuery, selection: SlotSelection): SlotRequest {
  return {
    selection,
    startMs: parseInstant(query.start) ?? 0,
    endMs: endBoundMs(query.end),
    dates:
      query.timeZone === undefined
        ? undefined
        : {
            first: localDay(query.start, query.timeZone),
            last: localDay(query.end, query.timeZone),
          },
    timeZone: query.timeZone,
    duration: query.duration || undefined,
    range: query.format === 'range',
    bookingUidToReschedule: query.bookingUidToReschedule,
  };
}

function strictly<Output>(schema: z.ZodType<Output>, query: Query): Output {
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw inputRejected(failuresOf(parsed.error));
  return parsed.data;
}

/**
 * GET /v2/slots. Which keys are present decides which set of rules applies; keys of another set are refused.
 * @throws ApiError 400 (E2)
 */
export function parseSlotQuery(query: Query): SlotRequest {
  if ('eventTypeId' in query) {
    const parsed = strictly(byIdQuery, query);
    return withSelection(parsed, {
      by: 'id',
      eventTypeId: parsed.eventTypeId,
      rrHostSubsetIds: parsed.rrHostSubsetIds,
    });
  }
  if ('username' in query && 'eventTypeSlug' in query) {
    const { eventTypeSlug, username, organizationSlug, ...common } = strictly(byUserQuery, query);
    return withSelection(common, { by: 'slug', eventTypeSlug, username, organizationSlug });
  }
  if ('teamSlug' in query) {
    const { eventTypeSlug, teamSlug, organizationSlug, rrHostSubsetIds, ...common } = strictly(byTeamQuery, query);
    return withSelection(common, { by: 'slug', eventTypeSlug, teamSlug, organizationSlug, rrHostSubsetIds });
  }
  const { usernames, organizationSlug, ...common } = strictly(dynamicQuery, query);
  return withSelection(common, { by: 'usernames', usernames, organizationSlug });
}
