import { Check, Entity, Index, Unique } from 'typeorm';
import type { Language, Platform } from '../domain';
import type { CallDirection } from '../services/tenants/resolve-call';
import type { HandOverNote } from '../services/voice/ports';
import type { ToolInvocation } from '../services/voice/trace-writer';
import type { CallTiming } from '../services/voice/transcript';
import { BranchEntity } from './branches';
import { toCompany } from './companies';
import { CustomerEntity } from './customers';
import {
  boolean,
  created,
  id,
  instant,
  integer,
  json,
  now,
  SqlIndex,
  table,
  tenantId,
  text,
  toSameCompany,
  updated,
  uuid,
} from './table';

/** One telephone call, keyed by Retell's id. */
@Entity('calls')
@Unique('uq_calls_retell_call_id', ['retellCallId'])
@Check('ck_calls_retell_call_id', `retell_call_id <> ''`)
@Check('ck_calls_platform', `platform in ('retell', 'vapi', 'elevenlabs', 'mcp')`)
@Check('ck_calls_language', `language in ('de', 'en')`)
@Check('ck_calls_status', `status in ('ongoing', 'ended', 'analyzed')`)
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
  id: id(),
  companyId: tenantId(),
  branchId: uuid(),
  customerId: uuid().nullable(),
  platform: text<Platform>().default('retell'),
  /** The platform's own id. */
  retellCallId: text(),
  agentId: text().nullable(),
  /** As the platform counts them; null where it does not say. */
  agentVersion: text().nullable(),
  direction: text<CallDirection>().nullable(),
  /** E.164; null when withheld. */
  fromNumber: text().nullable(),
  toNumber: text().nullable(),
  language: text<Language>().nullable(),
  status: text<'ongoing' | 'ended' | 'analyzed'>().default('ongoing'),
  startedAt: instant(),
  endedAt: instant().nullable(),
  durationMs: integer().nullable(),
  disconnectionReason: text().nullable(),
  transcript: text().nullable(),
  /** When the transcript's lines were said and tools called, as the platform counts. */
  timing: json<CallTiming>().nullable(),
  /** Where the platform keeps the recording. */
  recordingUrl: text().nullable(),
  analysis: json<unknown>().nullable(),
  /** When the agent said that an AI answers: the call's beginning, as its first turns say; null: not known, or not said. */
  disclosedAt: instant().nullable(),
  /** What the caller answered when asked about a recording; after a no no word of the call is kept. */
  recordingConsent: boolean().nullable(),
  recordingConsentAt: instant().nullable(),
  /** For the person who goes on where the agent stopped. */
  handOver: json<HandOverNote>().nullable(),
  /** Flag → {detail, at}: what an operator should look at. */
  flags: json<Record<string, { detail: string; at: string }>>().default({}),
  /** Set when words and numbers were erased. */
  erasedAt: instant().nullable(),
  createdAt: created(),
  updatedAt: updated(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
  customer: toSameCompany(() => CustomerEntity, 'customerId'),
}) {}

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
    id: id(),
    companyId: tenantId(),
    /** Retell's call id; the call's row may come later, or never. */
    callId: text().nullable(),
    requestId: text(),
    tool: text(),
    toolCallId: text().nullable(),
    input: json<unknown>().nullable(),
    output: json<unknown>().nullable(),
    status: text(),
    success: boolean(),
    startedAt: instant(),
    durationMs: integer(),
    steps: json<unknown[]>().default([]),
    error: text().nullable(),
    createdAt: created(),
    company: toCompany(),
  })
  implements ToolInvocation {}

/** A call to a line or agent of no company. It holds nothing of the caller. */
@Entity('unmapped_calls')
@Unique('uq_unmapped_calls_call_id', ['callId'])
@Check('ck_unmapped_calls_platform', `platform in ('retell', 'vapi', 'elevenlabs', 'mcp')`)
@SqlIndex('idx_unmapped_calls_started', '(started_at desc)')
@Index('idx_unmapped_calls_line', ['line', 'startedAt'])
export class UnmappedCallEntity extends table({
  id: id(),
  /** The company whose key signed; null: the platform's. */
  companyId: tenantId().nullable(),
  platform: text<Platform>(),
  /** The platform's own id. */
  callId: text(),
  /** The number that was called (E.164), else the agent's id. */
  line: text(),
  startedAt: instant().default(now),
  company: toCompany(),
}) {}
