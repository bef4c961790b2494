import type { DataSource } from 'typeorm';
import type { InvocationStore, ToolInvocation } from '../services/voice/ports';
import { rows, toJson } from './sql';

export class PostgresInvocationStore implements InvocationStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** One statement for all of them, of any number of companies. */
  async append(invocations: ToolInvocation[]): Promise<void> {
    if (invocations.length === 0) return;
    await rows(
      this.#source,
      `insert into call_tool_invocations (${COLUMNS})
       select ${COLUMNS} from jsonb_to_recordset($1::jsonb) as given (
         company_id uuid, call_id text, request_id text, tool text, tool_call_id text, input jsonb, output jsonb,
         status text, success boolean, started_at timestamptz, duration_ms integer, steps jsonb, error text)`,
      [toJson(invocations.map(toRow))],
    );
  }
}

const COLUMNS = `company_id, call_id, request_id, tool, tool_call_id, input, output, status, success, started_at,
  duration_ms, steps, error`;

function toRow(invocation: ToolInvocation): Record<string, unknown> {
  return {
    company_id: invocation.companyId,
    call_id: invocation.callId,
    request_id: invocation.requestId,
    tool: invocation.tool,
    tool_call_id: invocation.toolCallId,
    input: invocation.input,
    output: invocation.output,
    status: invocation.status,
    success: invocation.success,
    started_at: invocation.startedAt,
    duration_ms: Math.max(0, Math.round(invocation.durationMs)),
    steps: invocation.steps,
    error: invocation.error,
  };
}
