import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type SeededRandom } from '../seeded-random';
import { type TimeSource } from '../sandbox-clock';
import { type Webhook } from '../world/booking';

/** The original never gives up on a subscriber; its operating system does at some time. */
const ANSWER_TIMEOUT_MS = 120_000;
const MAX_LOGGED = 1_000;
const NO_SECRET = 'no-secret-provided';

/** What may happen to deliveries on their way. Counted switches are used up, probabilities stay. */
export const deliveryRulesSpec = z.strictObject({
  dropNext: z.int().min(0).default(0),
  dropProbability: z.number().min(0).max(1).default(0),
  duplicateNext: z.int().min(0).default(0),
  duplicateProbability: z.number().min(0).max(1).default(0),
  /** Holds this many back; they go out in reverse order after a flush. */
  holdNext: z.int().min(0).default(0),
  /** Every delivery waits a random time up to this, so that they overtake each other. */
  maxDelayMs: z.number().min(0).max(600_000).default(0),
});

export type DeliveryRules = z.output<typeof deliveryRulesSpec>;

export interface Delivery {
  webhookId: string;
  trigger: string;
  url: string;
  body: string;
  signature: string;
  atMs: number;
  outcome: 'delivered' | 'dropped' | 'held' | 'failed';
  /** The subscriber's status, or null when there was no answer. */
  status: number | null;
}

interface SenderDeps {
  clock: TimeSource;
  random: SeededRandom;
}

function valueAt(source: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (current, key) =>
        typeof current === 'object' && current !== null
          ? Object.entries(current).find(([name]) => name === key)?.[1]
          : undefined,
      source,
    );
}

/** Fills `{{path}}` places of a subscriber's own template. */
function render(template: string, envelope: Record<string, unknown>): string {
  const source = { ...envelope, ...Object(envelope['payload']) };
  return template.replace(/{{\s*([\w.]+)\s*}}/g, (_whole, path: string) => {
    const value = valueAt(source, path);
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** At most once, in no promised order, never again after a failure: exactly as unreliable as the original. */
export class WebhookSender {
  rules: DeliveryRules = deliveryRulesSpec.parse({});
  #log: Delivery[] = [];
  #held: (() => Promise<void>)[] = [];
  readonly #inFlight = new Set<Promise<void>>();

  constructor(private readonly deps: SenderDeps) {}

  /** Sends one signed message. Resolves with the subscriber's answer, at once when it is held back or dropped. */
  async send(webhook: Webhook, envelope: { triggerEvent: string } & Record<string, unknown>): Promise<void> {
    const body =
      webhook.payloadTemplate === null ? JSON.stringify(envelope) : render(webhook.payloadTemplate, envelope);
    const signature =
      webhook.secret === null ? NO_SECRET : createHmac('sha256', webhook.secret).update(body).digest('hex');
    const delivery: Delivery = {
      webhookId: webhook.id,
      trigger: envelope.triggerEvent,
      url: webhook.subscriberUrl,
      body,
      signature,
      atMs: this.deps.clock.nowMs(),
      outcome: 'failed',
      status: null,
    };
    this.#log.push(delivery);
    if (this.#log.length > 2 * MAX_LOGGED) this.#log = this.#log.slice(-MAX_LOGGED);

    if (this.#applies('dropNext', this.rules.dropProbability)) {
      delivery.outcome = 'dropped';
      return;
    }
    const copies = this.#applies('duplicateNext', this.rules.duplicateProbability) ? 2 : 1;
    const start = async (): Promise<void> => {
      const posts = Array.from({ length: copies }, () => this.#post(webhook, delivery));
      for (const post of posts) this.#track(post);
      await Promise.all(posts);
    };
    if (this.rules.holdNext > 0) {
      this.rules = { ...this.rules, holdNext: this.rules.holdNext - 1 };
      delivery.outcome = 'held';
      this.#held.push(start);
      return;
    }
    const answered = start();
    if (this.rules.maxDelayMs === 0) await answered;
  }

  /** Lets held deliveries go, newest first. */
  flush(): number {
    const released = this.#held.reverse();
    this.#held = [];
    for (const start of released) void start();
    return released.length;
  }

  /** Resolves when nothing is on its way any more; held deliveries do not count. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  deliveries(): readonly Delivery[] {
    return this.#log.slice(-MAX_LOGGED);
  }

  reset(): void {
    this.rules = deliveryRulesSpec.parse({});
    this.#log = [];
    this.#held = [];
  }

  #applies(counter: 'dropNext' | 'duplicateNext', probability: number): boolean {
    const left = this.rules[counter];
    if (left > 0) {
      this.rules = { ...this.rules, [counter]: left - 1 };
      return true;
    }
    return probability > 0 && this.deps.random.next() < probability;
  }

  #track(delivery: Promise<void>): void {
    this.#inFlight.add(delivery);
    void delivery.finally(() => this.#inFlight.delete(delivery));
  }

  async #post(webhook: Webhook, delivery: Delivery): Promise<void> {
    const waitMs = this.rules.maxDelayMs * this.deps.random.next();
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
    const isTemplate = webhook.payloadTemplate !== null && !isJson(delivery.body);
    try {
      const response = await fetch(delivery.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': isTemplate ? 'application/x-www-form-urlencoded' : 'application/json',
          'X-Cal-Signature-256': delivery.signature,
          'X-Cal-Webhook-Version': webhook.version,
        },
        body: delivery.body,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      await response.arrayBuffer();
      delivery.status = response.status;
      delivery.outcome = 'delivered';
    } catch {
      delivery.outcome = 'failed';
    }
  }
}
