import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import type { ExternalSync } from './external-sync';
import { fromUpstream } from './from-upstream';

/** A booking moved more often than this within one lost stretch of news is left to the comparison. */
const MOST_MOVES = 5;

/** Takes over what became of one booking, move by move, when Cal.com says that it is no longer what the ledger believes. */
export class CatchUp {
  readonly #upstream: (companyId: TenantId) => Promise<{ getBooking(uid: string): Promise<UpstreamBooking | null> }>;
  readonly #sync: Pick<ExternalSync, 'take'>;

  constructor(deps: {
    upstream: (companyId: TenantId) => Promise<{ getBooking(uid: string): Promise<UpstreamBooking | null> }>;
    sync: Pick<ExternalSync, 'take'>;
  }) {
    this.#upstream = deps.upstream;
    this.#sync = deps.sync;
  }

  async run(companyId: TenantId, uid: string): Promise<void> {
    const upstream = await this.#upstream(companyId);
    let next: string | null = uid;
    let previousUid: string | null = null;
    for (let moves = 0; next !== null && moves <= MOST_MOVES; moves++) {
      const booking: UpstreamBooking | null = await upstream.getBooking(next);
      if (!booking) return;
      const known = fromUpstream(booking);
      await this.#sync.take({ ...known, previousUid: previousUid ?? known.previousUid }, new Set([companyId]));
      previousUid = next;
      next = booking.rescheduledToUid;
    }
  }
}
