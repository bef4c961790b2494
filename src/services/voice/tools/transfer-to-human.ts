import type { Branch } from '../../../domain';
import { localDate } from '../../../local-time';
import { LANGUAGES } from '../../language/languages';
import { holidayOn, withinHours } from '../../tenants/opening-hours';
import type { MissingField } from '../phrases';
import type { HandOverNote } from '../ports';
import { answer, type ToolResult, type Turn } from '../turn';
import { isoWithOffset, spokenStart } from '../understanding';
import { callbackNumber, customerName, NOTES, REASON, text } from './arguments';
import { defineTool } from './define-tool';
import { field } from './fields';
import { recordCallback } from './request-callback';

export const transferToHuman = defineTool({
  name: 'transfer_to_human',
  aliases: ['request_transfer', 'human_handoff'],
  effect: 'read',
  changesGateway: true,
  describe: {
    de: 'Übergibt an einen Menschen: nennt die Nummer, mit der jetzt verbunden wird, oder notiert einen Rückruf, wenn niemand da ist.',
    en: 'Hands over to a person: gives the number to connect to now, or notes a callback when no one is there.',
  },
  args: {
    reason: text('reason', REASON, {
      de: 'Warum ein Mensch übernehmen soll, in einem Satz.',
      en: 'Why a person should take over, in one sentence.',
    }),
    customer_name: customerName.optional(),
    summary: text('notes', ['zusammenfassung', 'notes', ...NOTES], {
      de: 'Was der Anrufer möchte und was schon geklärt ist, in ein bis zwei Sätzen.',
      en: 'What the caller wants and what is settled already, in one or two sentences.',
    }).optional(),
    phone_number: callbackNumber.optional(),
  },
  statuses: ['transfer', 'callback_offered'],
  answer: {
    transfer_number: field.text.describe('E.164; with status transfer only'),
    callback_due: field.instant.describe('By when the caller is rung back; with status callback_offered only'),
    callback_id: field.text,
    summary: field.text.describe('For the person who takes over, in the language of the company'),
  },
  agent: {
    variables: { transfer_number: '$.transfer_number', handoff_summary: '$.summary', callback_due: '$.callback_due' },
  },
  run: async (turn, args) => {
    const { conversation, phrases } = turn;
    const customer = await conversation.customer();
    const { memory } = conversation;
    memory.handOver = {
      reason: args.reason ?? memory.handOver.reason,
      summary: args.summary ?? memory.handOver.summary,
    };
    const said = {
      ...memory.handOver,
      name: args.customer_name ?? customer?.name ?? memory.customerName,
      phone: args.phone_number ?? conversation.callerPhone,
    };
    const transferNumber = transferNumberAt(conversation.now, conversation.profile.branch);
    if (transferNumber !== null) {
      const note = await handOverNote(turn, said, { outcome: 'transfer', transferNumber, callbackDue: null });
      return handedOver(turn, note, 'transfer', phrases.transferring(), { transfer_number: transferNumber });
    }
    const reason = [said.reason, said.summary].filter(Boolean).join(' – ') || undefined;
    const { id, dueAt } = await recordCallback(turn, { ...said, reason, priority: 'high' });
    const outcome = { outcome: 'callback', transferNumber: null, callbackDue: dueAt.toISOString() } as const;
    const note = await handOverNote(turn, said, outcome);
    const message = phrases.callbackOffered(spokenStart(conversation, dueAt).instant);
    const due = isoWithOffset(dueAt, conversation.timeZone);
    return handedOver(turn, note, 'callback_offered', message, { callback_due: due, callback_id: id });
  },
});

async function handedOver(
  turn: Turn,
  note: HandOverNote,
  status: 'transfer' | 'callback_offered',
  message: string,
  fields: Record<string, unknown>,
): Promise<ToolResult> {
  const { deps, conversation } = turn;
  if (conversation.callId !== null) {
    await conversation.callRecorded();
    await deps.calls.recordHandOver(conversation.companyId, conversation.callId, note);
  }
  return answer(status, message, { ...fields, summary: handOverSummary(turn, note), reason: note.reason });
}

/** Who is rung now; null when no person answers at that time. */
function transferNumberAt(
  at: Date,
  {
    hours,
    holidays,
    timeZone,
    transferRules: rules,
  }: Pick<Branch, 'hours' | 'holidays' | 'timeZone' | 'transferRules'>,
): string | null {
  const isHoliday = holidayOn(holidays, localDate(at, timeZone)) !== null;
  const reached = rules.numbers.find((one) => !isHoliday && withinHours(at, one.hours ?? hours, timeZone));
  return reached?.number ?? rules.fallback;
}

type Outcome = Pick<HandOverNote, 'outcome' | 'transferNumber' | 'callbackDue'>;
type Said = { reason: string | null; summary: string | null; name: string | null; phone: string | null };

async function handOverNote({ deps, conversation }: Turn, said: Said, outcome: Outcome): Promise<HandOverNote> {
  const { memory, profile, companyId, callId, now } = conversation;
  const startMs = memory.awaiting?.startMs ?? memory.checkedMs ?? memory.askedMs;
  const tried = callId === null ? [] : await deps.invocations.ofCall(companyId, callId).catch(() => []);
  return {
    at: now.toISOString(),
    ...outcome,
    customer: { name: said.name, phone: said.phone },
    asked: said.summary,
    collected: {
      service: profile.services.find(({ id }) => id === memory.serviceId)?.name ?? null,
      day: memory.day,
      start: startMs === null ? null : new Date(startMs).toISOString(),
    },
    tried,
    reason: said.reason,
    nextQuestion: nextQuestion({ conversation }, said.name),
  };
}

/** The first thing that is missing for a booking; none after one. */
function nextQuestion({ conversation }: Pick<Turn, 'conversation'>, name: string | null): string | null {
  const { memory, profile } = conversation;
  if (memory.appointmentIds.length > 0) return null;
  const missing: [MissingField, boolean][] = [
    ['service_name', memory.serviceId === null],
    ['desired_date', memory.day === null],
    ['desired_time', memory.askedMs === null && memory.checkedMs === null],
    ['customer_name', (memory.awaiting?.name ?? memory.customerName ?? name) === null],
  ];
  const field = missing.find(([, isMissing]) => isMissing)?.[0];
  return field ? LANGUAGES[profile.company.language].phrases.missing(field) : null;
}

/** The note in a sentence or two, whispered to the person who is rung. */
function handOverSummary({ conversation }: Turn, note: HandOverNote): string {
  const { language } = conversation.profile.company;
  const { start } = note.collected;
  return LANGUAGES[language].phrases.handedOver({
    name: note.customer.name,
    service: note.collected.service,
    start: start === null ? null : spokenStart({ ...conversation, language }, new Date(start)).instant,
    asked: note.asked,
    reason: note.reason,
  });
}
