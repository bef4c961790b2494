import { LRUCache } from 'lru-cache';
import type { TenantId } from '../../domain';
import type { Speaker } from './signature-owners';
import { e164, lineOf, type CallEnds } from './resolve-call';
import type { TenantDirectory } from './tenant-ports';

interface LineProofDeps {
  readonly tenants: Pick<TenantDirectory, 'byPhoneNumber' | 'byAgentId'>;
  readonly tenantStore: {
    /** Confirms those of the line and the agent that one of the companies has entered. @returns whose they were */
    confirm(companyIds: readonly TenantId[], line: string | null, agentId: string | null): Promise<TenantId[]>;
  };
  readonly tenantChanged: (companyId: TenantId) => Promise<void>;
  readonly nowMs: () => number;
}

/** A line or agent that was pending for none of a key's companies is looked for again after this long. */
const AGAIN_MS = 30_000;

/** A line or agent that a company entered is pending until a call to it arrives with a proof of that company's own. */
export class LineProof {
  readonly #inVain: LRUCache<string, true>;

  constructor(private readonly deps: LineProofDeps) {
    this.#inVain = new LRUCache({ max: 5000, ttl: AGAIN_MS, perf: { now: deps.nowMs } });
  }

  /** To be called before the company of a call is looked for. */
  readonly confirm = async ({ companyIds }: Speaker, call: CallEnds): Promise<void> => {
    if (companyIds.length === 0) return;
    const { tenants } = this.deps;
    const line = e164(lineOf(call));
    const newLine = line !== null && !(await tenants.byPhoneNumber(line)) ? line : null;
    const newAgent = call.agentId !== null && !(await tenants.byAgentId(call.agentId)) ? call.agentId : null;
    const asked = `${companyIds.join()} ${newLine} ${newAgent}`;
    if ((newLine === null && newAgent === null) || this.#inVain.has(asked)) return;
    const confirmed = await this.deps.tenantStore.confirm(companyIds, newLine, newAgent);
    if (confirmed.length === 0) this.#inVain.set(asked, true);
    for (const companyId of confirmed) await this.deps.tenantChanged(companyId);
  };

  /** A company has entered something. */
  forget(): void {
    this.#inVain.clear();
  }
}
