import { z } from 'zod';
import { LANGUAGE_CODES, type TenantId } from '../../domain';
import { companyOf, requireRole } from '../../services/admin/actor';
import { companyId, httpUrl } from './list-query';
import { openStream } from './live-events';
import { actionOf, route, type RouteSpec } from './route-spec';

const short = z.string().trim().min(1).max(200);
const order = z
  .strictObject({
    company_id: companyId.optional(),
    branch_id: z.guid().optional(),
    number: short.optional(),
    voice: short.optional().describe('Id of a voice at Retell; needed for a new agent'),
    flow: z.enum(['single', 'conversation-flow']).optional(),
    public_url: httpUrl.optional(),
    dry_run: z.boolean().default(false),
  })
  .transform(({ company_id: named, branch_id: branchId, public_url: publicUrl, dry_run: dryRun, ...rest }) => ({
    named,
    wish: { ...rest, branchId, publicUrl, dryRun },
  }));
export type AgentOrder = z.output<typeof order>['wish'] & { companyId: TenantId };

export const agentRoute = route('post /api/admin/retell/connect-agent', {
  ...{ role: 'company_admin', tag: 'agents', subject: 'agent', status: 202 },
  summary:
    'Queues a job that makes or updates the company’s agent at Retell, publishes it, puts it on a number and rings it. dry_run: it only says what would change. Another public address is taken from the platform only.',
  body: order,
  answer: z.object({
    queued: z.boolean(),
    job_id: z.guid().nullable().describe('What it has done so far: GET /api/admin/jobs/{id}, progress'),
  }),
  run: async ({ connectAgent }, { actor, body: { named, wish }, wrote }) => {
    const company = companyOf(actor, named);
    if (wish.publicUrl !== undefined) requireRole(actor, 'platform');
    const { queued, jobId } = await connectAgent(actor, { ...wish, companyId: company });
    const after = { number: wish.number, dry_run: wish.dryRun, job_id: jobId };
    return wrote({ record: { queued, job_id: jobId }, change: { companyId: company, after } });
  },
});

export const testCallRoute: RouteSpec = route('post /api/admin/test-calls', {
  ...{ role: 'company_admin', tag: 'agents', subject: 'test_call', limit: '16kb', mediaType: 'text/event-stream' },
  summary:
    'Plays a call to the company as Retell would, signed and over HTTP, and answers server-sent events, one for each step as it happens: `ring`, `turn`, `hang_up`, last `done` or `problem`.',
  body: z
    .strictObject({
      company_id: companyId.optional(),
      number: z.string().trim().max(40).optional().describe('One of the company’s, E.164; default: the first'),
      service_id: z.guid().optional().describe('What is asked for; default: the first service'),
      language: z.enum(LANGUAGE_CODES).optional(),
      books: z.boolean().default(false).describe('Also books what is free, and cancels it again'),
    })
    .prefault({}),
  answer: z.string(),
  run: async ({ audit, testCalls, warn }, { actor, body, res }) => {
    const { company_id: named, service_id: serviceId, ...wish } = body;
    const company = companyOf(actor, named);
    const order = await testCalls.prepare(company, { ...wish, serviceId });
    const after = { number: order.number, books: order.books };
    const change = { companyId: company, subjectType: 'test_call', subjectId: null, after };
    await audit.done(actor, actionOf(testCallRoute), change);
    const show = (step: unknown): void => void res.write(`data: ${JSON.stringify(step)}\n\n`);
    try {
      await testCalls.play(order, (step) => {
        if (!res.headersSent) openStream(res);
        show(step);
      });
      show({ kind: 'done' });
    } catch (error) {
      if (!res.headersSent) throw error;
      warn({ err: error }, 'a test call ended early');
      show({ kind: 'problem' });
    }
    res.end();
  },
});
