import { Check, Entity, Index, Unique } from 'typeorm';
import type { Platform } from '../domain';
import { toCompany } from './companies';
import { SqlIndex, id, instant, now, table, tenantId, text } from './table';

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
