import { FAVOURED_OWNER } from './calcom-budget';
import type { SendHint, SendRules } from '../../infra/redis-send-log';

export interface KnownSend {
  atMs: number;
  owner: string;
}

export interface SendSituation {
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
