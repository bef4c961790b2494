import { DateTime } from 'luxon';
import type { Language } from '../domain';
import { LANGUAGES } from '../services/language/languages';
import type { Exchange, PlatformCaller, Turn } from './callers';

interface CallRequest {
  language: Language;
  service: string;
  date: string;
  time: string;
  name: string;
  detours: boolean;
  /** False: the caller only asks what is free. */
  books: boolean;
  /** Whether the booking is taken back after the call, without words. */
  cancelled: boolean;
}

/** What happens while a call is played, in its order. */
export type CallStep =
  /** The platform told the gateway of the call's begin or end. */
  | { kind: 'ring' | 'hang_up'; name: string; http_status: number; ms: number }
  | { kind: 'turn'; heard: string; tool: string; status: string; message: string; http_status: number; ms: number }
  /** The booking was taken back after the call. */
  | { kind: 'taken_back'; status: string; message: string }
  /** Something that the caller does not know of. */
  | { kind: 'meanwhile'; text: string };

/** Plays one whole call in words, as they come out of speech-to-text; nothing is computed on the caller's side. */
export async function playConversation(
  caller: PlatformCaller,
  strangers: PlatformCaller[],
  request: CallRequest,
  show: (step: CallStep) => void,
): Promise<Turn[]> {
  const turns: Turn[] = [];
  const said = LANGUAGES[request.language].caller;
  const ask = async (heard: string, tool: string, args: Record<string, unknown>): Promise<Turn> => {
    caller.say('user', heard);
    const turn = await caller.tool(tool, args);
    turns.push(turn);
    const { message, status } = turn.answer;
    show({
      ...{ kind: 'turn', heard, tool, status: String(status), message: String(message) },
      ...{ http_status: turn.httpStatus, ms: turn.ms },
    });
    return turn;
  };
  const { service, date, time, name } = request;
  const wish = { service_name: service, desired_date: date, desired_time: time };

  const told = (kind: 'ring' | 'hang_up', exchanges: Exchange[]): void => {
    for (const { name, httpStatus, ms } of exchanges) show({ kind, name, http_status: httpStatus, ms });
  };
  told('ring', await caller.ring());
  let bookedByOthers: Awaited<ReturnType<typeof takeEveryPlace>> = [];
  try {
    await ask(said.hello, 'current_context', {});
    const check = await ask(`${service}, ${date} ${time}`, 'check_availability', wish);
    const isFree = check.answer.available === true;
    if (!request.books || (!isFree && !hasAlternatives(check))) return turns;
    if (isFree && request.detours) {
      bookedByOthers = await takeEveryPlace(strangers, wish);
      show({ kind: 'meanwhile', text: said.meanwhile });
    }
    const first = isFree
      ? await ask(said.yes(name), 'create_booking', { ...wish, customer_name: name })
      : await ask(said.first, 'create_booking', { datetime: said.first, customer_name: name });
    const booking =
      first.answer.booked === true || !hasAlternatives(first)
        ? first
        : await ask(said.first, 'create_booking', { datetime: said.first, customer_name: name });
    const appointment = { appointment_id: booking.answer.appointment_id };
    if (booking.answer.booked !== true) return turns;
    if (request.detours) {
      await ask(said.stillFree, 'check_availability', { datetime: booking.answer.datetime });
      await ask(said.mine, 'get_customer_appointments', {});
      await ask(said.later, 'reschedule_appointment', { new_time: said.later });
      await ask(said.cancel, 'cancel_appointment', { ...appointment, reason: said.noTime });
    } else if (request.cancelled) {
      const { answer } = await caller.tool('cancel_appointment', { ...appointment, reason: said.noTime });
      show({ kind: 'taken_back', status: String(answer.status), message: String(answer.message) });
    }
    return turns;
  } finally {
    for (const { stranger, appointmentId } of bookedByOthers) {
      await stranger.tool('cancel_appointment', { appointment_id: appointmentId });
      await stranger.hangUp();
    }
    told('hang_up', await caller.hangUp());
  }
}

/** Others book the start until it is gone; they give it back when the call is over. */
async function takeEveryPlace(
  strangers: PlatformCaller[],
  wish: Record<string, unknown>,
): Promise<{ stranger: PlatformCaller; appointmentId: unknown }[]> {
  const booked: { stranger: PlatformCaller; appointmentId: unknown }[] = [];
  for (const [index, stranger] of strangers.entries()) {
    // An agent that does not greet would be reported for it.
    await stranger.tool('current_context', {});
    const { answer } = await stranger.tool('create_booking', {
      ...wish,
      customer_name: `Toni Beispiel ${'ABCDEF'[index] ?? ''}`,
    });
    if (answer.booked !== true) {
      // The starts that were offered instead are kept for a caller until the call ends.
      await stranger.hangUp();
      break;
    }
    booked.push({ stranger, appointmentId: answer.appointment_id });
  }
  return booked;
}

function hasAlternatives(turn: Turn): boolean {
  const { alternatives } = turn.answer;
  return Array.isArray(alternatives) && alternatives.length > 0;
}

/** The next Monday to Friday as a person says it. */
export function nextWorkdayInWords(language: Language, at = new Date()): string {
  const now = DateTime.fromJSDate(at);
  let ahead = 1;
  while (now.plus({ days: ahead }).weekday > 5) ahead += 1;
  const { days } = LANGUAGES[language].caller;
  if (ahead === 1) return days.tomorrow;
  return ahead === 2 ? days.dayAfterTomorrow : days.monday;
}

export interface TestCall {
  callId: string;
  /** What the agent would say first and after the question; what went wrong when `ok` is false. */
  heard: string[];
  ok: boolean;
}

/** A short call that books nothing: it rings, asks who is there and what is free next, and hangs up. */
export async function playTestCall(caller: PlatformCaller): Promise<TestCall> {
  const heard: string[] = [];
  const refused = (what: string, status: number): TestCall => ({
    callId: caller.callId,
    heard: [...heard, `${what} answered ${status}`],
    ok: false,
  });
  try {
    for (const { name, httpStatus } of await caller.ring()) if (httpStatus >= 300) return refused(name, httpStatus);
    for (const tool of ['current_context', 'find_next_available']) {
      const { httpStatus, answer } = await caller.tool(tool, {});
      if (httpStatus !== 200) return refused(tool, httpStatus);
      heard.push(String(answer.message));
      if (answer.status === 'unknown_tenant' || answer.status === 'error')
        return { callId: caller.callId, heard, ok: false };
    }
    await caller.hangUp();
    return { callId: caller.callId, heard, ok: true };
  } catch (error) {
    const cause =
      error instanceof Error ? [error.message, error.cause instanceof Error ? error.cause.message : ''] : [];
    return { callId: caller.callId, heard: [...heard, cause.filter(Boolean).join(': ')], ok: false };
  }
}

const TEST_NAME = 'Erika Beispiel';

/** A whole call in words; what it books is taken back. */
export async function playBookedCall(
  caller: PlatformCaller,
  { service, language, books }: { service: string; language: Language; books: boolean },
  show: (step: CallStep) => void,
): Promise<void> {
  const { time } = LANGUAGES[language].caller;
  const wish = { service, date: nextWorkdayInWords(language), time, name: TEST_NAME };
  await playConversation(caller, [], { ...wish, language, books, detours: false, cancelled: true }, show);
}
