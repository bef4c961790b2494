import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { TracedTool, TraceReader, TraceRows } from '../services/admin/call-trace';
import { rows } from './sql';

/** A call asks some twenty things; anything beyond this is a loop that one page cannot show. */
const MOST_ROWS = 500;

export class AdminTraceStore implements TraceReader {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async ofCall(companyId: TenantId, retellCallId: string): Promise<TraceRows> {
    const read = async <T extends object>(columns: string, table: string, order: string): Promise<T[]> => {
      const text = `select ${columns} from ${table} where company_id = $1 and call_id = $2 order by ${order} limit ${MOST_ROWS}`;
      const found = await rows<T>(this.#source, text, [companyId, retellCallId]);
      return found.map(withTextInstants);
    };
    const [tools, appointments, operations, callbacks] = await Promise.all([
      read<TracedTool>(
        'id, request_id, tool, tool_call_id, input, output, status, success, started_at, duration_ms, steps, error',
        'call_tool_invocations',
        'started_at, id',
      ),
      read<Record<string, unknown>>(
        'id, service_id, starts_at, ends_at, status, calcom_booking_uid, requires_manual_review, created_at',
        'appointments',
        'created_at, id',
      ),
      read<Record<string, unknown>>(
        `id, kind, state, appointment_id, tool_call_id, calcom_event_type_id, starts_at, ends_at, previous_uid, upstream_uid,
         error, reposts, sent_at, settled_at, created_at`,
        'booking_operations',
        'created_at, id',
      ),
      read<Record<string, unknown>>('id, reason, priority, status, created_at', 'callback_requests', 'created_at, id'),
    ]);
    return { tools, appointments, operations, callbacks };
  }
}

function withTextInstants<T extends object>(row: T): T {
  const copy = { ...row };
  for (const [name, value] of Object.entries(copy))
    if (value instanceof Date) Reflect.set(copy, name, value.toISOString());
  return copy;
}
