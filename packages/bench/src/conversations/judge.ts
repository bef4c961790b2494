import type { Calendar, Standing } from './calendar';
import type { Answer, Language } from './phone';

/** What an answer is judged by besides the calendar. */
export interface Witness {
  language: Language;
  /** Names whose appointments this caller may learn. */
  own: ReadonlySet<string>;
  /** Names of others, in this story or elsewhere. */
  others: readonly string[];
  /** The service asked about; null where the tool is about none. */
  service: string | null;
}

const SAYS_BOOKED: Record<Language, RegExp> = {
  de: /\b(?:gebucht|ist eingetragen|habe ich eingetragen)\b/i,
  en: /\b(?:is booked|have booked|are booked)\b/i,
};
const MAY_SAY_BOOKED = new Set(['booked', 'rescheduled', 'confirm_second_booking', 'found', 'unavailable']);

interface Offered {
  datetime: string;
}
interface Listed {
  date: string;
  time: string;
  service: string | null;
}

/** What of an answer the calendar contradicts at this moment; nothing when all of it is true. */
export function untruths(
  answer: Answer,
  calendar: Calendar,
  standing: readonly Standing[],
  { language, own, others, service }: Witness,
): string[] {
  const found: string[] = [];
  const { status, message } = answer;
  const text = JSON.stringify(answer);
  for (const name of others) if (!own.has(name) && text.includes(name)) found.push(`names a stranger: ${name}`);
  if (/\{\{|undefined|\bNaN\b|[0-9a-f]{8}-[0-9a-f]{4}-/.test(message)) found.push('says what is no speech');
  if (SAYS_BOOKED[language].test(message) && !MAY_SAY_BOOKED.has(status)) found.push(`says booked with ${status}`);

  if (answer.booked === true || (status === 'booked' && answer.booking_uid !== undefined)) {
    const booking = standing.find(({ uid }) => uid === answer.booking_uid);
    if (!booking) found.push('booked, but no such booking stands');
    else if (booking.startMs !== Date.parse(String(answer.datetime))) found.push('booked at another start');
    else if (!message.includes(booking.name)) found.push('does not say the name');
    else if (!saysTime(language, message, booking.startMs)) found.push('does not say when');
  }
  if (status === 'rescheduled') {
    const booking = standing.find(({ uid }) => uid === answer.booking_uid);
    const startMs = calendar.at(String(answer.new_time).slice(11));
    if (booking?.startMs !== startMs) found.push('moved, but does not stand there');
    else if (!saysTime(language, message, startMs)) found.push('does not say where to');
    if (answer.old_time === answer.new_time) found.push('tells the new time as the old one');
  }
  if (status === 'cancelled' && standing.some(({ uid }) => uid === answer.booking_uid)) found.push('still stands');
  if (answer.available === true && typeof answer.requested_time === 'string' && service) {
    if (!calendar.isFree(standing, Date.parse(String(answer.datetime)), service)) found.push('free, but it is taken');
  }
  if (answer.available === false && answer.reason === 'slot_not_available' && service) {
    if (calendar.isFree(standing, Date.parse(String(answer.datetime)), service)) found.push('taken, but it is free');
  }
  for (const { datetime } of (answer.alternatives as Offered[] | undefined) ?? []) {
    if (service && !calendar.isFree(standing, Date.parse(datetime), service)) found.push(`offers a taken ${datetime}`);
  }
  if (Array.isArray(answer.appointments) && (status === 'found' || status === 'none_found')) {
    const told = (answer.appointments as Listed[])
      .filter(({ date }) => date === calendar.date)
      .map(({ time, service: of }) => `${time} ${of}`);
    const theirs = standing
      .filter(({ name }) => own.has(name))
      .map((one) => `${new Date(one.startMs).toLocaleTimeString('de', CLOCK)} ${one.service}`);
    if (told.sort().join() !== theirs.sort().join()) found.push(`lists ${told.join()}, but ${theirs.join()} stand`);
  }
  return found;
}

const CLOCK = { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' } as const;
const HOURS: Record<Language, readonly string[]> = {
  de: 'zwölf ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn'.split(
    ' ',
  ),
  en: 'twelve one two three four five six seven eight nine ten eleven'.split(' '),
};

/** Whether the hour or half hour is in the sentence; the words are written here once more, to check the speaker's. */
function saysTime(language: Language, message: string, atMs: number): boolean {
  const [hour = 0, minute = 0] = new Date(atMs).toLocaleTimeString('de', CLOCK).split(':').map(Number);
  const named = (at: number): string => `(?:${HOURS[language][at % 12]}|${HOURS[language][at] ?? at})`;
  const half = { de: `halb ${named(hour + 1)}`, en: `half past ${named(hour)}` }[language];
  return new RegExp(minute === 30 ? half : `\\b(?:${named(hour)}|${hour}|noon|mittag)`, 'i').test(message);
}
