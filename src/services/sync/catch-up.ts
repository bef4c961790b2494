import type { AccountsWith } from '../calcom/calcom-accounts';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import type { ExternalSync } from './external-sync';
import { fromUpstream } from './external-booking';

/** A booking moved more often than this between two webhooks that arrived is left to the reconciliation. */
const MOST_MOVES = 5;

/** Follows one booking move by move when Cal.com reports a state that differs from the ledger. */
export class CatchUp {
  constructor(
    private readonly deps: {
      accounts: AccountsWith<'getBooking'>;
      sync: Pick<ExternalSync, 'take'>;
    },
  ) {}

  async run(companyId: TenantId, uid: string): Promise<void> {
    const upstream = await this.deps.accounts.forTenant(companyId);
    let next: string | null = uid;
    let previousUid: string | null = null;
    for (let moves = 0; next !== null && moves <= MOST_MOVES; moves++) {
      const booking: UpstreamBooking | null = await upstream.getBooking(next);
      if (!booking) return;
      const known = fromUpstream(booking);
      await this.deps.sync.take({ ...known, previousUid: previousUid ?? known.previousUid }, new Set([companyId]));
      previousUid = next;
      next = booking.rescheduledToUid;
    }
  }
}
