import type { AppointmentStatus } from '../../domain';
import { asksForUsual as isUsual } from '../language/service-matcher/service-matcher';
import { isPlaceholderEmail, readEmail } from '../language/values/email-address';
import { readPersonName } from '../language/values/person-name';
import { phoneGroups, readPhoneNumber } from '../language/values/phone-number';
import { bookableServices } from './conversation';
import type { ArgumentKind } from './tools/arguments';
import type { Tool } from './tools/define-tool';
import { Clarification, clarification, type Turn } from './turn';
import type { VoiceArgs } from './voice-request';

/** One value read: `value` undefined when none was given, and a sentence about it for the caller. */
interface Said {
  value: string | undefined;
  sentence?: string;
}

type Reader = (turn: Turn, text: string) => Said | Clarification;

/** Longer quotes of what was heard are not said back. */
const LONGEST_QUOTE = 60;

const quote = (text: string): string => [...text].slice(0, LONGEST_QUOTE).join('');

function readName({ phrases }: Turn, text: string): Said | Clarification {
  const reading = readPersonName(text);
  return reading.kind === 'name'
    ? { value: reading.name }
    : clarification('invalid_name', phrases.invalidName(quote(text)));
}

/** The second number in a call that is not understood gives way to the one called from. */
function readPhone({ conversation, phrases }: Turn, text: string): Said | Clarification {
  const { callerPhone, phoneCountries, memory } = conversation;
  const reading = readPhoneNumber(text, phoneCountries, callerPhone);
  const [home] = phoneCountries;
  if (reading.kind === 'not_given') return { value: undefined };
  const isConfirmed = reading.kind === 'other_country_possible' && memory.contact.doubtedPhone === reading.number;
  if (reading.kind === 'number' || isConfirmed) {
    if (reading.number === callerPhone) return { value: reading.number };
    return { value: reading.number, sentence: phrases.phoneNoted(phoneGroups(reading.number, home)) };
  }
  if (reading.kind === 'other_country_possible') {
    memory.contact.doubtedPhone = reading.number;
    return clarification('invalid_phone', phrases.whichCountry(reading.heard));
  }
  if (memory.contact.phoneAsked && callerPhone !== null) {
    return { value: undefined, sentence: phrases.ownPhoneUsed(phoneGroups(callerPhone, home)) };
  }
  memory.contact.phoneAsked = true;
  return clarification('invalid_phone', phrases.invalidPhone(reading.heard));
}

/** The second address in a call that is not understood is left out: an appointment needs none. */
function readAddress({ conversation, phrases }: Turn, text: string): Said | Clarification {
  const { contact } = conversation.memory;
  const reading = readEmail(text);
  if (reading.kind === 'not_given') return { value: undefined };
  if (reading.kind === 'address') {
    if (isPlaceholderEmail(reading.address)) return { value: undefined };
    return { value: reading.address, sentence: phrases.emailNoted(reading.address) };
  }
  if (contact.emailAsked) return { value: undefined, sentence: phrases.emailLeftOut() };
  contact.emailAsked = true;
  return clarification('invalid_email', phrases.invalidEmail(quote(text)));
}

const READERS: Partial<Record<ArgumentKind, Reader>> = { personName: readName, phone: readPhone, email: readAddress };

/**
 * A tool's arguments with names, numbers, addresses and "wie letztes Mal" read.
 * @throws Clarification when one of them is not understood and the tool acts for a person; others go on without it
 */
export async function readSaidValues(turn: Turn, tool: Tool, given: VoiceArgs): Promise<VoiceArgs> {
  const args: Record<string, unknown> = { ...given };
  const actsForPerson = tool.arguments.some(({ details }) => details.kind === 'phone');
  const { contact } = turn.conversation.memory;
  for (const { name, details } of tool.arguments) {
    const [read, text] = [READERS[details.kind], args[name]];
    if (!read || typeof text !== 'string') continue;
    const said = read(turn, text);
    if (said instanceof Clarification) {
      if (actsForPerson) throw said;
      delete args[name];
      continue;
    }
    args[name] = said.value;
    const { sentence } = said;
    if (sentence === undefined || contact.readBack.includes(sentence)) continue;
    contact.readBack.push(sentence);
    turn.asides.push(sentence);
  }
  const service = asksForUsual(args.service_name) ? await lastKept(turn, 'serviceId') : null;
  if (service !== null) args.service_id = service;
  if (asksForUsual(args.staff)) args.staff = nameOf(turn, await lastKept(turn, 'staffId'));
  return args;
}

const asksForUsual = (said: unknown): boolean => typeof said === 'string' && isUsual(said);

/** How far back the last appointment is looked for, in days. */
const LOOK_BACK_DAYS = 400;

/** Service or member of staff of the caller's last appointment that is still offered; null for callers without one. */
async function lastKept({ deps, conversation }: Turn, what: 'serviceId' | 'staffId'): Promise<string | null> {
  const customer = await conversation.customer().catch(() => null);
  if (!customer) return null;
  const { companyId, now, profile } = conversation;
  const endsAfter = new Date(now.getTime() - LOOK_BACK_DAYS * 86_400_000);
  const statuses: AppointmentStatus[] = ['booked', 'completed'];
  const filter = { customer, statuses, endsAfter, startsBefore: now, limit: 200 };
  const past = await deps.appointments.list(companyId, filter).catch(() => []);
  const here = what === 'serviceId' ? bookableServices(conversation) : profile.staff.filter(({ isActive }) => isActive);
  const offered = new Set(here.map(({ id }) => id));
  return past.map((one) => one[what]).findLast((id) => id !== null && offered.has(id)) ?? null;
}

function nameOf({ conversation }: Turn, staffId: string | null): string | undefined {
  return conversation.profile.staff.find(({ id }) => id === staffId)?.name;
}
