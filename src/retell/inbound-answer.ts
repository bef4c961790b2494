import type { Language } from '../domain';
import { cleanText } from './plain-text';

/** What the agent knows before it picks up; everything spoken is in `language` already. */
export interface InboundFacts {
  language: Language;
  businessName: string;
  timeZone: string;
  /** "Dienstag, den 24. November 2026". */
  todaySpoken: string;
  /** Branch's wall clock, `YYYY-MM-DD` and `HH:mm`. */
  currentDate: string;
  currentTime: string;
  weekday: string;
  greeting: string;
  /** First name of a known caller. */
  customerFirstName: string | null;
  upcomingBookingSpoken: string | null;
  nextSlotsSpoken: string | null;
}

export interface InboundAnswer {
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
  'known_customer_name',
  'upcoming_booking_spoken',
  'next_slots_spoken',
] as const;

const LONGEST = 300;

/** Retell refuses the whole answer when one value is no string: what is not known is an empty one. */
export function inboundAnswer(facts: InboundFacts): InboundAnswer {
  const values: Record<(typeof INBOUND_VARIABLES)[number], string | null> = {
    language: facts.language,
    business_name: facts.businessName,
    timezone: facts.timeZone,
    today_spoken: facts.todaySpoken,
    current_date: facts.currentDate,
    current_time: facts.currentTime,
    current_weekday: facts.weekday,
    greeting: facts.greeting,
    known_customer_name: facts.customerFirstName,
    upcoming_booking_spoken: facts.upcomingBookingSpoken,
    next_slots_spoken: facts.nextSlotsSpoken,
  };
  return {
    call_inbound: {
      dynamic_variables: Object.fromEntries(
        INBOUND_VARIABLES.map((name) => [name, cleanText(values[name] ?? '')?.slice(0, LONGEST) ?? '']),
      ),
    },
  };
}

/** For a number that belongs to no company, or when the facts could not be gathered in time: the agent goes on alone. */
export function emptyInboundAnswer(): InboundAnswer {
  return { call_inbound: { dynamic_variables: {} } };
}
