import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { InvocationStore, ToolInvocation } from '../services/voice/trace-writer';
import { CallToolInvocationEntity } from './calls';
import { managerOf, rows, toJson } from './sql';

/** A note that a person reads in a moment. */
const MOST_OF_CALL = 20;

export class PostgresInvocationStore implements InvocationStore {
  constructor(private readonly source: DataSource) {}

  async ofCall(companyId: TenantId, callId: string): Promise<{ tool: string; status: string }[]> {
    const last = await managerOf(this.source).find(CallToolInvocationEntity, {
      select: { tool: true, status: true },
      where: { companyId, callId },
      order: { startedAt: 'DESC' },
      take: MOST_OF_CALL,
    });
    return last.reverse().map(({ tool, status }) => ({ tool, status }));
  }

  /** One statement for all of them, of any number of companies. */
  async append(invocations: ToolInvocation[]): Promise<void> {
    if (invocations.length === 0) return;
    const written = this.source
      .getMetadata(CallToolInvocationEntity)
      .columns.filter((column) => !column.isGenerated && !column.isCreateDate);
    const names = written.map((column) => column.databaseName).join(', ');
    const types = written.map((column) => `${column.databaseName} ${String(column.type)}`).join(', ');
    const given = invocations.map((invocation) => {
      const entity = { ...invocation, durationMs: Math.max(0, Math.round(invocation.durationMs)) };
      return Object.fromEntries(written.map((column) => [column.databaseName, column.getEntityValue(entity)]));
    });
    await rows(
      this.source,
      // SQL: one parameter holds all rows, so that a full queue costs no more of the event loop than a single row.
      `insert into call_tool_invocations (${names}) select ${names} from jsonb_to_recordset($1::jsonb) as given (${types})`,
      [toJson(given)],
    );
  }
}
