import { FAVOURED_OWNER, REORDER_MS, WINDOW_MS } from './calcom-budget';
import type { SendHint, SendLogView, SendRules } from '../../infra/redis-send-log';

export interface KnownSend {
  atMs: number;
  owner: string;
}

interface SendSituation {
  /** Ascending; past sends of the window and promised ones. */
  sends: readonly KnownSend[];
  blockedUntilMs: number;
  hint: SendHint | null;
  /** Owners asking at present, the caller included. */
  askers: number;
  reorderMs: number;
  /** How many sends of the log the new one stands for. */
  weight: number;
}

/**
 * The earliest moment from `startMs` on at which `owner` may send without any window ever holding more than its rules
 * allow, counting promised sends too. Infinity when there is none. The shared log decides by the same algorithm in
 * src/infra/lua/reserveSend-3.lua; test/budget holds the two against each other.
 */
export function earliestSend(startMs: number, owner: string, rules: SendRules, situation: SendSituation): number {
  const { hint, weight } = situation;
  const times = situation.sends.map((send) => send.atMs);
  const rest = situation.sends.filter((send) => !send.owner.startsWith(FAVOURED_OWNER)).map((send) => send.atMs);
  const windowLimit = rules.windowLimit - weight + 1;
  const restLimit = rules.restLimit - weight + 1;
  const paceLimit = rules.paceLimit - weight + 1;
  if (windowLimit < 1 || paceLimit < 1 || (rules.restLimit > 0 && restLimit < 1)) return Number.POSITIVE_INFINITY;

  const sharing = rules.fairFrom > 0 && situation.askers > 1;
  const share =
    sharing && times.length >= rules.fairFrom
      ? Math.ceil((rules.restLimit || rules.windowLimit) / situation.askers)
      : null;
  const mine = sharing ? situation.sends.filter((send) => send.owner === owner).map((send) => send.atMs) : [];
  const held = hint ? heldByHint(times, hint, situation.reorderMs) : 0;

  let atMs = Math.max(startMs, situation.blockedUntilMs);
  for (;;) {
    const beforeMs = atMs;
    atMs = afterGroups(atMs, times, rules.windowMs, windowLimit);
    atMs = afterGroups(atMs, times, rules.paceMs, paceLimit);
    if (rules.restLimit > 0) atMs = afterGroups(atMs, rest, rules.windowMs, restLimit);
    if (sharing) atMs = afterGroups(atMs, mine, rules.paceMs, Math.max(1, rules.paceLimit - 1));
    if (share !== null) atMs = afterGroups(atMs, mine, rules.windowMs, share);
    if (hint && atMs < hint.untilMs && held + weight - 1 >= hint.remaining - rules.hintReserve) atMs = hint.untilMs;
    if (atMs === beforeMs) return atMs;
  }
}

/** A group of `limit` sends closer together than the window admits no other send in any window that holds the group. */
function afterGroups(startMs: number, times: readonly number[], windowMs: number, limit: number): number {
  let atMs = startMs;
  for (let i = 0; i + limit <= times.length; i++) {
    const first = times[i] ?? 0;
    const last = times[i + limit - 1] ?? 0;
    if (last - first < windowMs && atMs > last - windowMs && atMs < first + windowMs) atMs = first + windowMs;
  }
  return atMs;
}

/** Sends that use up the hint's remainder: all since the measured one, and those that may have arrived after it. */
function heldByHint(times: readonly number[], hint: SendHint, reorderMs: number): number {
  const since = times.filter((atMs) => atMs > hint.fromMs - reorderMs && atMs < hint.untilMs).length;
  return since - (times.includes(hint.fromMs) ? 1 : 0);
}

interface OwnSend {
  owner: string;
  id: string;
  /** Monotonic milliseconds. */
  atMs: number;
  /** Sent on this process's own share: the others may have sent as much without its knowledge. */
  alone: boolean;
}

/**
 * How far a process agrees with the shared log of one key.
 * shared: the log decides. guarded: the log decides and the process's own share must agree, because the log may lack
 * sends of the last window. lost: the log cannot be reached and the own share decides.
 */
type SyncState = 'shared' | 'guarded' | 'lost';

/** Restored sends of all processes have arrived after this long. */
const SETTLE_MS = 1000;
/** And those of a process that was slow to reach the log again. */
const ALL_BACK_MS = 1500;
/** Other processes may go on this much longer before they notice the same loss. */
const DETECT_MS = 100;
const CLOCK_JUMP_MS = 300;
const SAME_MS = 50;

/**
 * What one process knows about one key's budget, on its monotonic clock. While the processes cannot agree, each may use
 * an equal part of what is certainly free: the cap, less every send known when the log was last seen, less what the
 * others could have sent between that moment and the loss (the pacing rule bounds it). The parts add up to no more than
 * the whole, and as the old sends age the part grows to cap / fleetSize; a fleet of one keeps its own exact log.
 *
 * Once all are back at a log that lacks the time before, no process needs shares any more: what was known of that time and
 * what the log says since are together everything.
 */
export class LocalBudget {
  #syncState: SyncState = 'shared';
  #guardUntilMs = Number.NEGATIVE_INFINITY;
  #cold = false;
  /** By the log's clock. */
  #coldUntilMs = 0;
  #known: number[] = [];
  #latest: number[] = [];
  #own: OwnSend[] = [];
  /** Guarded: what is not among the known was sent after this, and the log has it once all have told it. */
  #frozenAtMs = Number.POSITIVE_INFINITY;
  #allBackAtMs = Number.POSITIVE_INFINITY;
  #allBack = false;
  #lastSeenAtMs: number | null = null;
  #offset: { atMs: number; upperMs: number } | null = null;
  #blockedUntilMs = Number.NEGATIVE_INFINITY;
  #hint: SendHint | null = null;

  constructor(
    readonly keyId: string,
    private readonly fleet: { size: number; burstPerSecond: number; cap: number },
  ) {}

  get syncState(): SyncState {
    return this.#syncState;
  }
  /** Monotonic milliseconds. */
  get blockedUntilMs(): number {
    return this.#blockedUntilMs;
  }
  get cold(): boolean {
    return this.#cold;
  }

  /**
   * Takes in an answer of the shared log.
   * @returns `forgot` when the log lost its memory, `jumped` when its clock was set forward: both need `restore`
   */
  adopt(view: SendLogView, askedAtMs: number, receivedAtMs: number): 'fine' | 'forgot' | 'jumped' {
    const jumped = this.#clockJumped(view, askedAtMs, receivedAtMs);
    const cold = view.coldUntilMs > view.nowMs;
    // A log that is emptied while it is cold begins a new cold phase.
    const forgot = cold && (!this.#cold || view.coldUntilMs > this.#coldUntilMs);
    this.#coldUntilMs = view.coldUntilMs;
    // A clock that is set forward while the log is cold makes it forget young sends just as it does when it is warm.
    if (this.#syncState !== 'lost' && (forgot || jumped)) {
      const sinceMs = this.#syncState === 'guarded' && !this.#allBack ? this.#frozenAtMs : askedAtMs;
      this.#known = this.#shared();
      this.#freeze(receivedAtMs);
      // The very send that was asked for is in the log already; what others sent since an earlier loss may be nowhere else.
      this.#frozenAtMs = sinceMs;
      this.#syncState = 'guarded';
      this.#allBackAtMs = receivedAtMs + ALL_BACK_MS;
      this.#allBack = false;
    }
    this.#cold = cold;
    if (cold) this.#guardUntilMs = Math.max(this.#guardUntilMs, receivedAtMs + view.coldUntilMs - view.nowMs);
    if (jumped) this.#guardUntilMs = receivedAtMs + WINDOW_MS;
    if (this.#syncState === 'guarded' && receivedAtMs >= this.#guardUntilMs) {
      this.#syncState = 'shared';
      this.#allBack = false;
      for (const send of this.#own) send.alone = false;
    }
    const toLocal = receivedAtMs - view.nowMs;
    this.#latest = view.sentAtMs.map((atMs) => atMs + toLocal);
    if (this.#syncState === 'shared') this.#known = this.#latest;
    if (this.#syncState === 'guarded' && !this.#allBack && receivedAtMs >= this.#allBackAtMs) this.#giveUpShare();
    this.#lastSeenAtMs = askedAtMs;
    if (this.#syncState !== 'lost') {
      this.#blockedUntilMs = view.blockedUntilMs + toLocal;
      this.#hint = view.hint && {
        ...view.hint,
        fromMs: view.hint.fromMs + toLocal,
        untilMs: view.hint.untilMs + toLocal,
      };
    }
    return jumped ? 'jumped' : forgot ? 'forgot' : 'fine';
  }

  /** @returns false when the loss was known already */
  lose(nowMs: number): boolean {
    if (this.#syncState === 'lost') return false;
    if (this.#allBack) this.#known = this.#shared();
    else if (this.#syncState === 'guarded' && !this.#cold) this.#known = this.#together();
    if (this.#syncState === 'shared' || !this.#cold || this.#allBack) this.#freeze(nowMs);
    this.#syncState = 'lost';
    this.#allBack = false;
    return true;
  }

  /** The log answers again and has been told what this process sent. */
  recover(nowMs: number): void {
    this.#known = this.#shared();
    if (this.#syncState === 'shared' || this.#allBack) this.#freeze(nowMs);
    this.#syncState = 'guarded';
    this.#allBackAtMs = nowMs + ALL_BACK_MS;
    this.#allBack = false;
    this.#guardUntilMs = Math.max(this.#guardUntilMs, nowMs + SETTLE_MS);
  }

  /** The earliest send this process's own share allows, monotonic milliseconds; Infinity for never. */
  earliest(fromMs: number, rules: SendRules): number {
    const weight = this.#allBack ? 1 : this.fleet.size;
    // A share is coarse, a few bookings are all of it: here reads leave the whole part kept for them.
    const windowLimit = rules.restLimit || rules.windowLimit;
    const paced = { ...rules, ...this.#pace(rules), windowLimit, restLimit: 0, fairFrom: 0 };
    return earliestSend(fromMs, '', paced, {
      sends: this.#weighted(fromMs),
      blockedUntilMs: this.#blockedUntilMs,
      hint: this.#syncState === 'lost' && this.#hint && this.#hint.untilMs > fromMs ? this.#hint : null,
      askers: 1,
      reorderMs: REORDER_MS,
      weight,
    });
  }

  book(owner: string, id: string, atMs: number): void {
    const alone = this.#syncState !== 'shared' && !this.#allBack;
    this.#own = this.#own.filter((send) => send.atMs > atMs - WINDOW_MS);
    this.#own.push({ owner, id, atMs, alone });
    if (this.#syncState === 'shared') this.#known = [...this.#known, atMs];
    else if (!alone) this.#latest = [...this.#latest, atMs];
  }

  /** For a send that will not happen, or not at its promised time. */
  unbook(id: string): void {
    const send = this.#own.find((other) => other.id === id);
    if (!send) return;
    this.#own = this.#own.filter((other) => other !== send);
    if (send.alone) return;
    this.#known = without(this.#known, send.atMs);
    if (this.#syncState === 'guarded') this.#latest = without(this.#latest, send.atMs);
  }

  /** What this process sent in the last window, for telling the shared log. */
  ownSends(nowMs: number): OwnSend[] {
    return this.#own.filter((send) => send.atMs > nowMs - WINDOW_MS);
  }

  /** Everything known of the window, in monotonic milliseconds. */
  sends(nowMs: number): number[] {
    const alone = this.#own.filter((send) => send.alone).map((send) => send.atMs);
    return [...this.#shared(), ...alone].filter((atMs) => atMs > nowMs - WINDOW_MS).sort((a, b) => a - b);
  }

  block(untilMs: number): void {
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, untilMs);
  }

  hint(hint: SendHint): void {
    this.#hint = hint;
  }

  clearLimits(): void {
    this.#blockedUntilMs = Number.NEGATIVE_INFINITY;
    this.#hint = null;
  }

  /** Where the log still decides, it also paces. Alone, reads leave room for one booking of this process beside them. */
  #pace(rules: SendRules): Pick<SendRules, 'paceMs' | 'paceLimit'> {
    const { size, burstPerSecond } = this.fleet;
    if (this.#syncState === 'guarded') return { paceMs: rules.paceMs, paceLimit: Number.POSITIVE_INFINITY };
    const bySecond =
      rules.paceLimit < burstPerSecond ? Math.min(rules.paceLimit, burstPerSecond - size) : burstPerSecond;
    return { paceMs: rules.paceMs * Math.ceil(size / burstPerSecond), paceLimit: Math.max(bySecond, size) };
  }

  /** From now on the log counts for all processes; what it may have been told under an older loss is kept here. */
  #giveUpShare(): void {
    const before = this.#own.filter((send) => send.alone && send.atMs < this.#frozenAtMs);
    this.#known = [...this.#known, ...before.map((send) => send.atMs)];
    for (const send of this.#own) send.alone = false;
    this.#allBack = true;
  }

  /** What this process knows without its own share. */
  #shared(): number[] {
    if (!this.#allBack) return this.#known;
    return [...this.#known, ...this.#latest.filter((atMs) => atMs >= this.#frozenAtMs)];
  }

  /** What was known at the last loss and what the log has said since. Alone in the fleet, that is all there is. */
  #together(): number[] {
    const seen = merged(this.#known, this.#latest);
    if (this.fleet.size > 1) return seen;
    const own = this.#own.filter((send) => send.alone);
    for (const send of own) send.alone = false;
    return merged(
      seen,
      own.map((send) => send.atMs),
    );
  }

  #weighted(nowMs: number): KnownSend[] {
    const times = this.#shared().filter((atMs) => atMs > nowMs - WINDOW_MS);
    for (const send of this.#own) {
      if (!send.alone || send.atMs <= nowMs - WINDOW_MS) continue;
      for (let i = 0; i < this.fleet.size; i++) times.push(send.atMs);
    }
    return times.sort((a, b) => a - b).map((atMs) => ({ atMs, owner: '' }));
  }

  /** From now on `#known` is everything the others may have sent without this process's knowledge of it. */
  #freeze(nowMs: number): void {
    const unseen = this.#unseen(nowMs);
    this.#frozenAtMs = nowMs;
    this.#known = [...this.#known, ...new Array<number>(unseen).fill(nowMs)];
  }

  #unseen(nowMs: number): number {
    if (this.fleet.size === 1 || this.#lastSeenAtMs === null) return 0;
    const elapsedMs = nowMs - this.#lastSeenAtMs + DETECT_MS;
    const windows = Math.floor(elapsedMs / 1000) + 1;
    const sinceMs = nowMs + DETECT_MS - windows * 1000;
    const seen = this.#known.filter((atMs) => atMs > sinceMs && atMs <= nowMs).length;
    const room = this.fleet.cap - this.#known.filter((atMs) => atMs > nowMs - WINDOW_MS).length;
    return Math.max(0, Math.min(room, this.fleet.burstPerSecond * windows - seen));
  }

  /** A log whose clock was set forward sees young sends as old. A slow answer alone never looks like that. */
  #clockJumped(view: SendLogView, askedAtMs: number, receivedAtMs: number): boolean {
    const before = this.#offset;
    this.#offset = { atMs: receivedAtMs, upperMs: view.nowMs - askedAtMs };
    if (!before || receivedAtMs - before.atMs > WINDOW_MS) return false;
    return view.nowMs - receivedAtMs > before.upperMs + CLOCK_JUMP_MS;
  }
}

function without(times: readonly number[], atMs: number): number[] {
  const index = times.indexOf(atMs);
  return index < 0 ? [...times] : times.filter((_, i) => i !== index);
}

/** Two accounts of the same sends: those at nearly the same time are one, a time read twice differs by its way here. */
function merged(some: readonly number[], others: readonly number[]): number[] {
  const rest = [...some].sort((a, b) => a - b);
  const all = [...rest];
  for (const atMs of others) {
    const index = rest.findIndex((other) => Math.abs(other - atMs) <= SAME_MS);
    if (index < 0) all.push(atMs);
    else rest.splice(index, 1);
  }
  return all;
}
