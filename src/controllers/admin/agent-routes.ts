import { z } from 'zod';
import { companyOf, requireRole, type Actor } from '../../services/admin/actor';
import type { QueuedJob } from '../../services/admin/maintenance-actions';
import type { TenantId } from '../../domain';
import { companyId } from './list-query';
import type { Mount } from './mount';
import { route, type RouteSpec } from './route-spec';

const short = z.string().trim().min(1).max(200);

const agents = {
  connect: route({
    ...{ method: 'post', path: '/api/admin/retell/connect-agent', role: 'company_admin' },
    ...{ tag: 'agents', subject: 'agent', status: 202 },
    summary:
      'Queues a job that makes or updates the company’s agent at Retell, publishes it, puts it on a number and rings it. dry_run: it only says what would change. Another public address is taken from the platform only.',
    body: z.strictObject({
      company_id: companyId.optional(),
      branch_id: z.guid().optional(),
      number: short.optional(),
      voice: short.optional().describe('Id of a voice at Retell; needed for a new agent'),
      flow: z.enum(['single', 'conversation-flow']).optional(),
      public_url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .optional(),
      dry_run: z.boolean().default(false),
    }),
    answer: z.object({
      queued: z.boolean(),
      job_id: z.guid().nullable().describe('What it has done so far: GET /api/admin/jobs/{id}, progress'),
    }),
  }),
};

export const agentSpecs: RouteSpec[] = Object.values(agents);

export interface AgentOrderOf {
  companyId: TenantId;
  branchId?: string | undefined;
  number?: string | undefined;
  voice?: string | undefined;
  flow?: 'single' | 'conversation-flow' | undefined;
  publicUrl?: string | undefined;
  dryRun: boolean;
}

export interface AgentRoutesDeps {
  /** @throws NotFound, InvalidInput or Conflict for what can be refused at once */
  connectAgent: (actor: Actor, order: AgentOrderOf) => Promise<QueuedJob>;
}

export function mountAgents(mount: Mount, deps: AgentRoutesDeps): void {
  mount(agents.connect, async ({ actor, body, wrote }) => {
    const company = companyOf(actor, body.company_id);
    if (body.public_url !== undefined) requireRole(actor, 'platform');
    const { branch_id: branchId, number, voice, flow, public_url: publicUrl, dry_run: dryRun } = body;
    const order = { companyId: company, branchId, number, voice, flow, publicUrl, dryRun };
    const { queued, jobId } = await deps.connectAgent(actor, order);
    wrote({
      companyId: company,
      subjectType: 'agent',
      subjectId: null,
      after: { number, dry_run: dryRun, job_id: jobId },
    });
    return { queued, job_id: jobId };
  });
}
