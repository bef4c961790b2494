import { Check, Entity, Index } from 'typeorm';
import type { ToolInvocation } from '../services/voice/trace-writer';
import { toCompany } from './companies';
import { SqlIndex, boolean, created, id, instant, integer, json, table, tenantId, text } from './table';

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
