import type { Clock } from '../../infra/clock';
import { WINDOW_MS, type SendLog } from './calcom-budget';
import type { LocalBudget } from './local-budget';
import type { SendLogView, SendRules } from '../../infra/redis-send-log';

interface SendName {
  owner: string;
  id: string;
}

const PROBE_EVERY_MS = 250;
/** Names older than this say nothing to the log any more; keeping fewer than this bounds memory while it is away. */
const MAX_NEVER_SENT = 1000;

/**
 * Keeps one key's local knowledge and the shared log together: notices that the log is lost, forgetful or back, and
 * tells it then what this process sent without it.
 */
export class BudgetLink {
  #connection: number;
  /** Asked for but never sent: the log may count them. */
  #neverSent: SendName[] = [];
  /** Cal.com's own limit for the key, as it last said. */
  #saidLimit: number | null = null;
  #reconnecting: Promise<void> | undefined;
  #probing = false;
  #probedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly budget: LocalBudget,
    private readonly deps: {
      log: SendLog;
      clock: Clock;
      /** Called on the first loss and the first recovery only. */
      onLost(): void;
      onBack(): void;
      onClockJump(keyId: string): void;
    },
  ) {
    this.#connection = deps.log.connection;
  }

  learnLimit(limit: number): void {
    this.#saidLimit = limit;
  }

  /**
   * Where Cal.com allows less than is configured, a class leaves the same share of what Cal.com allows: of a smaller
   * remainder the configured reserve may be more than all there is, and the class would never send.
   */
  within(rules: SendRules, cap: number): SendRules {
    if (this.#saidLimit === null || this.#saidLimit >= cap) return rules;
    return { ...rules, hintReserve: Math.ceil((rules.hintReserve * this.#saidLimit) / cap) };
  }

  /** Takes in an answer of the log that was asked for at `askedAtMs` (monotonic). */
  async adopt(view: SendLogView, askedAtMs: number): Promise<void> {
    const change = this.budget.adopt(view, askedAtMs, this.deps.clock.monotonicMs());
    if (change === 'fine' || this.budget.syncState === 'lost') return;
    if (change === 'jumped') this.deps.onClockJump(this.budget.keyId);
    await this.#restore(change === 'jumped' ? WINDOW_MS : 0).catch(() => this.lose());
  }

  /** A new connection may lead to a log that lacks its last moments. */
  async reconnect(): Promise<void> {
    if (this.budget.syncState === 'lost' || this.#connection === this.deps.log.connection) return;
    this.#reconnecting ??= this.#recover().finally(() => (this.#reconnecting = undefined));
    await this.#reconnecting;
  }

  async look(): Promise<void> {
    const askedAtMs = this.deps.clock.monotonicMs();
    try {
      await this.adopt(await this.deps.log.read(this.budget.keyId), askedAtMs);
    } catch {
      this.lose();
    }
  }

  /** Asks a lost log whether it is back, at most four times a second. */
  async probe(): Promise<void> {
    const nowMs = this.deps.clock.monotonicMs();
    if (this.#probing || nowMs - this.#probedAtMs < PROBE_EVERY_MS) return;
    this.#probing = true;
    this.#probedAtMs = nowMs;
    try {
      this.budget.adopt(await this.deps.log.read(this.budget.keyId), nowMs, this.deps.clock.monotonicMs());
      await this.#recover();
    } catch {
      // Still away: the next probe asks again.
    } finally {
      this.#probing = false;
    }
  }

  lose(): void {
    if (this.budget.lose(this.deps.clock.monotonicMs())) this.deps.onLost();
  }

  /** For a place that was asked for and will not be used; whether the log knows of it is uncertain. */
  markUnused(name: SendName): void {
    this.#neverSent.push(name);
    if (this.#neverSent.length > MAX_NEVER_SENT) this.#neverSent.shift();
  }

  giveBack(name: SendName): void {
    this.budget.unbook(name.id);
    if (this.budget.syncState === 'lost') this.markUnused(name);
    else this.deps.log.release(this.budget.keyId, name.owner, name.id).catch(() => this.markUnused(name));
  }

  note(limits: Parameters<SendLog['note']>[1]): void {
    if (this.budget.syncState === 'lost') return;
    this.deps.log.note(this.budget.keyId, limits).catch(() => this.lose());
  }

  /** Later questions reach the log behind this restore, so that no send in between is missed. */
  async #recover(): Promise<void> {
    const connection = this.deps.log.connection;
    this.budget.recover(this.deps.clock.monotonicMs());
    const blockMs = Math.ceil(this.budget.blockedUntilMs - this.deps.clock.monotonicMs());
    try {
      await Promise.all([
        this.#restore(0),
        blockMs > 0 ? this.deps.log.note(this.budget.keyId, { blockMs, hint: null }) : undefined,
      ]);
    } catch {
      this.lose();
      return;
    }
    this.#connection = connection;
    this.deps.onBack();
  }

  async #restore(coldForMs: number): Promise<void> {
    const nowMs = this.deps.clock.monotonicMs();
    const sent = this.budget
      .ownSends(nowMs)
      .map(({ owner, id, atMs }) => ({ owner, id, ageMs: Math.floor(nowMs - atMs) }));
    const neverSent = this.#neverSent.splice(0);
    if (sent.length === 0 && neverSent.length === 0 && coldForMs === 0) return;
    try {
      await this.deps.log.restore(this.budget.keyId, { sent, neverSent, coldForMs });
    } catch (error) {
      this.#neverSent.push(...neverSent);
      throw error;
    }
  }
}
