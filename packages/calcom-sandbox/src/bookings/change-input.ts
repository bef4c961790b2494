import { z } from 'zod';
import { inputRejected, validationFailed } from '../http/api-error';
import { type ApiVersion } from '../http/api-version';
import { email, failuresOf, flag, instantMs, listOf, text } from '../http/validation';
import { hostFlags, knowsHostFlags } from './create-input';

const rescheduleFields = {
  start: instantMs('start'),
  rescheduledBy: text('rescheduledBy').optional(),
  reschedulingReason: text('reschedulingReason').optional(),
  emailVerificationCode: text('emailVerificationCode').optional(),
  seatUid: text('seatUid').optional(),
  /** Accepted and without effect: a move chooses its host again. */
  rrHostSubsetIds: listOf('rrHostSubsetIds', z.int(), 'an integer number').optional(),
};
const rescheduleInput = z.strictObject(rescheduleFields);
const rescheduleInputWithFlags = z.strictObject({ ...rescheduleFields, ...hostFlags });

const cancelInput = z.strictObject({
  cancellationReason: text('cancellationReason').optional(),
  cancelSubsequentBookings: flag('cancelSubsequentBookings').optional(),
  seatUid: text('seatUid').optional(),
});

const declineInput = z.object({ reason: text('reason').optional() });

const markAbsentInput = z.object({
  host: flag('host').optional(),
  attendees: z
    .array(z.object({ email: email('email'), absent: flag('absent') }), { error: 'attendees must be an array' })
    .min(1, { error: 'attendees must contain at least 1 elements' })
    .optional(),
});

export type RescheduleInput = z.output<typeof rescheduleInputWithFlags>;
export type CancelInput = z.output<typeof cancelInput>;
export type MarkAbsentInput = z.output<typeof markAbsentInput>;

function strictly<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw inputRejected(failuresOf(parsed.error));
  return parsed.data;
}

function leniently<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return parsed.data;
}

/** @throws ApiError 400 (E2) */
export const parseRescheduleInput = (body: unknown, version: ApiVersion): RescheduleInput =>
  strictly<RescheduleInput>(knowsHostFlags(version) ? rescheduleInputWithFlags : rescheduleInput, body);

/** @throws ApiError 400 (E2) */
export const parseCancelInput = (body: unknown): CancelInput => strictly(cancelInput, body);

/** @throws ApiError 400 (E3) */
export const parseDeclineInput = (body: unknown): { reason?: string | undefined } => leniently(declineInput, body);

/** @throws ApiError 400 (E3) */
export const parseMarkAbsentInput = (body: unknown): MarkAbsentInput => leniently(markAbsentInput, body);
