import { Check, Entity, Index, Unique } from 'typeorm';
import { LANGUAGE_CODES, PLATFORMS } from '../domain';
import type { CallDirection } from '../services/tenants/resolve-call';
import { CALL_STATUSES, type HandOverNote } from '../services/voice/ports';
import type { ToolInvocation } from '../services/voice/trace-writer';
import type { CallTiming } from '../services/voice/transcript';
import { BranchEntity } from './branches';
import { toCompany } from './companies';
import { CustomerEntity } from './customers';
import { column, now, SqlIndex, table, toSameCompany } from './table';

/** One telephone call, keyed by Retell's id. */
@Entity('calls')
@Unique('uq_calls_retell_call_id', ['retellCallId'])
@Check('ck_calls_retell_call_id', `retell_call_id <> ''`)
@Check('ck_calls_duration', 'duration_ms >= 0')
@Check('ck_calls_recording_consent', '(recording_consent is null) = (recording_consent_at is null)')
@Check('ck_calls_hand_over', `jsonb_typeof(hand_over) = 'object'`)
@Check('ck_calls_flags', `jsonb_typeof(flags) = 'object'`)
@SqlIndex('idx_calls_company', '(company_id, started_at desc)')
@Index('idx_calls_customer', ['companyId', 'customerId'], { where: 'customer_id is not null' })
@SqlIndex('idx_calls_flagged', `(company_id, started_at desc) where flags <> '{}'`)
// The retention job reads oldest first what still holds words of a caller.
@Index('idx_calls_retention', ['startedAt'], {
  where: 'transcript is not null or analysis is not null or hand_over is not null or recording_url is not null',
})
// Few calls are going on at a time: those without a report of their end are found among them.
@Index('idx_calls_ongoing', ['platform', 'startedAt'], { where: `status = 'ongoing'` })
// The figures of hours are counted again where calls arrived late.
@SqlIndex('idx_calls_created', 'using brin (created_at)')
// Parts of numbers, for the search over everything.
@SqlIndex('idx_calls_search', 'using gin (company_id, from_number gin_trgm_ops, to_number gin_trgm_ops)')
@SqlIndex('idx_calls_from_number', '(company_id, from_number, started_at desc)')
export class CallEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  branchId: column.uuid(),
  customerId: column.uuid().nullable(),
  platform: column.oneOf(PLATFORMS).default('retell'),
  /** The platform's own id. */
  retellCallId: column.text(),
  agentId: column.text().nullable(),
  /** As the platform counts them; null where it does not say. */
  agentVersion: column.text().nullable(),
  direction: column.text<CallDirection>().nullable(),
  /** E.164; null when withheld. */
  fromNumber: column.text().nullable(),
  toNumber: column.text().nullable(),
  language: column.oneOf(LANGUAGE_CODES).nullable(),
  status: column.oneOf(CALL_STATUSES).default('ongoing'),
  startedAt: column.instant(),
  endedAt: column.instant().nullable(),
  durationMs: column.integer().nullable(),
  disconnectionReason: column.text().nullable(),
  transcript: column.text().nullable(),
  /** When the transcript's lines were said and tools called, as the platform counts. */
  timing: column.json<CallTiming>().nullable(),
  /** Where the platform keeps the recording. */
  recordingUrl: column.text().nullable(),
  analysis: column.json<unknown>().nullable(),
  /** When the agent said that an AI answers: the call's beginning, as its first turns say; null: not known, or not said. */
  disclosedAt: column.instant().nullable(),
  /** What the caller answered when asked about a recording; after a no no word of the call is kept. */
  recordingConsent: column.boolean().nullable(),
  recordingConsentAt: column.instant().nullable(),
  /** For the person who goes on where the agent stopped. */
  handOver: column.json<HandOverNote>().nullable(),
  /** Flag → {detail, at}: what an operator should look at. */
  flags: column.json<Record<string, { detail: string; at: string }>>().default({}),
  /** Set when words and numbers were erased. */
  erasedAt: column.instant().nullable(),
  createdAt: column.created(),
  updatedAt: column.updated(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
  customer: toSameCompany(() => CustomerEntity, 'customerId'),
}) {}

/** Takes the words of a call away. A JSON column without a value is not one with the JSON word null. */
export const WITHOUT_WORDS = { transcript: null, timing: () => 'null', recordingUrl: null, analysis: () => 'null' };

/** The trace: one tool call with its answer and the questions to Cal.com behind it. Already masked. */
@Entity('call_tool_invocations')
@Check('ck_call_tool_invocations_duration', 'duration_ms >= 0')
@Check('ck_call_tool_invocations_steps', `jsonb_typeof(steps) = 'array'`)
@Index('idx_call_tool_invocations_call', ['companyId', 'callId', 'startedAt'])
@SqlIndex('idx_call_tool_invocations_time', '(company_id, started_at desc)')
@SqlIndex('idx_call_tool_invocations_status', '(company_id, status, started_at desc)')
@Index('idx_call_tool_invocations_retention', ['startedAt'])
export class CallToolInvocationEntity
  extends table({
    id: column.id(),
    companyId: column.tenantId(),
    /** Retell's call id; the call's row may come later, or never. */
    callId: column.text().nullable(),
    requestId: column.text(),
    tool: column.text(),
    toolCallId: column.text().nullable(),
    input: column.json<unknown>().nullable(),
    output: column.json<unknown>().nullable(),
    status: column.text(),
    success: column.boolean(),
    startedAt: column.instant(),
    durationMs: column.integer(),
    steps: column.json<unknown[]>().default([]),
    error: column.text().nullable(),
    createdAt: column.created(),
    company: toCompany(),
  })
  implements ToolInvocation {}

/** A call to a line or agent of no company. It holds nothing of the caller. */
@Entity('unmapped_calls')
@Unique('uq_unmapped_calls_call_id', ['callId'])
@SqlIndex('idx_unmapped_calls_started', '(started_at desc)')
@Index('idx_unmapped_calls_line', ['line', 'startedAt'])
export class UnmappedCallEntity extends table({
  id: column.id(),
  /** The company whose key signed; null: the platform's. */
  companyId: column.tenantId().nullable(),
  platform: column.oneOf(PLATFORMS),
  /** The platform's own id. */
  callId: column.text(),
  /** The number that was called (E.164), else the agent's id. */
  line: column.text(),
  startedAt: column.instant().default(now),
  company: toCompany(),
}) {}
