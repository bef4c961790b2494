import type { TenantId } from '../../domain';
import type { CallStore } from './ports';

const FAILED_LATELY_MS = 15 * 60_000;

/**
 * Whether the caller's last call has failed in the last 15 minutes: then a person is offered first. False while the
 * database is away, because an answer without this offer beats none.
 */
export async function hasJustFailed(
  calls: Pick<CallStore, 'hasFailed'>,
  caller: { companyId: TenantId; phone: string | null; callId: string | null; now: Date },
): Promise<boolean> {
  if (caller.phone === null) return false;
  const since = new Date(caller.now.getTime() - FAILED_LATELY_MS);
  return calls.hasFailed(caller.companyId, caller.phone, since, caller.callId).catch(() => false);
}
