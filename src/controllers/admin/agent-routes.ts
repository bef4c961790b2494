import { z } from 'zod';
import type { TenantId } from '../../domain';
import { companyOf, requireRole } from '../../services/admin/actor';
import { companyId, httpUrl } from './list-query';
import { route } from './route-spec';

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
