import { z } from 'zod';
import { ORIGINS } from '../../domain';
import { companyOf } from '../../services/admin/actor';
import type { HandBooking } from '../../services/admin/appointment-changes';
import { changeOf } from '../../services/admin/records';
import { inZone } from '../../local-time';
import { appointment } from './history-schemas';
import { companyId, id, instant } from './list-query';
import { repeatKey, REPEATS } from './repeat-key';
import { route, type RouteSpec } from './route-spec';
import { guard, stamp } from './setup-schemas';

const localDay = z.iso.date();
const span = { starts_at: stamp, ends_at: stamp };
const party = z.enum(ORIGINS);

/** What the page shows of an appointment and needs to change it. */
const shown = appointment.pick({
  ...{ id: true, company_id: true, branch_id: true, service_id: true, service_name: true, staff_id: true },
  ...{ staff_name: true, calcom_host_name: true, customer_id: true, call_id: true, starts_at: true, ends_at: true },
  ...{ time_zone: true, status: true, price: true, attendee_name: true, attendee_phone: true, attendee_email: true },
  ...{ notes: true, sync_origin: true, requires_manual_review: true, updated_at: true },
});

const calendarWeek = z.object({
  from: z.string(),
  currency: z.string().nullable().describe('Of the prices'),
  branches: z.array(
    z.object({
      ...{ id: z.guid(), name: z.string(), time_zone: z.string() },
      days: z.array(
        z.object({
          ...{ date: z.string(), holiday: z.string().nullable(), ...span },
          open: z.array(z.object({ from: z.string(), to: z.string(), ...span })),
        }),
      ),
    }),
  ),
  staff: z.array(z.object({ id: z.guid(), name: z.string(), branch_id: z.guid().nullable() })),
  appointments: z.array(shown),
  is_cut: z.boolean().describe('There are more appointments than are shown'),
});

const freeStarts = z.object({
  time_zone: z.string(),
  starts: z.array(z.object({ starts_at: stamp, date: z.string(), time: z.string() })),
  stale: z.boolean().describe('Older than it should be: Cal.com could not be asked in time'),
  is_host_certain: z.boolean().describe('False where Cal.com chooses the person by itself'),
});

export const event = z.object({
  at: stamp,
  what: z.enum(['booked', 'moved', 'cancelled', 'no_show', 'attended']),
  by: party,
  by_name: z.string().nullable().describe('The operator, where a name is kept'),
  reason: z.string().nullable(),
  previous_starts_at: stamp.nullable(),
});

/** Letters of any script, blanks, hyphens, apostrophes and dots. */
const personName = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(60)
  .regex(/^[\p{L}\p{M}][\p{L}\p{M}'’ .-]*$/u, 'must be a person’s name');
/** One who is known by id, or a new one by name. */
const customer = z
  .strictObject({
    id: id.optional(),
    name: personName.optional(),
    phone: z.string().trim().min(1).max(40).nullable().default(null),
    email: z.email('must be an e-mail address').nullable().default(null),
  })
  .transform(({ id: known, name, ...reached }, context): HandBooking['customer'] => {
    if (known !== undefined) return { id: known };
    if (name !== undefined) return { name, ...reached };
    context.addIssue({ code: 'custom', path: ['name'], message: 'is required' });
    return z.NEVER;
  });

const write = { role: 'front_desk', subject: 'appointment', mayGoOn: true, answer: appointment } as const;

export const calendarRoutes: RouteSpec[] = [
  route('get /api/admin/calendar', {
    ...{ role: 'read_only', tag: 'appointments', answer: calendarWeek },
    summary: 'The appointments of some days beside the opening hours of their branches; cancelled ones are left out',
    query: z.strictObject({
      from: localDay.optional().describe('The first day, on the branches’ own calendar; today without it'),
      days: z.coerce.number().int().min(1).max(7).default(1),
      branch_id: id.optional(),
      company_id: companyId.optional(),
    }),
    run: ({ calendar }, { actor, query }) => {
      const { from = null, days, branch_id: branchId = null } = query;
      return calendar.read(companyOf(actor, query.company_id), { from, days, branchId });
    },
  }),
  route('get /api/admin/services/:id/free-starts', {
    ...{ role: 'front_desk', tag: 'appointments' },
    summary: 'The free starts of a service as callers hear them',
    answer: freeStarts,
    query: z.strictObject({
      branch_id: id.optional().describe('May be left out where the service or the company has only one'),
      staff_id: id.optional(),
      from: localDay.optional().describe('The first day, on the branch’s calendar; today without it'),
      days: z.coerce.number().int().min(1).max(14).default(1),
      appointment_id: id.optional().describe('An appointment that is to be moved: its own time counts as free'),
    }),
    run: async ({ actions }, { actor, id: serviceId, query }) => {
      const { starts, stale, isHostCertain, zone } = await actions.freeStarts(actor, serviceId, {
        ...{ branchId: query.branch_id ?? null, staffId: query.staff_id ?? null, from: query.from ?? null },
        ...{ days: query.days, appointmentId: query.appointment_id ?? null },
      });
      const listed = starts.map((start) => {
        const local = inZone(start, zone);
        const [date, time] = [local.toFormat('yyyy-MM-dd'), local.toFormat('HH:mm')];
        return { starts_at: start.toISOString(), date, time };
      });
      return { time_zone: zone, starts: listed, stale, is_host_certain: isHostCertain };
    },
  }),
  route('post /api/admin/appointments', {
    ...{ ...write, status: 201 },
    summary: `Books an appointment at Cal.com and here. ${REPEATS}`,
    body: z.strictObject({
      ...{ company_id: companyId.optional(), branch_id: id, service_id: id, starts_at: instant, customer },
      staff_id: id.nullable().default(null).describe('With anyone else there is to be no booking; null: anyone'),
      notes: z.string().trim().max(1000).nullable().default(null),
    }),
    run: async ({ actions }, { actor, body, req, wrote }) => {
      const booking = {
        ...{ branchId: body.branch_id, serviceId: body.service_id, staffId: body.staff_id },
        ...{ startAt: body.starts_at, customer: body.customer, notes: body.notes || null },
      };
      return wrote(await actions.book(actor, body.company_id, { ...booking, repeatKey: repeatKey(req) }));
    },
  }),
  route('post /api/admin/appointments/:id/no-show', {
    ...write,
    summary: `Says that the customer did not come, at Cal.com and here, or takes that back; only after the start. ${REPEATS}`,
    body: z.strictObject({ absent: z.boolean().default(true), ...guard }).default({ absent: true }),
    run: async ({ actions }, { actor, id: given, body, req, wrote }) => {
      const { absent, if_updated_at: unchangedSince = null } = body;
      const change = { kind: 'absence', absent, unchangedSince, repeatKey: repeatKey(req) } as const;
      return wrote(await actions.change(actor, given, change));
    },
  }),
  route('get /api/admin/appointments/:id/history', {
    role: 'read_only',
    summary: 'What happened to an appointment and who did it, oldest first',
    answer: z.object({ events: z.array(event) }),
    run: async ({ history, reader }, { actor, id: given, wrote }) => {
      const record = await reader.require('appointments', actor.companyId, given);
      return wrote({ record: { events: await history.of(record) }, change: changeOf('appointments', record, {}) });
    },
  }),
];
