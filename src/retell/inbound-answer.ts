import type { InboundFacts } from '../services/voice/ports';
import { cleanText } from './plain-text';

interface InboundAnswer {
  call_inbound: { dynamic_variables: Record<string, string> };
}

/** Names of the dynamic variables that prompts may use as `{{name}}`. */
export const INBOUND_VARIABLES = [
  'language',
  'business_name',
  'timezone',
  'today_spoken',
  'current_date',
  'current_time',
  'current_weekday',
  'greeting',
  'recording_notice',
  'prefer_human',
  'known_customer_name',
  'upcoming_booking_spoken',
  'next_slots_spoken',
] as const;

type InboundVariable = (typeof INBOUND_VARIABLES)[number];

/** A company's own words about the AI come on top of the greeting. */
const LONGEST = 600;

/** All of them, as strings: what is not known is an empty one. */
export function inboundVariables(facts: InboundFacts): Record<InboundVariable, string> {
  const values: Record<InboundVariable, string | null> = {
    language: facts.language,
    business_name: facts.businessName,
    timezone: facts.timeZone,
    today_spoken: facts.todaySpoken,
    current_date: facts.currentDate,
    current_time: facts.currentTime,
    current_weekday: facts.weekday,
    greeting: facts.greeting,
    recording_notice: facts.recordingNotice,
    prefer_human: String(facts.prefersHuman),
    known_customer_name: facts.customerFirstName,
    upcoming_booking_spoken: facts.upcomingBookingSpoken,
    next_slots_spoken: facts.nextSlotsSpoken,
  };
  return variables((name) => cleanText(values[name] ?? '')?.slice(0, LONGEST) ?? '');
}

/** For platforms that refuse a call when a variable named in its prompt is missing. */
export function emptyVariables(): Record<InboundVariable, string> {
  return variables(() => '');
}

function variables(valueOf: (name: InboundVariable) => string): Record<InboundVariable, string> {
  return Object.fromEntries(INBOUND_VARIABLES.map((name) => [name, valueOf(name)])) as Record<InboundVariable, string>;
}

/** Without facts the agent goes on alone. */
export function inboundAnswer(facts: InboundFacts | null): InboundAnswer {
  return { call_inbound: { dynamic_variables: facts ? inboundVariables(facts) : {} } };
}
