import { ForeignSignature } from '../../errors';
import { once } from '../../once';
import type { BackgroundTasks } from '../../background-tasks';
import { LRUCache } from 'lru-cache';
import type { CalcomService } from '../calcom-service';
import type { Customer, Language, TenantId } from '../../domain';
import type { Holds, HoldView, ReservationView } from '../availability/holds';
import { phoneCountriesOf } from '../tenants/phone-numbers';
import { type CallEnds, customerPhoneOf, e164, lineOf, resolveTenant } from '../tenants/resolve-call';
import type { LineProof } from '../tenants/line-proof';
import type { SignatureOwners, Speaker, UnknownLine } from '../tenants/signature-owners';
import type { TenantDirectory, TenantRef } from '../tenants/tenant-ports';
import type { CallRecord, CallStore, CustomerStore, InboundCall } from './ports';
import { type CallMemories, type CallMemory, emptyMemory } from './call-memory';
import type { Conversation } from './conversation';
import type { VoiceCall } from './voice-request';

export interface ConversationOpenerDeps {
  tenants: TenantDirectory;
  owners: Pick<SignatureOwners, 'maySpeakFor'>;
  /** What the speaker's company has entered is confirmed by a call of its own. */
  confirmLine: LineProof['confirm'];
  /** A call belongs to no company. */
  unknownLine: UnknownLine;
  calls: CallStore;
  customers: CustomerStore;
  memories: CallMemories;
  holds: Holds;
  calcom: (companyId: TenantId) => Promise<CalcomService>;
  now: () => Date;
  /** Whether a request without any call object may be answered as the demo company. */
  demoWithoutCall: boolean;
  background: BackgroundTasks;
}

/** A call's row is read again after this long: another process may have seen its end. */
const KNOWN_MS = 60_000;

/** A call's row; requests without a call have none. */
type CallRow = Omit<CallRecord, 'callId'>;

/** Finds out which company, branch and caller a request belongs to, and what was said before. Never guesses a tenant. */
export class ConversationOpener {
  readonly #known = new LRUCache<string, CallRow>({ max: 20_000, ttl: KNOWN_MS, ttlResolution: 1000 });

  constructor(private readonly deps: ConversationOpenerDeps) {}

  /**
   * @returns null when no company belongs to the call: an error, never a default
   * @throws ForeignSignature when the speaker may not speak for the call's company
   */
  async open(asked: VoiceCall, requestId: string, speaker: Speaker): Promise<Conversation | null> {
    await this.deps.confirmLine(speaker, asked);
    const [row, byLine] = await Promise.all([this.#knownCall(asked), this.#byLine(asked, speaker)]);
    // Ids of two platforms' calls are never the same call.
    const call = row && row.platform !== asked.platform ? { ...asked, callId: null } : asked;
    // The id of a call that is over identifies no one any more: ids stand in logs and transcripts.
    const known = call === asked && row?.status === 'ongoing' ? row : null;
    const facts = known ?? byLine?.facts ?? (await this.#newRow(call, speaker));
    if (!facts) {
      this.deps.unknownLine(speaker, call);
      return null;
    }
    if (!(await this.deps.owners.maySpeakFor(speaker, facts.companyId))) throw new ForeignSignature(speaker.companyIds);
    const profile = await this.deps.tenants.profile(facts.companyId, facts.branchId);
    if (!profile?.company.isActive) return null;
    const { companyId } = facts;
    const owner = call.callId ?? requestId;
    // Without a call object the numbers are the recorded ones; a constant of the agent's may only name the line.
    const ends: CallEnds =
      call.fromNumber === null && call.direction === null ? { ...call, ...numbersOf(facts) } : call;
    const callerPhone = customerPhoneOf(ends, profile);
    const loaded = byLine?.facts.companyId === companyId ? byLine.memory : null;
    const [calcom, memory] = await Promise.all([
      this.deps.calcom(companyId),
      call.callId ? (loaded ?? this.deps.memories.load(companyId, call.callId)) : emptyMemory(),
    ]);
    const recorded = this.#record(call, facts);
    const language: Language = call.language ?? facts.language ?? profile.company.language;
    return {
      companyId,
      profile,
      callId: call.callId,
      toolCallId: call.toolCallId,
      owner,
      language,
      timeZone: profile.branch.timeZone,
      now: this.deps.now(),
      anchor: call.startedAt ?? facts.startedAt,
      callerPhone,
      phoneCountries: phoneCountriesOf(e164(lineOf(ends)), profile.branch.timeZone),
      anonymous: callerPhone === null,
      calcom,
      memory,
      customer: once<Customer | null>(async () =>
        callerPhone ? this.deps.customers.ofNumber(companyId, callerPhone) : null,
      ),
      reservations: once<ReservationView>(() => this.deps.holds.reservations(companyId, owner)),
      holds: once<HoldView>(() => this.deps.holds.view(companyId, owner)),
      callRecorded: () => recorded,
    };
  }

  async #knownCall({ callId }: VoiceCall): Promise<CallRow | null> {
    if (!callId) return null;
    const known = this.#known.get(callId);
    if (known) return known;
    const row = await this.deps.calls.find(callId).catch(() => null);
    if (row?.status === 'ongoing') this.#known.set(callId, row);
    return row;
  }

  /** By its line alone, with what is remembered of the call: read beside the call's row, which may name another company. */
  async #byLine(call: VoiceCall, speaker: Speaker): Promise<{ facts: CallRow; memory: CallMemory } | null> {
    const { callId } = call;
    if (!callId || this.#known.has(callId)) return null;
    const facts = await this.#newRow(call, speaker).catch(() => null);
    return facts && { facts, memory: await this.deps.memories.load(facts.companyId, callId) };
  }

  /** By the number that was rung, then the agent; the demo only for requests without a call. */
  async #newRow(call: VoiceCall, speaker: Speaker): Promise<CallRow | null> {
    const { tenants, demoWithoutCall, now } = this.deps;
    const isDemo = demoWithoutCall && speaker.platform && !call.hasCallObject;
    const ref = (await resolveTenant(tenants, call)) ?? (isDemo ? await tenants.demo() : null);
    return ref && newCall(call, ref, call.startedAt ?? now());
  }

  /** A tool may arrive before `call_started`: its request makes the call's row, behind the answer. */
  #record({ callId }: VoiceCall, facts: CallRow): Promise<void> {
    if (!callId || this.#known.has(callId)) return Promise.resolve();
    this.#known.set(callId, facts);
    const work = this.deps.calls
      .ensure({ callId, ...facts })
      .then((row) => {
        // Another request (or the webhook) may have been first, with better facts.
        if (row.status !== 'ongoing') this.#known.delete(callId);
        else if (row.companyId === facts.companyId) this.#known.set(callId, row);
      })
      .catch((error: unknown) => {
        this.#known.delete(callId);
        throw error;
      });
    this.deps.background.run('record the call', work);
    return work;
  }
}

/** The row of a call that begins, or is met for the first time. */
export function newCall(call: InboundCall, { companyId, branchId, language }: TenantRef, startedAt: Date): CallRow {
  return {
    ...{ companyId, branchId, startedAt },
    platform: call.platform,
    customerId: null,
    direction: call.direction,
    fromNumber: e164(call.fromNumber),
    toNumber: e164(call.toNumber),
    agentId: call.agentId,
    language: call.language ?? language,
    status: 'ongoing',
    recordingConsent: null,
  };
}

function numbersOf({ direction, fromNumber, toNumber }: Omit<CallEnds, 'agentId'>): Omit<CallEnds, 'agentId'> {
  return { direction, fromNumber, toNumber };
}
