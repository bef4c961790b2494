import type { Platform } from '../../domain';

/** Webhook events are rows before anything else happens; a worker claims one and processes it, again after a crash. */
export type EventProvider = Exclude<Platform, 'mcp'> | 'calcom';

export const EVENT_STATUSES = ['pending', 'processing', 'processed', 'ignored', 'failed'] as const;
type EventStatus = (typeof EVENT_STATUSES)[number];

export interface StoredEvent {
  id: string;
  provider: EventProvider;
  eventType: string;
  payload: unknown;
  attempts: number;
  receivedAt: Date;
}

export interface WebhookInbox {
  /** @returns fresh false when this very event was stored before */
  store(event: {
    provider: EventProvider;
    dedupeKey: string;
    eventType: string;
    payload: unknown;
    companyId: string | null;
  }): Promise<{ id: string; fresh: boolean }>;
  /** Takes one event for `leaseMs`; null when another worker has it or it is done. */
  claim(id: string, leaseMs: number): Promise<StoredEvent | null>;
  /** Events without a finished worker. */
  claimForgotten(olderThanMs: number, leaseMs: number, limit: number): Promise<StoredEvent[]>;
  finish(
    id: string,
    result: { status: Exclude<EventStatus, 'processing'>; companyId: string | null; error: string | null },
  ): Promise<void>;
}

export type EventWorker = (
  event: StoredEvent,
) => Promise<{ status: 'processed' | 'ignored'; companyId: string | null }>;

const LEASE_MS = 30_000;
const MAX_ATTEMPTS = 8;
const FORGOTTEN_MS = 15_000;
const BATCH = 20;

/** Works stored events off, each by its provider's worker; a failure is kept and tried again by the sweep. */
export class InboxProcessor {
  constructor(
    private readonly deps: {
      inbox: WebhookInbox;
      workers: Record<StoredEvent['provider'], EventWorker>;
      warn: (fields: object, message: string) => void;
    },
  ) {}

  /** Processes one event now, unless another worker does. */
  async process(id: string): Promise<void> {
    const event = await this.deps.inbox.claim(id, LEASE_MS);
    if (event) await this.#work(event);
  }

  /** @returns how many forgotten events were worked on */
  async sweep(): Promise<number> {
    const events = await this.deps.inbox.claimForgotten(FORGOTTEN_MS, LEASE_MS, BATCH);
    for (const event of events) await this.#work(event);
    return events.length;
  }

  async #work(event: StoredEvent): Promise<void> {
    try {
      const result = await this.deps.workers[event.provider](event);
      await this.deps.inbox.finish(event.id, { ...result, error: null });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const status = event.attempts >= MAX_ATTEMPTS ? 'failed' : 'pending';
      this.deps.warn(
        { event: event.id, type: event.eventType, attempts: event.attempts, error: message },
        'a webhook event could not be processed',
      );
      await this.deps.inbox.finish(event.id, { status, companyId: null, error: message });
    }
  }
}
