import { z } from 'zod';
import type { UpstreamBooking } from '../services/calcom/calcom-ports';
import { attendeeNumbers } from './attendee-number';
import { oneOf, present } from './answer-shape';
import { idIfAny, instant, optionalInstant, optionalText } from './wire-parsing';

const STATUSES: Record<string, UpstreamBooking['status']> = {
  accepted: 'accepted',
  pending: 'pending',
  awaiting_host: 'pending',
  cancelled: 'cancelled',
  rejected: 'rejected',
};

/** An unknown status promises nothing and takes nothing back: such a booking waits for its next change. */
const status = oneOf(z.string(), Object.keys(STATUSES)).transform((text) => STATUSES[text.toLowerCase()] ?? 'pending');

const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .or(z.literal('').transform(() => []))
    .nullish()
    .transform((items) => items ?? []);
const name = optionalText.transform((text) => text ?? '');

const absent = z.boolean().nullish().catch(null);

const metadataRecord = z
  .record(z.string(), z.unknown())
  .or(z.literal('').transform(() => ({})))
  .nullish()
  .transform((given) => {
    const kept: UpstreamBooking['metadata'] = {};
    for (const [key, value] of Object.entries(given ?? {})) {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') kept[key] = value;
    }
    return kept;
  });

const booking = z
  .object({
    id: z.number(),
    uid: z.string().min(1),
    status,
    start: instant,
    end: instant,
    eventTypeId: present(idIfAny),
    eventType: z.object({ id: idIfAny }).nullish().catch(null),
    hosts: present(list(z.object({ id: idIfAny, name, email: optionalText }))),
    attendees: present(
      list(
        z.object({
          ...{ name, email: optionalText, phoneNumber: optionalText, absent },
          ...{ seatUid: optionalText, metadata: metadataRecord },
        }),
      ),
    ),
    seatUid: optionalText,
    bookingFieldsResponses: z.record(z.string(), z.unknown()).nullish().catch(null),
    location: optionalText.catch(null),
    metadata: metadataRecord,
    createdAt: present(optionalInstant),
    updatedAt: present(optionalInstant),
    rescheduledFromUid: optionalText,
    rescheduledToUid: optionalText,
    cancellationReason: optionalText,
    recurringBookingUid: optionalText,
  })
  .transform(({ eventType, ...given }) => ({ ...given, eventTypeId: given.eventTypeId ?? eventType?.id ?? null }));

type WireBooking = z.output<typeof booking>;

/** One booking. A recurring event type answers with the list of all it made: the first, and the uids of the others. */
export const bookingAnswer = z
  .object({ data: z.union([booking.transform((one): [WireBooking] => [one]), z.tuple([booking], booking)]) })
  .transform(({ data: [first, ...others] }) =>
    others.length > 0 ? { ...toBooking(first), siblingUids: others.map(({ uid }) => uid) } : toBooking(first),
  );

const pagination = z
  .object({
    hasNextPage: z.boolean().nullish(),
    remainingItems: z.number().nullish(),
    hasMore: z.boolean().nullish(),
    nextCursor: optionalText,
  })
  .nullish();

export const bookingListAnswer = z
  .object({ data: present(list(booking)), pagination: present(pagination) })
  .transform(({ data, pagination: page }) => ({
    bookings: data.map(toBooking),
    hasMore: page?.hasNextPage ?? page?.hasMore ?? ((page?.remainingItems ?? 0) > 0 || Boolean(page?.nextCursor)),
    nextCursor: page?.nextCursor ?? null,
  }));

export type ListedBookings = z.output<typeof bookingListAnswer>;

function toBooking({
  recurringBookingUid,
  start,
  end,
  attendees,
  bookingFieldsResponses: responses,
  location,
  createdAt,
  updatedAt,
  ...rest
}: WireBooking): UpstreamBooking {
  return {
    ...rest,
    startAt: start,
    endAt: end,
    seriesUid: recurringBookingUid,
    createdAt,
    updatedAt,
    // The fields of the booking form are the first attendee's, who booked.
    attendees: attendees.map(({ phoneNumber, absent: isAbsent, seatUid, metadata, ...attendee }, at) => ({
      ...attendee,
      ...(typeof isAbsent === 'boolean' ? { absent: isAbsent } : {}),
      ...(seatUid === null ? {} : { seat: { uid: seatUid, metadata } }),
      ...(at === 0
        ? attendeeNumbers({ phoneNumber, email: attendee.email, responses, location })
        : { phone: phoneNumber }),
    })),
  };
}
