import { z } from 'zod';
import type { UpstreamUser, UpstreamWebhook } from '../services/calcom/calcom-ports';
import { oneOf, present } from './answer-shape';
import { instant, optionalNumber, optionalText } from './wire-parsing';

export const meAnswer = z
  .object({
    data: z.object({
      id: z.number(),
      name: optionalText,
      username: optionalText,
      email: z.string(),
      timeZone: present(optionalText),
      organizationId: optionalNumber,
    }),
  })
  .transform(({ data }): UpstreamUser => ({
    ...data,
    name: data.name ?? data.username ?? '',
    timeZone: data.timeZone ?? 'UTC',
  }));

export const teamsAnswer = z
  .object({ data: z.array(z.object({ id: z.number(), name: z.string() })) })
  .transform(({ data }) => data);

/** In the order of their rights. */
const ROLES = ['member', 'admin', 'owner'] as const;
export const membershipsAnswer = z
  .object({ data: z.array(z.object({ userId: z.number(), role: oneOf(optionalText, ROLES) })) })
  .transform(({ data }) =>
    data.map(({ userId, role }) => ({ userId, role: ROLES.find((one) => one === role?.toLowerCase()) ?? null })),
  );

/** The id is a uuid although the description says number. */
const webhook = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  subscriberUrl: z.string(),
  active: z.boolean(),
  triggers: z
    .array(z.string())
    .nullish()
    .transform((triggers) => triggers ?? []),
});

export const webhookAnswer = z.object({ data: webhook }).transform(({ data }): UpstreamWebhook => data);
export const webhooksAnswer = z.object({ data: z.array(webhook) }).transform(({ data }): UpstreamWebhook[] => data);

export const reservationAnswer = z
  .object({ data: z.object({ reservationUid: z.string().min(1), reservationUntil: instant }) })
  .transform(({ data }) => ({ uid: data.reservationUid, until: data.reservationUntil }));
