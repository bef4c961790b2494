import { z } from 'zod';
import type { Role } from '../../services/admin/actor';
import type { NotificationChannels, Ownership } from '../../services/notifications/notification-channels';
import { CHANNEL_EVENTS, CHANNEL_KINDS, SEND_PROBLEMS } from '../../services/notifications/notification-ports';
import { companyId, listQuery, recordQuery, yesNo } from './list-query';
import { route, type RouteSpec } from './route-spec';
import { guard, stamp } from './setup-schemas';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00');
const events = z
  .array(z.enum(CHANNEL_EVENTS))
  .min(1, 'must name at least one')
  .max(CHANNEL_EVENTS.length)
  .transform((named) => [...new Set(named)]);

const settings = {
  address: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .nullable()
    .optional()
    .describe('E-mail address, or the address of the webhook; absent for e-mail to oneself'),
  secret: z
    .string()
    .min(16)
    .max(200)
    .optional()
    .describe('By which a webhook’s messages are signed; absent in a new one: it is made, and shown once'),
  quiet_from: clockTime
    .nullable()
    .optional()
    .describe('Beginning of the quiet hours in the company’s zone; null: none'),
  quiet_to: clockTime.nullable().optional().describe('Their end; they may go over midnight'),
  urgent_always: z.boolean().optional().describe('Urgent things are sent in quiet hours too'),
  daily_at: clockTime.optional().describe('When the daily report is sent, in the company’s zone'),
  is_active: z.boolean().optional(),
};
const create = z.strictObject({
  company_id: companyId.nullable().optional().describe('null: of the platform'),
  kind: z.enum(CHANNEL_KINDS).describe('slack: an incoming webhook of Slack or of what understands the same'),
  events,
  ...settings,
});
const update = z.strictObject({ ...guard, events: events.optional(), ...settings });

const answer = z.object({
  id: z.guid(),
  company_id: z.guid().nullable(),
  user_id: z.guid().nullable().describe('null: of the whole company, or of the platform'),
  kind: z.enum(CHANNEL_KINDS),
  address: z.string().nullable().describe('Of a Slack webhook only its host; null: the person’s own e-mail address'),
  events: z.array(z.enum(CHANNEL_EVENTS)),
  quiet_from: z.string().nullable(),
  quiet_to: z.string().nullable(),
  urgent_always: z.boolean(),
  daily_at: z.string(),
  is_active: z.boolean(),
  last_sent_at: stamp.nullable(),
  failed_at: stamp.nullable().describe('When the last message did not arrive; null: it did'),
  problem: z.enum(SEND_PROBLEMS).nullable().describe('Why it did not'),
  created_at: stamp,
  updated_at: stamp,
});
const created = answer.extend({
  secret: z.string().nullable().describe('The signing secret that was made; shown only in this answer'),
});
const tested = z.object({
  outcome: z.enum(['sent', 'failed']),
  problem: z.enum(SEND_PROBLEMS).nullable(),
  status: z.int().nullable().describe('HTTP status, or the mail server’s reply code'),
  said: z.string().nullable().describe('The mail server’s own words'),
});
const removed = z.object({ id: z.guid(), outcome: z.literal('deleted') });

/** The same routes for the company's channels and for one's own. */
function channelRoutesOf(whose: Ownership, path: string, role: Role, noun: string): RouteSpec[] {
  const common = { tag: 'notifications', subject: 'notification_channel', role } as const;
  return [
    route(`get /api/admin/${path}`, {
      ...{ ...common, summary: `Every channel: ${noun}, and of what`, list: true, answer },
      query: listQuery({ of_platform: yesNo.optional().describe('true: only those of no company') }),
      run: ({ channels }, { actor, query }) => channels.list(actor, whose, query.company_id, recordQuery(query)),
    }),
    route(`get /api/admin/${path}/:id`, {
      ...{ ...common, summary: `One channel: ${noun}`, answer },
      run: ({ channels }, { actor, id }) => channels.find(actor, whose, id),
    }),
    route(`post /api/admin/${path}`, {
      ...{ ...common, status: 201, body: create, answer: created },
      summary: `Adds a channel: ${noun}. Things that happened before are not notified.`,
      run: async ({ channels }, { actor, body, wrote }) => {
        const { company_id: named, kind, events: wanted } = body;
        const given = { ...inputOf(body), kind, events: wanted };
        const { record, change, secret } = await channels.create(actor, whose, named, given);
        return wrote({ record: { ...record, secret }, change });
      },
    }),
    route(`patch /api/admin/${path}/:id`, {
      ...{ ...common, body: update, answer },
      summary: `Changes a channel: ${noun}. Absent fields stay as they are.`,
      run: async ({ channels }, { actor, id, body, wrote }) => {
        const given = { ...inputOf(body), events: body.events };
        return wrote(await channels.change(actor, whose, id, given, body.if_updated_at ?? null));
      },
    }),
    route(`delete /api/admin/${path}/:id`, {
      ...{ ...common, summary: `Removes a channel: ${noun}`, answer: removed },
      run: async ({ channels }, { actor, id, wrote }) =>
        wrote({ record: { id, outcome: 'deleted' }, change: await channels.remove(actor, whose, id) }),
    }),
    route(`post /api/admin/${path}/:id/test`, {
      ...{ ...common, answer: tested },
      summary: `Sends a test message to a channel and says what came back: ${noun}`,
      run: async ({ channels }, { actor, id, wrote }) => {
        const { result, change } = await channels.test(actor, whose, id);
        const { problem, status } = result;
        const said = 'said' in result ? result.said : null;
        return wrote({ record: { outcome: problem === null ? 'sent' : 'failed', problem, status, said }, change });
      },
    }),
  ];
}

export const notificationRoutes: RouteSpec[] = [
  ...channelRoutesOf('shared', 'notification-channels', 'company_admin', 'where the company is notified'),
  ...channelRoutesOf('own', 'own-notification-channels', 'front_desk', 'where one is notified oneself'),
];

type Settings = Omit<z.output<typeof update>, 'if_updated_at' | 'events'>;

function inputOf(body: Settings): Parameters<NotificationChannels['change']>[3] {
  const { address, secret, quiet_from: quietFrom, quiet_to: quietTo, urgent_always: urgentAlways } = body;
  return { address, secret, quietFrom, quietTo, urgentAlways, dailyAt: body.daily_at, isActive: body.is_active };
}
