import { DateTime } from 'luxon';
import type { RetellCaller, Turn } from './retell-caller';

export interface Wishes {
  language: 'de' | 'en';
  service: string;
  date: string;
  time: string;
  name: string;
  detours: boolean;
}

/** What is shown while a call is played. */
export type Show = (line: string) => void;

type Said = Record<'de' | 'en', string>;

const SAID = {
  hello: { de: 'Guten Tag.', en: 'Hello.' },
  meanwhile: { de: 'Inzwischen bucht jemand anderes diese Zeit.', en: 'Meanwhile somebody else books that time.' },
  first: { de: 'den ersten bitte', en: 'the first one please' },
  stillFree: { de: 'Ist die Zeit denn noch frei?', en: 'Is that time still free?' },
  mine: { de: 'Wann ist mein Termin?', en: 'When is my appointment?' },
  later: { de: 'eine halbe Stunde später', en: 'half an hour later' },
  cancel: { de: 'Ich muss doch absagen.', en: 'I have to cancel.' },
  noTime: { de: 'keine Zeit', en: 'no time' },
} satisfies Record<string, Said>;

/** Plays one whole call in words, as they come out of speech-to-text; nothing is computed on the caller's side. */
export async function playConversation(
  caller: RetellCaller,
  strangers: RetellCaller[],
  wishes: Wishes,
  show: Show,
): Promise<Turn[]> {
  const turns: Turn[] = [];
  const said = (what: Said): string => what[wishes.language];
  const ask = async (heard: string, tool: string, args: Record<string, unknown>): Promise<Turn> => {
    caller.say('user', heard);
    const turn = await caller.tool(tool, args);
    turns.push(turn);
    show(`caller  ${heard}`);
    show(`agent   ${String(turn.answer.message)}`);
    show(`        ${tool} → ${String(turn.answer.status)} in ${turn.ms.toFixed(0)} ms\n`);
    return turn;
  };
  const { service, date, time, name } = wishes;
  const wish = { service_name: service, desired_date: date, desired_time: time };
  const yes = wishes.language === 'de' ? `Ja bitte, ${name}.` : `Yes please, ${name}.`;

  const inbound = await caller.event('call_inbound');
  show(`ring    call_inbound → ${inbound.httpStatus} in ${inbound.ms.toFixed(0)} ms`);
  const started = await caller.event('call_started');
  show(`pickup  call_started → ${started.httpStatus} in ${started.ms.toFixed(0)} ms\n`);

  await ask(said(SAID.hello), 'current_context', {});
  const check = await ask(`${service}, ${date} ${time}`, 'check_availability', wish);
  const taken = wishes.detours && check.answer.available === true;
  const bookedByOthers = taken ? await takeEveryPlace(strangers, wish) : [];
  if (taken) show(`        (${said(SAID.meanwhile)})\n`);
  const free = check.answer.available === true;
  const first = free
    ? await ask(yes, 'create_booking', { ...wish, customer_name: name })
    : await ask(said(SAID.first), 'create_booking', { datetime: said(SAID.first), customer_name: name });
  const booking =
    first.answer.booked === true || !hasAlternatives(first)
      ? first
      : await ask(said(SAID.first), 'create_booking', { datetime: said(SAID.first), customer_name: name });
  if (wishes.detours && booking.answer.booked === true) {
    await ask(said(SAID.stillFree), 'check_availability', { datetime: booking.answer.datetime });
    await ask(said(SAID.mine), 'get_customer_appointments', {});
    await ask(said(SAID.later), 'reschedule_appointment', { new_time: said(SAID.later) });
    await ask(said(SAID.cancel), 'cancel_appointment', {
      appointment_id: booking.answer.appointment_id,
      reason: said(SAID.noTime),
    });
  }
  for (const { stranger, appointmentId } of bookedByOthers)
    await stranger.tool('cancel_appointment', { appointment_id: appointmentId });
  await caller.event('call_ended');
  return turns;
}

/** Others book the start until it is gone; they give it back when the call is over. */
async function takeEveryPlace(
  strangers: RetellCaller[],
  wish: Record<string, unknown>,
): Promise<{ stranger: RetellCaller; appointmentId: unknown }[]> {
  const booked: { stranger: RetellCaller; appointmentId: unknown }[] = [];
  for (const [index, stranger] of strangers.entries()) {
    const { answer } = await stranger.tool('create_booking', {
      ...wish,
      customer_name: `Toni Beispiel ${'ABCDEF'[index] ?? ''}`,
    });
    if (answer.booked !== true) break;
    booked.push({ stranger, appointmentId: answer.appointment_id });
  }
  return booked;
}

function hasAlternatives(turn: Turn): boolean {
  const { alternatives } = turn.answer;
  return Array.isArray(alternatives) && alternatives.length > 0;
}

/** The next Monday to Friday as a person says it. */
export function nextWorkdayInWords(language: 'de' | 'en', at = new Date()): string {
  const now = DateTime.fromJSDate(at);
  let ahead = 1;
  while (now.plus({ days: ahead }).weekday > 5) ahead += 1;
  if (ahead === 1) return language === 'de' ? 'morgen' : 'tomorrow';
  if (ahead === 2) return language === 'de' ? 'übermorgen' : 'the day after tomorrow';
  return language === 'de' ? 'am Montag' : 'on Monday';
}
