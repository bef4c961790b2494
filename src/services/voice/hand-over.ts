import type { Branch } from '../../domain';
import { localDate } from '../../local-time';
import { LANGUAGES } from '../language/languages';
import { holidayOn, withinHours } from '../tenants/opening-hours';
import type { MissingField } from './phrases';
import type { HandOverNote } from './ports';
import type { Turn } from './turn';
import { spokenStart } from './understanding';

/** Who is rung now; null when no person answers at that time. */
export function transferNumberAt(
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

export async function handOverNote({ deps, conversation }: Turn, said: Said, outcome: Outcome): Promise<HandOverNote> {
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
export function handOverSummary({ conversation }: Turn, note: HandOverNote): string {
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
