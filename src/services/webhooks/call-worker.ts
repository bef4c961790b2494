import { z } from 'zod';
import { LANGUAGE_CODES, PLATFORMS, tenantId } from '../../domain';
import type { SignatureOwners } from '../tenants/ownership';
import type { CallLifecycle } from '../voice/call-lifecycle';
import type { CallFacts } from '../voice/ports';
import { keptAnalysis, callTiming } from '../voice/transcript';
import type { EventWorker } from './inbox';

const text = z.string().nullable().catch(null);
const instant = z
  .string()
  .nullable()
  .catch(null)
  .transform((value) => (value ? new Date(value) : null));

/** As `storedCall` wrote it. */
const stored = z.object({
  /** Absent in events stored before companies had keys of their own. */
  speaker: z
    .object({ platform: z.boolean(), companyIds: z.array(z.guid().transform(tenantId)) })
    .default({ platform: true, companyIds: [] }),
  kind: z.enum(['call_started', 'call_ended', 'call_analyzed']),
  call: z.object({
    /** Absent in events stored while there was one platform. */
    platform: z.enum(PLATFORMS).default('retell'),
    home: z.guid().transform(tenantId).nullable().default(null),
    callId: z.string(),
    agentId: text,
    direction: z.enum(['inbound', 'outbound', 'web']).nullable().catch(null),
    fromNumber: text,
    toNumber: text,
    startedAt: instant,
    endedAt: instant,
    durationMs: z.number().nullable().catch(null),
    disconnectionReason: text,
    transcript: text,
    timing: callTiming.nullable().catch(null),
    recordingUrl: text,
    analysis: z.record(z.string(), z.unknown()).nullable().catch(null).transform(keptAnalysis),
    language: z.enum(LANGUAGE_CODES).nullable().catch(null),
    agentVersion: text,
    heard: z
      .object({ isDisclosed: z.boolean().nullable(), claims: z.array(z.enum(['fresh', 'standing'])) })
      .nullable()
      .catch(null),
  }),
});

const CALL_FIELDS = stored.shape.call.keyof().options;

/** What of a call's webhook is kept: facts, the transcript, and when its turns began, not the word timings. */
export function storedCall(call: CallFacts): CallFacts {
  return Object.fromEntries(CALL_FIELDS.map((field) => [field, call[field]])) as unknown as CallFacts;
}

/** Lifecycle events in any order: each makes the call's row if it is the first to arrive. */
export function callWorker(lifecycle: CallLifecycle, owners: Pick<SignatureOwners, 'maySpeakFor'>): EventWorker {
  return async (event) => {
    const parsed = stored.safeParse(event.payload);
    if (!parsed.success) return { status: 'ignored', companyId: null };
    const { kind, call, speaker } = parsed.data;
    // Lines and keys may have changed hands since the event came.
    const owner = await lifecycle.companyOf(call);
    if (owner !== null && !(await owners.maySpeakFor(speaker, owner))) return { status: 'ignored', companyId: null };
    const companyId =
      kind === 'call_started'
        ? await lifecycle.started(call)
        : kind === 'call_ended'
          ? await lifecycle.ended(call)
          : await lifecycle.analyzed(call);
    return { status: companyId ? 'processed' : 'ignored', companyId };
  };
}
