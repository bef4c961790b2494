import type { DataSource } from 'typeorm';
import type { Language, TenantId } from '../domain';
import type { CallRecord, CallStore } from '../services/voice/ports';
import { rows, toJson } from './sql';

interface CallRow {
  retell_call_id: string;
  company_id: TenantId;
  branch_id: string;
  customer_id: string | null;
  from_number: string | null;
  to_number: string | null;
  agent_id: string | null;
  language: Language | null;
  started_at: Date;
  status: CallRecord['status'];
}

const COLUMNS = `retell_call_id, company_id, branch_id, customer_id, from_number, to_number, agent_id, language,
  started_at, status`;

export class PostgresCallStore implements CallStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async find(callId: string): Promise<CallRecord | null> {
    const [row] = await rows<CallRow>(this.#source, `select ${COLUMNS} from calls where retell_call_id = $1`, [callId]);
    return row ? toCall(row) : null;
  }

  async ensure(call: CallRecord): Promise<CallRecord> {
    const [created] = await rows<CallRow>(
      this.#source,
      `insert into calls (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (retell_call_id) do nothing returning ${COLUMNS}`,
      [
        call.callId,
        call.companyId,
        call.branchId,
        call.customerId,
        call.fromNumber,
        call.toNumber,
        call.agentId,
        call.language,
        call.startedAt,
        call.status,
      ],
    );
    // The faster row is only visible to a statement of its own.
    return created ? toCall(created) : ((await this.find(call.callId)) ?? call);
  }

  async attachCustomer(companyId: TenantId, callId: string, customerId: string): Promise<void> {
    await rows(
      this.#source,
      `update calls set customer_id = $3, updated_at = now()
       where company_id = $1 and retell_call_id = $2 and customer_id is distinct from $3`,
      [companyId, callId, customerId],
    );
  }

  async finish(companyId: TenantId, callId: string, facts: Parameters<CallStore['finish']>[2]): Promise<void> {
    // Events come in any order and more than once: what the later stage said stands, an earlier one only fills gaps.
    await rows(
      this.#source,
      `update calls set
         status = case when status = 'analyzed' then status else $3 end,
         ended_at = ${better('ended_at', '$4::timestamptz')},
         duration_ms = ${better('duration_ms', '$5::integer')},
         disconnection_reason = ${better('disconnection_reason', `nullif($6, '')`)},
         transcript = ${better('transcript', `nullif($7, '')`)},
         analysis = ${better('analysis', '$8::jsonb')},
         updated_at = now()
       where company_id = $1 and retell_call_id = $2 and erased_at is null`,
      [
        companyId,
        callId,
        facts.status,
        facts.endedAt ?? null,
        facts.durationMs === undefined ? null : Math.max(0, Math.round(facts.durationMs)),
        facts.disconnectionReason ?? null,
        facts.transcript ?? null,
        facts.analysis === undefined || facts.analysis === null ? null : toJson(facts.analysis),
      ],
    );
  }

  async flag(companyId: TenantId, callId: string, flag: string, detail: string): Promise<void> {
    await rows(
      this.#source,
      `update calls set flags = flags || jsonb_build_object($3::text, jsonb_build_object('detail', $4::text, 'at', now())),
         updated_at = now()
       where company_id = $1 and retell_call_id = $2`,
      [companyId, callId, flag, detail],
    );
  }
}

function better(column: string, value: string): string {
  return `case when status = 'analyzed' and $3 = 'ended' then coalesce(${column}, ${value}) else coalesce(${value}, ${column}) end`;
}

function toCall(row: CallRow): CallRecord {
  return {
    callId: row.retell_call_id,
    companyId: row.company_id,
    branchId: row.branch_id,
    customerId: row.customer_id,
    fromNumber: row.from_number,
    toNumber: row.to_number,
    agentId: row.agent_id,
    language: row.language,
    startedAt: row.started_at,
    status: row.status,
  };
}
