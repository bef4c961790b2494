import { ASKING_MS, REORDER_MS, WINDOW_MS, type SendLog } from '../../../src/services/calcom/calcom-budget';
import { earliestSend } from '../../../src/services/calcom/local-budget';
import type { SendDecision, SendHint, SendLogView, SendRequest } from '../../../src/infra/redis-send-log';

interface Entry {
  owner: string;
  id: string;
  atMs: number;
}

/** The shared log's server, in memory: the same answers as the scripts give on Redis, on a clock a test may move. */
export class MemoryLogServer {
  state: 'up' | 'down' | 'frozen' = 'up';
  clockOffsetMs = 0;
  #entries: Entry[] = [];
  #coldUntilMs: number | null = null;
  #blockedUntilMs = 0;
  #hint: SendHint | null = null;
  #askers = new Map<string, number>();

  constructor(private readonly trueNowMs: () => number) {}

  get nowMs(): number {
    return Math.floor(this.trueNowMs()) + this.clockOffsetMs;
  }

  /** Comes back without what was written since; everything is gone when nothing is said. */
  forget(sinceMs = Number.NEGATIVE_INFINITY, writtenAt?: (id: string) => number): void {
    if (sinceMs === Number.NEGATIVE_INFINITY) {
      this.#entries = [];
      this.#coldUntilMs = null;
      this.#blockedUntilMs = 0;
      this.#hint = null;
      this.#askers.clear();
    } else {
      this.#entries = this.#entries.filter((entry) => (writtenAt?.(entry.id) ?? entry.atMs) < sinceMs);
    }
  }

  reserve(request: SendRequest): SendDecision {
    const nowMs = this.nowMs;
    this.#coldUntilMs ??= nowMs + WINDOW_MS;
    this.#entries = this.#entries.filter((entry) => entry.atMs > nowMs - WINDOW_MS);
    if (request.fairFrom > 0) {
      this.#askers.set(request.owner, nowMs);
      for (const [owner, atMs] of this.#askers) if (atMs <= nowMs - ASKING_MS) this.#askers.delete(owner);
    }
    const view = this.read();
    const atMs = earliestSend(nowMs + request.notBeforeMs, request.owner, request, {
      sends: this.#entries,
      blockedUntilMs: this.#blockedUntilMs,
      hint: this.#hint,
      askers: this.#askers.size,
      reorderMs: REORDER_MS,
      weight: 1,
    });
    const waitMs = Number.isFinite(atMs) ? atMs - nowMs : WINDOW_MS;
    const granted = Number.isFinite(atMs) && waitMs <= request.maxWaitMs;
    if (granted) this.#put({ owner: request.owner, id: request.id, atMs });
    return { granted, waitMs, view };
  }

  release(owner: string, id: string): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id || entry.owner !== owner);
  }

  read(): SendLogView {
    const nowMs = this.nowMs;
    return {
      nowMs,
      coldUntilMs: this.#coldUntilMs ?? nowMs + WINDOW_MS,
      blockedUntilMs: this.#blockedUntilMs,
      hint: this.#hint && this.#hint.untilMs > nowMs ? this.#hint : null,
      sentAtMs: this.#entries.map((entry) => entry.atMs).filter((atMs) => atMs > nowMs - WINDOW_MS),
    };
  }

  restore(knowledge: Parameters<SendLog['restore']>[1]): void {
    const nowMs = this.nowMs;
    this.#coldUntilMs ??= nowMs + WINDOW_MS;
    if (knowledge.coldForMs > 0) this.#coldUntilMs = Math.max(this.#coldUntilMs, nowMs + knowledge.coldForMs);
    for (const { owner, id } of knowledge.neverSent) this.release(owner, id);
    for (const { owner, id, ageMs } of knowledge.sent) {
      const known = this.#entries.find((entry) => entry.id === id && entry.owner === owner);
      if (known && known.atMs >= nowMs - ageMs) continue;
      this.release(owner, id);
      this.#put({ owner, id, atMs: nowMs - ageMs });
    }
  }

  note({ blockMs, hint }: Parameters<SendLog['note']>[1]): void {
    const nowMs = this.nowMs;
    if (blockMs > 0) this.#blockedUntilMs = Math.max(this.#blockedUntilMs, nowMs + blockMs);
    if (hint && (!this.#hint || hint.fromMs >= this.#hint.fromMs || this.#hint.untilMs <= nowMs)) {
      this.#hint = { fromMs: hint.fromMs, remaining: hint.remaining, untilMs: nowMs + hint.resetMs };
    }
  }

  clearLimits(): void {
    this.#blockedUntilMs = 0;
    this.#hint = null;
  }

  #put(entry: Entry): void {
    const later = this.#entries.findIndex((other) => other.atMs > entry.atMs);
    if (later < 0) this.#entries.push(entry);
    else this.#entries.splice(later, 0, entry);
  }
}

/** One process's connection to it: instant, for one key. */
export class MemorySendLog implements SendLog {
  connection = 0;
  constructor(protected readonly server: MemoryLogServer) {}
  reserve(_key: string, request: SendRequest): Promise<SendDecision> {
    return this.travel(() => this.server.reserve(request));
  }
  release(_key: string, owner: string, id: string): Promise<void> {
    return this.travel(() => this.server.release(owner, id));
  }
  read(): Promise<SendLogView> {
    return this.travel(() => this.server.read());
  }
  restore(_key: string, knowledge: Parameters<SendLog['restore']>[1]): Promise<void> {
    return this.travel(() => this.server.restore(knowledge));
  }
  note(_key: string, limits: Parameters<SendLog['note']>[1]): Promise<void> {
    return this.travel(() => this.server.note(limits));
  }
  clearLimits(): Promise<void> {
    return this.travel(() => this.server.clearLimits());
  }
  protected travel<T>(command: () => T): Promise<T> {
    return this.server.state === 'up' ? Promise.resolve(command()) : Promise.reject(new Error('the log is away'));
  }
}
