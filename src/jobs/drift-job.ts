import type { TenantId } from '../domain';
import type { CalcomAccount } from '../services/calcom/calcom-account';
import type { DriftWatch } from '../services/calcom/drift-watch';
import type { Clock } from '../infra/clock';
import type { FetchLeases } from '../services/availability/ports';
import type { JobHandler } from './job-runner';

export const DRIFT = 'CompareCalcomAnswersJob';

const LEASE_MS = 60_000;
const DAY_MS = 86_400_000;
const FEW_BOOKINGS = 10;

export interface DriftJobDeps {
  drift: Pick<DriftWatch, 'look'>;
  companies: {
    ids(only: { isActive: boolean }): Promise<TenantId[]>;
    /** Those that callers can book. */
    services(companyId: TenantId): Promise<{ calcomEventTypeId: number }[]>;
  };
  accounts: { forTenant(companyId: TenantId): Promise<CalcomAccount> };
  /** One process asks a key's questions. */
  leases: Pick<FetchLeases, 'tryAcquire'>;
  clock: Pick<Clock, 'now'>;
}

/** Once a day one GET of each kind for every key, to see whether Cal.com still answers as expected. */
export function driftJob(deps: DriftJobDeps): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 1, backoffMs: 60_000, timeoutMs: 600_000 },
    run: async (_payload, { signal }) => {
      const asked = new Set<string>();
      for (const companyId of await deps.companies.ids({ isActive: true })) {
        if (signal.aborted) return;
        // A company whose key cannot be opened is reported by the check of the set-up.
        const account = await deps.accounts.forTenant(companyId).catch(() => null);
        if (!account || asked.has(account.credentialId)) continue;
        asked.add(account.credentialId);
        await askAll(deps, companyId, account);
      }
    },
  };
}

async function askAll(deps: DriftJobDeps, companyId: TenantId, account: CalcomAccount): Promise<void> {
  const { credentialId } = account;
  const lease = await deps.leases.tryAcquire([`calcom:drift:${credentialId}`], LEASE_MS);
  if (!lease) return;
  try {
    await deps.drift.look(credentialId, async () => {
      // Each question stands for itself: a refused one is the check's or the circuit's matter.
      const ask = <Answer>(question: Promise<Answer>): Promise<Answer | null> => question.catch(() => null);
      await account.testConnection();
      await ask(account.eventTypes());
      const [team] = (await ask(account.teams())) ?? [];
      if (team) await ask(account.teamEventTypes(team.id));
      await ask(account.webhooks(null));
      const [service] = await deps.companies.services(companyId);
      const startAt = new Date(deps.clock.now().getTime() + DAY_MS);
      if (service)
        await ask(
          account.isStartFree(
            { eventTypeId: service.calcomEventTypeId, startAt, hostIds: [], movedUid: null },
            'background',
          ),
        );
      const listed = await ask(account.listBookings({ take: FEW_BOOKINGS }, 'background'));
      const [booking] = listed?.bookings ?? [];
      if (booking) await ask(account.getBooking(booking.uid, 'background'));
    });
  } finally {
    await lease.release();
  }
}
