import { z } from 'zod';
import { tenantId } from '../domain';
import { ROLES, type Actor } from '../services/admin/actor';
import type { JobHandler } from './job-runner';

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
export type ConnectAgentPayload = z.infer<typeof payload>;

/** Sets an agent up at a voice platform, and writes down what it does. */
export function connectAgentJob(deps: {
  connect: (
    actor: Actor,
    order: ConnectAgentPayload['order'],
    onStep: (step: string, values: Record<string, string>) => void,
  ) => Promise<unknown>;
}): JobHandler {
  return {
    // A second try is the operator's: what stopped the first one mostly needs a person.
    policy: { queue: 'setup', maxAttempts: 1, backoffMs: 1000, timeoutMs: 180_000 },
    async run(given, { note }) {
      const { actor, order } = payload.parse(given);
      let noted = Promise.resolve();
      const onStep = (step: string, values: Record<string, string>): void => {
        noted = noted.then(() => note({ step, values }));
      };
      try {
        await deps.connect({ ...actor, tokenId: null, ancestorIds: [], expiresAt: null, address: null }, order, onStep);
      } finally {
        await noted;
      }
    },
  };
}
