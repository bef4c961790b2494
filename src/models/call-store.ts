import {
  type DataSource,
  type EntityTarget,
  In,
  IsNull,
  MoreThanOrEqual,
  Not,
  Raw,
  type SelectQueryBuilder,
} from 'typeorm';
import type { TenantId } from '../domain';
import type { UnmappedCall, UnmappedCalls } from '../services/tenants/unknown-line';
import type { CallOutcome, CallRecord, CallStore, HandOverNote } from '../services/voice/ports';
import type { InvocationStore, ToolInvocation } from '../services/voice/trace-writer';
import { AlertEntity } from './alerts';
import { AppointmentEntity } from './appointments';
import { BookingOperationEntity } from './booking-operations';
import { CallbackRequestEntity } from './callback-requests';
import { CallEntity, CallToolInvocationEntity, UnmappedCallEntity, WITHOUT_WORDS } from './calls';
import { given, insertInto, insertNew, managerOf, prepared, rows, sqlOf, toJson, values } from './sql';
import { columns, rawFields } from './table';
import { WebhookEventEntity } from './webhook-events';

const CALL_FIELDS = [
  'companyId',
  'branchId',
  'customerId',
  'platform',
  'direction',
  'fromNumber',
  'toNumber',
  'agentId',
  'language',
  'startedAt',
  'status',
  'recordingConsent',
] as const satisfies readonly (keyof CallRecord & keyof CallEntity)[];

type NewCall = Omit<CallRecord, 'callId'> & { retellCallId: string };

export class PostgresCallStore implements CallStore {
  readonly #insert = prepared<NewCall, Omit<CallRecord, 'callId'>>(() =>
    insertInto(managerOf(this.source), CallEntity, given<CallEntity>('retellCallId', ...CALL_FIELDS))
      .orIgnore()
      .returning(columns(CALL_FIELDS)),
  );

  readonly #find = prepared<{ callId: string }, CallRecord>(() =>
    managerOf(this.source)
      .createQueryBuilder(CallEntity, 'c')
      .select(rawFields('c', CALL_FIELDS))
      .addSelect('c.retellCallId', 'callId')
      .where('c.retellCallId = :callId'),
  );

  constructor(private readonly source: DataSource) {}

  async find(callId: string): Promise<CallRecord | null> {
    const [call] = await this.#find(sqlOf(this.source), { callId });
    return call ?? null;
  }

  async ensure({ callId, ...call }: CallRecord): Promise<CallRecord> {
    const [created] = await this.#insert(sqlOf(this.source), { ...call, retellCallId: callId });
    if (created) return { ...created, callId };
    // The faster row is only visible to a statement of its own.
    return (await this.find(callId)) ?? { ...call, callId };
  }

  async attachCustomer(companyId: TenantId, callId: string, customerId: string): Promise<void> {
    const call = { companyId, retellCallId: callId };
    const isAnother = [
      { ...call, customerId: IsNull() },
      { ...call, customerId: Not(customerId) },
    ];
    await managerOf(this.source).update(CallEntity, isAnother, { customerId });
  }

  async finish(companyId: TenantId, callId: string, facts: CallOutcome): Promise<void> {
    await rows(
      this.source,
      // SQL: events come in any order and more than once; facts of the later stage stand, an earlier one only fills gaps.
      `update calls set
         status = case when status = 'analyzed' then status else $3 end,
         ended_at = ${better('ended_at', '$4::timestamptz')},
         duration_ms = ${better('duration_ms', '$5::integer')},
         disconnection_reason = ${better('disconnection_reason', `nullif($6, '')`)},
         transcript = case when recording_consent is not false then ${better('transcript', `nullif($7, '')`)} end,
         timing = case when recording_consent is not false then
           case when status = 'analyzed' and $3 = 'ended' then case when transcript is null then $11::jsonb else timing end
             when nullif($7, '') is null then timing else $11::jsonb end end,
         recording_url = case when recording_consent is not false then ${better('recording_url', '$12::text')} end,
         analysis = case when recording_consent is not false then ${better('analysis', '$8::jsonb')} end,
         agent_version = coalesce($9, agent_version),
         disclosed_at = coalesce(disclosed_at, $10::timestamptz),
         updated_at = now()
       where company_id = $1 and retell_call_id = $2 and erased_at is null`,
      [
        companyId,
        callId,
        facts.status,
        facts.endedAt ?? null,
        typeof facts.durationMs === 'number' ? Math.max(0, Math.round(facts.durationMs)) : null,
        facts.disconnectionReason ?? null,
        facts.transcript ?? null,
        facts.analysis === undefined || facts.analysis === null ? null : toJson(facts.analysis),
        facts.agentVersion ?? null,
        facts.disclosedAt ?? null,
        facts.timing ? toJson(facts.timing) : null,
        facts.recordingUrl ?? null,
      ],
    );
  }

  async recordConsent(companyId: TenantId, callId: string, isAllowed: boolean, at: Date): Promise<boolean> {
    const consent = { recordingConsent: isAllowed, recordingConsentAt: at };
    // A no is heeded late too; a yes is a caller's, and there is none any more when the call is over.
    const call = { companyId, retellCallId: callId, ...(isAllowed && { status: 'ongoing' as const }) };
    const { affected } = await managerOf(this.source).update(CallEntity, call, consent);
    if (!isAllowed) await this.forgetWords(companyId, callId);
    return affected === 1;
  }

  hasFailed(companyId: TenantId, phone: string, since: Date, except: string | null): Promise<boolean> {
    const ofCall = (query: SelectQueryBuilder<CallEntity>, entity: EntityTarget<OfCall>): SelectQueryBuilder<OfCall> =>
      query
        .subQuery()
        .select('1')
        .from(entity, 'o')
        .where('o.companyId = c.companyId')
        .andWhere('o.callId = c.retellCallId');
    const query = managerOf(this.source).createQueryBuilder(CallEntity, 'c');
    // SQL: an answer counts by either of two columns.
    const unfulfilled = ofCall(query, CallToolInvocationEntity).andWhere(
      '(not o.success or o.status = any(:unfulfilled))',
    );
    const booked = ofCall(query, AppointmentEntity).andWhere(`o.status not in ('failed', 'rejected')`);
    const changed = ofCall(query, BookingOperationEntity).andWhere(
      `o.state not in ('rejected', 'abandoned', 'compensated')`,
    );
    const noted = ofCall(query, CallbackRequestEntity);
    return query
      .where('c.companyId = :companyId', { companyId })
      .andWhere('c.fromNumber = :phone', { phone })
      .andWhere('c.startedAt > :oldest', { oldest: new Date(since.getTime() - LONGEST_CALL_MS) })
      .andWhere('coalesce(c.endedAt, c.startedAt) >= :since', { since })
      .andWhere('c.retellCallId is distinct from :except', { except })
      .andWhere(`exists ${unfulfilled.getQuery()}`, { unfulfilled: UNFULFILLED })
      .andWhere(`not exists ${booked.getQuery()}`)
      .andWhere(`not exists ${changed.getQuery()}`)
      .andWhere(`not exists ${noted.getQuery()}`)
      .getExists();
  }

  async recordHandOver(companyId: TenantId, callId: string, note: HandOverNote): Promise<void> {
    const call = { companyId, retellCallId: callId, erasedAt: IsNull() };
    await managerOf(this.source).update(CallEntity, call, values<CallEntity>({ handOver: note }));
  }

  async forgetWords(companyId: TenantId, callId: string): Promise<void> {
    const manager = managerOf(this.source);
    await manager.update(CallEntity, { companyId, retellCallId: callId, recordingConsent: false }, WITHOUT_WORDS);
    const events = ['call_ended', 'status_ended', 'call_analyzed'].map((kind) => `${kind}:${callId}`);
    const payload = (): string =>
      `payload #- '{call,transcript}' #- '{call,timing}' #- '{call,recordingUrl}' #- '{call,analysis}'`;
    await manager.update(
      WebhookEventEntity,
      { companyId, provider: Not('calcom' as const), dedupeKey: In(events) },
      values<WebhookEventEntity>({ payload }),
    );
  }

  async flag(companyId: TenantId, callId: string, flag: string, detail: string): Promise<void> {
    await managerOf(this.source)
      .createQueryBuilder()
      .update(CallEntity)
      .set(values<CallEntity>({ flags: () => `flags || ${NEW_FLAG}` }))
      .where({ companyId, retellCallId: callId })
      .setParameters({ flag, detail })
      .execute();
  }
}

/** Two hours, as platforms allow. */
const LONGEST_CALL_MS = 2 * 3_600_000;
/** A caller who heard no other answer than these did not get what was asked for; nor did one who was put through in vain. */
const UNFULFILLED = ['unavailable', 'slot_taken', 'none_found', 'not_found', 'transfer'];

/** Rows that belong to a call. */
interface OfCall {
  companyId: TenantId;
  callId: string | null;
}

const NEW_FLAG = `jsonb_build_object(cast(:flag as text), jsonb_build_object('detail', cast(:detail as text), 'at', now()))`;

function better(column: string, value: string): string {
  return `case when status = 'analyzed' and $3 = 'ended' then coalesce(${column}, ${value}) else coalesce(${value}, ${column}) end`;
}

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
