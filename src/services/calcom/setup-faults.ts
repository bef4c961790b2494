import type { BackgroundTasks } from '../../background-tasks';
import { UpstreamRejected, UpstreamUnauthorised } from '../../errors';
import type { OperatorText, TenantId } from '../../domain';
import { needsOwner } from '../booking/refusals';
import { ALERTS } from '../admin/alert-texts';
import type { Alerts } from '../admin/alerts';
import type { SetupFault } from './setup-fault-texts';

/** What works or does not: an endpoint, with its event type where it has one. `key` is any request at all. */
export interface CalcomOperation {
  endpoint: string;
  eventTypeId: number | null;
}

interface RefusedCaller {
  /** E.164; null when withheld. */
  phone: string | null;
  callId: string | null;
  tool: string;
}

export interface OpenFault {
  message: OperatorText;
  todo: OperatorText;
  fault: string;
}

export interface SetupFaultStore {
  /** Takes the operations off the company's open alerts; an alert without any left is closed, and its review with it. */
  worked(companyId: TenantId, operations: string[]): Promise<void>;
  /** Adds the caller to the open review entry of that fault. */
  refused(companyId: TenantId, fault: SetupFault, caller: RefusedCaller & { at: Date }): Promise<void>;
  open(companyId: TenantId): Promise<OpenFault[]>;
}

interface SetupFaultsDeps {
  store: Pick<SetupFaultStore, 'worked' | 'refused'>;
  alerts: Pick<Alerts, 'raise'>;
  background: BackgroundTasks;
  nowMs: () => number;
}

const KEY = 'key';
/** A listing that covers at least this many days and has no start at all. */
const EMPTY_DAYS = 14;
/** Reads succeed all the time: their successes are recorded this often at most. */
const READ_EVERY_MS = 10_000;

/** The fault of the set-up behind a failure; null when it is none that only the owner can mend. */
export function setupFaultOf(error: unknown): SetupFault | null {
  if (error instanceof UpstreamUnauthorised) return error.upstreamStatus === 401 ? 'key_refused' : 'rights_missing';
  if (!(error instanceof UpstreamRejected) || !needsOwner(error.reason)) return null;
  return error.reason === 'other' && error.upstreamStatus === 403 ? 'rights_missing' : error.reason;
}

/**
 * Tells the owner of a Cal.com account what no caller can cure: one alert per company and fault, open until every
 * operation that met it has worked again.
 */
export class SetupFaults {
  /** When an operation's success was last recorded, epoch milliseconds. */
  readonly #workedMs = new Map<string, number>();

  constructor(private readonly deps: SetupFaultsDeps) {}

  failed(companyId: TenantId, operation: CalcomOperation, error: unknown): SetupFault | null {
    const fault = setupFaultOf(error);
    const said = error instanceof UpstreamRejected ? error.upstreamMessage : '';
    if (fault) this.#raise(companyId, fault, fault === 'key_refused' ? KEY : nameOf(operation), operation, said);
    return fault;
  }

  worked(companyId: TenantId, operation: CalcomOperation, isWrite: boolean): void {
    this.#close(companyId, [KEY, nameOf(operation)], isWrite ? 0 : READ_EVERY_MS);
  }

  /** @param days how many days were listed; a few empty ones say nothing */
  listed(companyId: TenantId, eventTypeId: number, days: number, starts: number): void {
    const openings = { endpoint: 'openings', eventTypeId };
    if (starts > 0) this.#close(companyId, [nameOf(openings)], READ_EVERY_MS);
    else if (days >= EMPTY_DAYS) this.#raise(companyId, 'no_openings', nameOf(openings), openings, '');
  }

  refusedCaller(companyId: TenantId, fault: SetupFault, caller: RefusedCaller): void {
    const { store, background, nowMs } = this.deps;
    background.run('record a refused caller', store.refused(companyId, fault, { ...caller, at: new Date(nowMs()) }));
  }

  #raise(companyId: TenantId, fault: SetupFault, name: string, { eventTypeId }: CalcomOperation, said: string): void {
    this.#workedMs.delete(`${companyId}:${name}`);
    const text = ALERTS[fault === 'no_openings' ? fault : 'calcom_setup']({ fault, eventTypeId, said });
    const operations = { [name]: new Date(this.deps.nowMs()).toISOString() };
    this.deps.alerts.raise(text, `calcom:${companyId}:${fault}`, companyId, { fault, operations });
  }

  #close(companyId: TenantId, names: string[], everyMs: number): void {
    const nowMs = this.deps.nowMs();
    const due = names.filter((name) => {
      const lastMs = this.#workedMs.get(`${companyId}:${name}`);
      return lastMs === undefined || nowMs - lastMs >= everyMs;
    });
    if (due.length === 0) return;
    if (this.#workedMs.size > 10_000) this.#workedMs.clear();
    for (const name of due) this.#workedMs.set(`${companyId}:${name}`, nowMs);
    this.deps.background.run('close alerts about Cal.com', this.deps.store.worked(companyId, due));
  }
}

function nameOf({ endpoint, eventTypeId }: CalcomOperation): string {
  return eventTypeId === null ? endpoint : `${endpoint}:${eventTypeId}`;
}
