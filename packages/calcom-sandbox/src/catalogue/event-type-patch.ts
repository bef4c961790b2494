import { z } from 'zod';
import { validationFailed } from '../http/api-error';
import { failuresOf } from '../http/validation';
import { type EventType, eventTypeSpec } from '../world/world-spec';

const shape = eventTypeSpec.shape;

/** The settings whose form over the API is the world's own. Others are dropped, as every unknown key is. */
const patchInput = z
  .object({
    title: shape.title,
    slug: shape.slug,
    description: z.string(),
    lengthInMinutes: shape.lengthInMinutes,
    lengthInMinutesOptions: z.array(z.int().positive()),
    slotInterval: z.int().positive().nullable(),
    offsetStart: z.int().min(0),
    minimumBookingNotice: z.int().min(0),
    beforeEventBuffer: z.int().min(0),
    afterEventBuffer: z.int().min(0),
    onlyShowFirstAvailableSlot: z.boolean(),
    disableGuests: z.boolean(),
    hidden: z.boolean(),
    bookingRequiresAuthentication: z.boolean(),
    rrHostSubsetEnabled: z.boolean(),
  })
  .partial();

/** The event type with the changes of a PATCH. @throws ApiError 400 (E3) */
export function patched(eventType: EventType, body: unknown): EventType {
  const parsed = patchInput.safeParse(body);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return eventTypeSpec.parse({ ...eventType, ...parsed.data });
}
