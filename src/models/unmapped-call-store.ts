import { IsNull, MoreThanOrEqual, Raw, type DataSource } from 'typeorm';
import type { UnmappedCall, UnmappedCalls } from '../services/tenants/unknown-line';
import { AlertEntity } from './alerts';
import { insertNew, managerOf } from './sql';
import { UnmappedCallEntity } from './calls';

/** Calls to lines and agents of no company. */
export class UnmappedCallStore implements UnmappedCalls {
  constructor(private readonly source: DataSource) {}

  async note(call: UnmappedCall, since: Date): Promise<number | null> {
    const manager = managerOf(this.source);
    if (!(await insertNew(manager, UnmappedCallEntity, call))) return null;
    const { line } = call;
    return manager.countBy(UnmappedCallEntity, { line, startedAt: MoreThanOrEqual(since) });
  }

  /** Closes the alerts about a line or agent that a company has now. */
  async closeAlerts(line: string): Promise<void> {
    const named = Raw<object>((column) => `${column} ->> 'line' = :line`, { line });
    const open = { kind: 'unknown_line', resolvedAt: IsNull(), detail: named };
    await managerOf(this.source).update(AlertEntity, open, { resolvedAt: () => 'now()' });
  }
}
