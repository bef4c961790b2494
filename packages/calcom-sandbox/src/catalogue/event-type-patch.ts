import { z } from 'zod';
import { validationFailed } from '../http/api-error';
import { failuresOf } from '../http/validation';
import { type EventType, eventTypeSpec } from '../world/world-spec';

const shape = eventTypeSpec.shape;

const disabled = z.object({ disabled: z.literal(true) }).transform(() => null);
const isOff = z.object({ disabled: z.boolean() }).transform((given) => given.disabled);

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
    disableCancelling: isOff,
    disableRescheduling: isOff,
  })
  .partial();

/** The event type with the changes of a PATCH. @throws ApiError 400 (E3) */
export function patched(eventType: EventType, body: unknown): EventType {
  const parsed = patchInput.safeParse(body);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return eventTypeSpec.parse({ ...eventType, ...parsed.data });
}

/** A new event type in the form of the API, as far as the world knows its settings. Others are dropped. */
const createInput = z.object({
  ...patchInput.shape,
  title: shape.title,
  slug: shape.slug,
  lengthInMinutes: shape.lengthInMinutes,
  schedulingType: z.enum(['roundRobin', 'collective']).optional(),
  hosts: shape.hosts.optional(),
  locations: shape.locations.optional(),
  bookingFields: shape.bookingFields.optional(),
  recurrence: shape.recurrence.optional(),
  confirmationPolicy: z.union([disabled, shape.confirmationPolicy]).optional(),
  bookingLimitsCount: z.union([disabled, shape.bookingLimitsCount]).optional(),
  bookingWindow: z.union([disabled, shape.bookingWindow]).optional(),
});

/** @throws ApiError 400 (E3) */
export function createdEventType(
  id: number,
  owner: { ownerId: number } | { teamId: number },
  body: unknown,
): EventType {
  const parsed = createInput.safeParse(body);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  const schedulingType = 'teamId' in owner ? (parsed.data.schedulingType ?? 'collective') : null;
  return eventTypeSpec.parse({ ...parsed.data, ...owner, id, schedulingType });
}
