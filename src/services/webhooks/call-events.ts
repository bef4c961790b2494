import type { BackgroundTasks } from '../../background-tasks';
import { LANGUAGE_CODES, type Platform, PLATFORMS, type TenantId, tenantId } from '../../domain';
import { ForeignSignature, Unauthorised } from '../../errors';
import type { LineProof } from '../tenants/line-proof';
import { onlyOne, type SignatureOwners, type Speaker, type UnknownLine } from '../tenants/signature-owners';
import type { CallLifecycle } from '../voice/call-lifecycle';
import type { CallFacts, InboundCall, InboundFacts } from '../voice/ports';
import type { CallEvent } from '../voice/voice-platform';
import type { EventWorker, InboxProcessor, WebhookInbox } from './inbox';
import { z } from 'zod';
import { callTiming, keptAnalysis } from '../voice/transcript';

const text = z.string().nullable().catch(null);
const instant = z
  .string()
  .nullable()
  .catch(null)
  .transform((value) => (value ? new Date(value) : null));

/** As `storedCall` wrote it. */
const stored = z.object({
  /** Absent in events stored before companies had keys of their own. */
  speaker: z
    .object({ platform: z.boolean(), companyIds: z.array(z.guid().transform(tenantId)) })
    .default({ platform: true, companyIds: [] }),
  kind: z.enum(['call_started', 'call_ended', 'call_analyzed']),
  call: z.object({
    /** Absent in events stored while there was one platform. */
    platform: z.enum(PLATFORMS).default('retell'),
    home: z.guid().transform(tenantId).nullable().default(null),
    callId: z.string(),
    agentId: text,
    direction: z.enum(['inbound', 'outbound', 'web']).nullable().catch(null),
    fromNumber: text,
    toNumber: text,
    startedAt: instant,
    endedAt: instant,
    durationMs: z.number().nullable().catch(null),
    disconnectionReason: text,
    transcript: text,
    timing: callTiming.nullable().catch(null),
    recordingUrl: text,
    analysis: z.record(z.string(), z.unknown()).nullable().catch(null).transform(keptAnalysis),
    language: z.enum(LANGUAGE_CODES).nullable().catch(null),
    agentVersion: text,
    heard: z
      .object({ isDisclosed: z.boolean().nullable(), claims: z.array(z.enum(['fresh', 'standing'])) })
      .nullable()
      .catch(null),
  }),
});

const CALL_FIELDS = stored.shape.call.keyof().options;

/** What of a call's webhook is kept: facts, the transcript, and when its turns began, not the word timings. */
function storedCall(call: CallFacts): CallFacts {
  return Object.fromEntries(CALL_FIELDS.map((field) => [field, call[field]])) as unknown as CallFacts;
}

/** Lifecycle events in any order: each makes the call's row if it is the first to arrive. */
export function callWorker(lifecycle: CallLifecycle, owners: Pick<SignatureOwners, 'maySpeakFor'>): EventWorker {
  return async (event) => {
    const parsed = stored.safeParse(event.payload);
    if (!parsed.success) return { status: 'ignored', companyId: null };
    const { kind, call, speaker } = parsed.data;
    // Lines and keys may have changed hands since the event came.
    const owner = await lifecycle.companyOf(call);
    if (owner !== null && !(await owners.maySpeakFor(speaker, owner))) return { status: 'ignored', companyId: null };
    const companyId =
      kind === 'call_started'
        ? await lifecycle.started(call)
        : kind === 'call_ended'
          ? await lifecycle.ended(call)
          : await lifecycle.analyzed(call);
    return { status: companyId ? 'processed' : 'ignored', companyId };
  };
}

interface CallEventsDeps {
  readonly lifecycle: Pick<CallLifecycle, 'companyOf' | 'inbound' | 'storable'>;
  readonly owners: Pick<SignatureOwners, 'maySpeakFor'>;
  /** What the speaker's company has entered is confirmed by a call of its own. */
  readonly confirmLine: LineProof['confirm'];
  readonly unknownLine: UnknownLine;
  readonly store: Pick<WebhookInbox, 'store'>;
  readonly inbox: Pick<InboxProcessor, 'process'>;
  readonly background: BackgroundTasks;
}

/** What voice platforms report of calls: each event is a row before it is answered, and is worked off afterwards. */
export class CallEvents {
  constructor(private readonly deps: CallEventsDeps) {}

  /**
   * Facts for an agent that is about to pick up; null when they cannot be had.
   * @throws Unauthorised when the speaker may not speak for the call's company
   */
  readonly starting = async (speaker: Speaker, call: InboundCall): Promise<InboundFacts | null> => {
    try {
      await this.#ownerOf(speaker, call);
      return await this.deps.lifecycle.inbound(call);
    } catch (error) {
      if (error instanceof Unauthorised) throw error;
      return null;
    }
  };

  /** @throws Unauthorised when the speaker may not speak for the call's company */
  readonly happened = async (platform: Platform, speaker: Speaker, events: CallEvent[]): Promise<void> => {
    const { background, inbox, lifecycle, store } = this.deps;
    if (platform === 'mcp') return;
    for (const event of events) {
      const isOther = event.kind === 'other';
      const companyId = isOther ? null : await this.#ownerOf(speaker, event.call);
      const stored = await store.store({
        provider: platform,
        dedupeKey: event.dedupeKey,
        eventType: isOther ? event.event : event.kind,
        payload: isOther
          ? { event: event.event, call_id: event.callId }
          : { kind: event.kind, call: storedCall(await lifecycle.storable(event.call)), speaker },
        companyId: companyId ?? onlyOne(speaker),
      });
      if (stored.fresh) background.run('process a webhook', inbox.process(stored.id));
    }
  };

  async #ownerOf(speaker: Speaker, call: InboundCall): Promise<TenantId | null> {
    await this.deps.confirmLine(speaker, call);
    const companyId = await this.deps.lifecycle.companyOf(call);
    if (companyId === null) this.deps.unknownLine(speaker, call);
    else if (!(await this.deps.owners.maySpeakFor(speaker, companyId))) throw new ForeignSignature(speaker.companyIds);
    return companyId;
  }
}
