import { z } from 'zod';
import { tenantId } from '../domain';
import { ROLES, type Actor } from '../services/admin/actor';
import type { JobHandler, JobRunner } from './job-runner';

export const CONNECT_AGENT = 'connect-agent';

const payload = z.object({
  actor: z.object({
    name: z.string(),
    role: z.enum(ROLES),
    companyId: z.string().transform(tenantId).nullable(),
  }),
  order: z.object({
    companyId: z.string().transform(tenantId),
    number: z.string().optional(),
    branchId: z.string().optional(),
    voice: z.string().optional(),
    flow: z.enum(['single', 'conversation-flow']).optional(),
    publicUrl: z.string().optional(),
    dryRun: z.boolean().optional(),
  }),
});
type Order = z.infer<typeof payload>['order'];
type OnStep = (step: string, values: Record<string, string>) => void;

/** Sets agents up at a voice platform. */
interface AgentSetup {
  /** @throws when the order cannot be carried out, before it is a job */
  prepare(actor: Actor, order: Order): Promise<unknown>;
  run(actor: Actor, order: Order, onStep: OnStep): Promise<unknown>;
}

/** Sets an agent up at a voice platform, and writes down what it does. */
function connectAgentJob(agents: Pick<AgentSetup, 'run'>): JobHandler {
  return {
    // A second try is the operator's: what stopped the first one mostly needs a person.
    policy: { queue: 'setup', maxAttempts: 1, backoffMs: 1000, timeoutMs: 180_000 },
    async run(given, { note }) {
      const { actor, order } = payload.parse(given);
      let noted = Promise.resolve();
      const onStep: OnStep = (step, values) => {
        noted = noted.then(() => note({ step, values }));
      };
      try {
        await agents.run({ ...actor, tokenId: null, ancestorIds: [], expiresAt: null, address: null }, order, onStep);
      } finally {
        await noted;
      }
    },
  };
}

/** The same as a job, for operators who watch it from the dashboard. */
export function agentJobs(deps: {
  agents: AgentSetup;
  jobs: Pick<JobRunner, 'add' | 'enqueueWatched'>;
}): (actor: Actor, order: Order) => Promise<{ queued: boolean; jobId: string | null }> {
  const { agents, jobs } = deps;
  jobs.add(CONNECT_AGENT, connectAgentJob(agents));
  return async (actor, order) => {
    await agents.prepare(actor, order);
    const { companyId } = order;
    const uniqueKey = `${CONNECT_AGENT}:${companyId}`;
    const { name, role } = actor;
    const payload = { actor: { name, role, companyId: actor.companyId }, order };
    return jobs.enqueueWatched(CONNECT_AGENT, payload, { companyId, uniqueKey });
  };
}
