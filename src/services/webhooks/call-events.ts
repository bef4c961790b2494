import type { BackgroundTasks } from '../../background-tasks';
import type { Platform, TenantId } from '../../domain';
import { ForeignSignature, Unauthorised } from '../../errors';
import type { LineProof } from '../tenants/line-proof';
import { onlyOne, type SignatureOwners, type Speaker, type UnknownLine } from '../tenants/ownership';
import type { CallLifecycle } from '../voice/call-lifecycle';
import type { InboundCall, InboundFacts } from '../voice/ports';
import type { CallEvent } from '../voice/voice-platform';
import { storedCall } from './call-worker';
import type { InboxProcessor, WebhookInbox } from './inbox';

export interface CallEventsDeps {
  readonly lifecycle: Pick<CallLifecycle, 'companyOf' | 'inbound' | 'storable'>;
  readonly owners: Pick<SignatureOwners, 'maySpeakFor'>;
  /** What the speaker's company has entered is confirmed by a call of its own. */
  readonly heard: LineProof['heard'];
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
    await this.deps.heard(speaker, call);
    const companyId = await this.deps.lifecycle.companyOf(call);
    if (companyId === null) this.deps.unknownLine(speaker, call);
    else if (!(await this.deps.owners.maySpeakFor(speaker, companyId))) throw new ForeignSignature(speaker.companyIds);
    return companyId;
  }
}
