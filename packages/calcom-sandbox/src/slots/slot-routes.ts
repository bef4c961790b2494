import { z } from 'zod';
import { validationFailed } from '../http/api-error';
import { VERSIONS } from '../http/api-version';
import { ok } from '../http/call';
import { type Route } from '../http/router';
import { failuresOf, integerText, isoText, oneOf, text, timeZone } from '../http/validation';
import { parseInstant } from '../world/zone-time';
import { type SlotListing, slotTime } from './slot-listing';
import { parseSlotQuery, type SlotRequest } from './slot-query';

const legacyQuery = z.object({
  startTime: isoText('startTime'),
  endTime: isoText('endTime'),
  eventTypeId: integerText('eventTypeId').optional(),
  eventTypeSlug: text('eventTypeSlug').optional(),
  usernameList: z
    .union([z.string(), z.array(z.string())], { error: 'usernameList must be an array' })
    .transform((value) => (Array.isArray(value) ? value : value.split(',')))
    .optional(),
  duration: integerText('duration').optional(),
  rescheduleUid: text('rescheduleUid').optional(),
  timeZone: timeZone('timeZone').optional(),
  orgSlug: text('orgSlug').optional(),
  slotFormat: oneOf('slotFormat', ['range', 'time']).optional(),
});

type LegacyQuery = z.output<typeof legacyQuery>;

/** @throws ApiError 400 (E3) */
function legacyRequest(query: LegacyQuery): SlotRequest {
  const { eventTypeId, eventTypeSlug, usernameList } = query;
  const username = usernameList?.[0];
  const common = {
    startMs: parseInstant(query.startTime) ?? 0,
    endMs: parseInstant(query.endTime) ?? 0,
    dates: undefined,
    timeZone: query.timeZone,
    duration: query.duration,
    range: query.slotFormat !== undefined,
    bookingUidToReschedule: query.rescheduleUid,
  };
  if (eventTypeId !== undefined) return { ...common, selection: { by: 'id', eventTypeId } };
  if (eventTypeSlug !== undefined && username !== undefined) {
    return { ...common, selection: { by: 'slug', eventTypeSlug, username, organizationSlug: query.orgSlug } };
  }
  const message = 'eventTypeId must be a number, or eventTypeSlug and usernameList must be given';
  throw validationFailed([{ property: 'eventTypeId', constraints: { isNumber: message }, children: [] }]);
}

/** Both generations of the slot listing. Public: no key is needed. */
export function slotRoutes(listing: SlotListing): Route[] {
  return [
    {
      method: 'GET',
      path: '/v2/slots',
      versions: VERSIONS.slots,
      auth: 'none',
      latency: 'slots',
      handle: (call) => {
        const request = parseSlotQuery(call.query);
        const data = Object.fromEntries(
          listing.days(request).map(({ date, slots }) => [
            date,
            slots.map((slot) => ({
              start: slotTime(request.timeZone, slot.startMs),
              ...(request.range && { end: slotTime(request.timeZone, slot.endMs) }),
            })),
          ]),
        );
        return { status: 200, body: { data, status: 'success' } };
      },
    },
    {
      method: 'GET',
      path: '/v2/slots/available',
      versions: VERSIONS.legacySlots,
      auth: 'none',
      latency: 'slots',
      handle: (call) => {
        const parsed = legacyQuery.safeParse(call.query);
        if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
        const request = legacyRequest(parsed.data);
        const slots = Object.fromEntries(
          listing.days(request).map(({ date, slots: daySlots }) => [
            date,
            daySlots.map((slot) =>
              request.range
                ? {
                    startTime: slotTime(request.timeZone, slot.startMs),
                    endTime: slotTime(request.timeZone, slot.endMs),
                  }
                : { time: slotTime(undefined, slot.startMs) },
            ),
          ]),
        );
        return ok({ slots });
      },
    },
  ];
}
