import type { BookingLedger, ClaimedOperation, Operation } from './ledger';
import { REPOST_SETTLE_MS, type OperationResult, type RunnerLog } from './operation-result';
import type { PendingFailed } from './failure-reports';
import type { OperationRunner } from './operation-runner';
import { runWithRequest, type Deadline } from '../../request-context';
import type { BackgroundTasks } from '../../background-tasks';

/** Cal.com takes up to some 5 s for a booking; absent after this long after sending means it was never made. */
export const SURELY_ABSENT_MS = 25_000;
/** How long an operation waits for a process that dies while settling it; renewed as long as that one is at it. */
export const SETTLING_LEASE_MS = 3000;
const RENEW_MS = 1000;
/** For one look at Cal.com, and what follows from it. */
const SETTLING_MS = 7000;
/** Look-ups cost budget: after the first there is one more before the outcome is certain. */
const LOOK_AGAIN_MS = 9000;
/** Standing in line for a second try must leave time for it. */
const LINE_MS = 4000;
/** Operations that one process settles side by side; each is taken when its turn has come, and not before. */
const SIDE_BY_SIDE = 8;
const PER_SWEEP = 40;

/** How many operations may still be taken up in one go. */
interface Share {
  left: number;
}

interface SettlementDeps {
  ledger: BookingLedger;
  runner: OperationRunner;
  log: RunnerLog;
  nowMs: () => number;
  deadline: (budgetMs: number) => Deadline & { finish(): void };
  background: BackgroundTasks;
  /** The caller heard "we are confirming this" and the booking failed: the branch has to call back. */
  pendingFailed: PendingFailed;
}

/**
 * Finishes operations without a worker: those of a process that died, and those whose answer got
 * lost. What Cal.com knows decides; a request is sent a second time at most once, and only when it is surely absent.
 */
export class Settlement {
  /** Number of settlement loops running. */
  #lines = 0;

  constructor(private readonly deps: SettlementDeps) {}

  /**
   * Takes up what is due, as far as there is room, and waits for none of it: one outcome that is slow to be found must
   * not keep those that become due meanwhile.
   */
  async begin(): Promise<void> {
    while (this.#lines < SIDE_BY_SIDE) {
      this.#lines++;
      const share = { left: PER_SWEEP };
      const first = await this.#next(share).catch((error: unknown) => {
        this.#lines--;
        throw error;
      });
      if (!first) {
        this.#lines--;
        return;
      }
      this.deps.background.run(
        'settle bookings',
        this.#line(first, share).finally(() => this.#lines--),
      );
    }
  }

  /** Settles what is due now, to its end. */
  async sweep(): Promise<void> {
    const share = { left: PER_SWEEP };
    const first = await this.#next(share);
    if (!first) return;
    const lines = [this.#line(first, share)];
    while (lines.length < SIDE_BY_SIDE) lines.push(this.#line(null, share));
    const ended = await Promise.allSettled(lines);
    for (const line of ended) if (line.status === 'rejected') throw line.reason;
  }

  /** One by one: whatever this process holds when it dies has to wait for its lease. */
  async #line(first: ClaimedOperation | null, share: Share): Promise<void> {
    for (let operation = first ?? (await this.#next(share)); operation; operation = await this.#next(share)) {
      const current = operation;
      const renewal = setInterval(
        () => void this.deps.ledger.renew(current, SETTLING_LEASE_MS).catch(() => false),
        RENEW_MS,
      ).unref();
      try {
        await this.#within(current, () => this.#settle(current));
      } catch (error) {
        this.deps.log.warn({ operation: current.id, err: error }, 'settling failed; it will be tried again');
        await this.deps.ledger.markUnknown(current, 'settling_failed', LOOK_AGAIN_MS).catch(() => false);
      } finally {
        clearInterval(renewal);
      }
    }
  }

  async #next(share: Share): Promise<ClaimedOperation | null> {
    if (share.left === 0) return null;
    const [operation] = await this.deps.ledger.claimDue(SETTLING_LEASE_MS, 1);
    if (operation) share.left--;
    return operation ?? null;
  }

  async #settle(operation: ClaimedOperation): Promise<void> {
    const { ledger, runner, log } = this.deps;
    if (operation.state === 'intended' || operation.sentAgoMs === null) {
      // Its process died before sending, or it was never sent: no caller heard that it stands.
      await ledger.abandon(operation, 'never_sent');
      return;
    }
    const found = await runner.lookUp(operation);
    if (found.kind !== 'absent') {
      log.info({ operation: operation.id, outcome: found.kind }, 'an unknown outcome was looked up');
      return this.#reportFailed(operation, found);
    }
    const leftMs = (operation.reposts > 0 ? REPOST_SETTLE_MS : SURELY_ABSENT_MS) - operation.sentAgoMs;
    if (leftMs > 0) {
      const isFirstLook = operation.sentAgoMs < LOOK_AGAIN_MS;
      await ledger.markUnknown(operation, 'not_there_yet', isFirstLook ? Math.min(LOOK_AGAIN_MS, leftMs) : leftMs);
      return;
    }
    const isAhead = operation.startAt.getTime() > this.deps.nowMs();
    const stillWanted = operation.kind === 'cancel' || operation.kind === 'absence' || isAhead;
    if (operation.reposts > 0 || !stillWanted) {
      await ledger.reject(operation, 'surely_absent');
      return this.deps.pendingFailed(operation, 'surely_absent');
    }
    await this.#reportFailed(operation, await runner.run({ ...operation, reposts: operation.reposts + 1 }, LINE_MS));
  }

  async #reportFailed(operation: Operation, result: OperationResult): Promise<void> {
    if (result.kind === 'taken' || result.kind === 'refused') await this.deps.pendingFailed(operation, result.reason);
  }

  /** Runs the work on one operation: in time, and past a circuit that is open, because the outcome has to be known. */
  async #within({ id, companyId, callId }: Operation, work: () => Promise<void>): Promise<void> {
    const deadline = this.deps.deadline(SETTLING_MS);
    const context = { requestId: `settle-${id}`, tenantId: companyId, callId, deadline, steps: [] };
    try {
      await runWithRequest({ ...context, undecided: true, settling: true }, work);
    } finally {
      deadline.finish();
    }
  }
}
