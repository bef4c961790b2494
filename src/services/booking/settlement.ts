import type { BookingLedger, ClaimedOperation, Operation } from './ledger';
import { OPERATION_LEASE_MS, type OperationRunner, type RunnerLog } from './operation-runner';

/** Cal.com takes up to some 5 s for a booking; absent after this long after sending means it was never made. */
export const SURELY_ABSENT_MS = 25_000;
const LOOK_AGAIN_MS = 8000;
const BATCH = 20;

export interface SettlementReport {
  claimed: number;
  confirmed: number;
  absent: number;
  reposted: number;
  rejected: number;
  review: number;
}

export interface SettlementDeps {
  ledger: BookingLedger;
  runner: OperationRunner;
  log: RunnerLog;
  nowMs: () => number;
  /** A caller was told "we are confirming this" and it did not come true: somebody has to ring them. */
  disappointed: (operation: Operation, reason: string) => Promise<void>;
}

/**
 * Brings operations that nobody works on any more to an end: those of a process that died, and those whose answer got
 * lost. What Cal.com knows decides; a request is sent a second time at most once, and only when it is surely absent.
 */
export class Settlement {
  readonly #deps: SettlementDeps;

  constructor(deps: SettlementDeps) {
    this.#deps = deps;
  }

  async sweep(): Promise<SettlementReport> {
    const report: SettlementReport = { claimed: 0, confirmed: 0, absent: 0, reposted: 0, rejected: 0, review: 0 };
    const due = await this.#deps.ledger.claimDue(OPERATION_LEASE_MS, BATCH);
    report.claimed = due.length;
    for (const operation of due) {
      try {
        await this.#settle(operation, report);
      } catch (error) {
        this.#deps.log.warn({ operation: operation.id, err: error }, 'settling failed; it will be tried again');
        await this.#deps.ledger.markUnknown(operation, 'settling failed', LOOK_AGAIN_MS).catch(() => false);
      }
    }
    return report;
  }

  async #settle(operation: ClaimedOperation, report: SettlementReport): Promise<void> {
    const { ledger, runner, log } = this.#deps;
    if (operation.state === 'intended' || operation.sentAgoMs === null) {
      // Its process died before sending, or it was never sent: nobody was told that it stands.
      await ledger.abandon(operation, 'the process ended before sending');
      report.rejected++;
      return;
    }
    const found = await runner.lookUp(operation);
    if (found.kind !== 'absent') {
      if (found.kind === 'confirmed') report.confirmed++;
      else report.rejected++;
      log.info({ operation: operation.id, outcome: found.kind }, 'an unknown outcome was settled');
      if (found.kind === 'taken') await this.#deps.disappointed(operation, found.reason);
      return;
    }
    report.absent++;
    const leftMs = SURELY_ABSENT_MS - operation.sentAgoMs;
    if (leftMs > 0) {
      await ledger.markUnknown(operation, 'not there yet', Math.min(LOOK_AGAIN_MS, leftMs));
      return;
    }
    const stillWanted = operation.kind === 'cancel' || operation.startAt.getTime() > this.#deps.nowMs();
    if (operation.reposts > 0 || !stillWanted) {
      await ledger.reject(operation, 'surely absent');
      await this.#deps.disappointed(operation, 'surely absent');
      report.rejected++;
      return;
    }
    report.reposted++;
    const again = await runner.run({ ...operation, reposts: operation.reposts + 1 }, LOOK_AGAIN_MS);
    if (again.kind === 'confirmed') report.confirmed++;
    else if (again.kind === 'taken' || again.kind === 'refused') {
      await this.#deps.disappointed(operation, again.kind);
      report.rejected++;
    }
  }
}
