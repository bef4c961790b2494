import { toolOf, type ToolName } from '../services/voice/tools';
import type { VoiceArgs } from '../services/voice/voice-request';
import { z } from 'zod';
import type { ArgumentKind } from '../services/voice/tools/arguments';
import { isNothing, joinedTexts, scalarIn, shortText } from './plain-text';

const reading = <T>(read: (value: unknown) => T | undefined) => z.unknown().transform(read);

const YES = new Set(
  'true,1,ja,jawohl,jep,yes,yep,yeah,y,j,ok,okay,sure,correct,confirmed,genau,gerne,richtig,stimmt,passt,bestätigt,einverstanden,on'.split(
    ',',
  ),
);
const NO = new Set('false,0,nein,nee,no,nope,n,off,falsch,wrong,not yet,noch nicht'.split(','));
/** Sounds like a no and is a yes. */
const NO_OBJECTION =
  /\b(?:kein problem|nichts dagegen|no (?:problem|objections?)|(?:don't|do not) mind|not a problem)\b/i;
const REFUSAL =
  /\b(?:nein|nee|nicht|kein\w*|nie|niemals|ungern|ohne|no|nope|not|without|never|refuse|decline)\b|n't\b|\bnö(?!\p{L})/iu;
const AGREEMENT =
  /\b(?:ja|jawohl|klar|gerne?|einverstanden|okay|ok|in ordnung|von mir aus|meinetwegen|passt|erlaub\w*|stimme zu|yes|yeah|yep|sure|fine|agree\w*|go ahead|of course|natürlich|selbstverständlich)\b/i;
const ANY = new Set(
  "egal,ist egal,beliebig,any,anyone,anybody,any time,anytime,flexible,flexibel,jederzeit,irgendwann,irgendwer,wer auch immer,whoever,whenever,keine präferenz,kein wunsch,no preference,doesn't matter".split(
    ',',
  ),
);
/** More than anything is read of: names, times, numbers and addresses that long are asked for again. */
const LONGEST_SAID = 1000;
/** Names a model invents when it has not asked for one. */
const PLACEHOLDER_NAMES = new Set(
  'kunde,kundin,der kunde,anrufer,anruferin,der anrufer,customer,the customer,caller,the caller,user,client,gast,guest,anonym,anonymous,name,true,false'.split(
    ',',
  ),
);
/** And numbers. */
const NO_NUMBER = new Set([
  ...PLACEHOLDER_NAMES,
  ...'withheld,private,privat,restricted,blocked,unterdrückt,caller_number,phone_number,customer_phone,telefonnummer'.split(
    ',',
  ),
]);
/** Live agents send this word, with and without braces, where they mean today. */
const TODAY = /^\{*\s*current[_ ]date\s*\}*$/i;

/** Ids that models make up instead of leaving them out: short numbers, `call_001`, `{{appointment_id}}`, `current`. */
const INVENTED_ID =
  /^(?:\d{1,5}|[a-z]+[_-]\d{1,5}|current(?:_[a-z]+)?|dummy_[a-z_]+|your_[a-z_]+|call_id|appointment_id)$/i;
const ID = /^[\w.:-]{1,100}$/;

/** An id as it may be stored and looked up; undefined for what no system of ours ever issued. */
function readId(value: unknown): string | undefined {
  const scalar = scalarIn(value);
  if (scalar === null || typeof scalar === 'boolean') return undefined;
  const id = String(scalar).trim();
  if (isNothing(id) || !ID.test(id) || INVENTED_ID.test(id)) return undefined;
  return id;
}

/** Unlike our own ids, service ids may be short numbers (Cal.com's event types, the Laravel app's rows) or even names. */
function readServiceId(value: unknown): string | undefined {
  return typeof scalarIn(value) === 'boolean' ? undefined : shortText(value, 250);
}

function readDate(value: unknown): string | undefined {
  const scalar = scalarIn(value);
  if (typeof scalar === 'string' && TODAY.test(scalar.trim())) return 'heute';
  if (typeof scalar === 'number') {
    const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(String(scalar));
    return compact ? `${compact[1]}-${compact[2]}-${compact[3]}` : (readInstant(scalar) ?? String(scalar));
  }
  return shortText(value, LONGEST_SAID);
}

function readTime(value: unknown): string | undefined {
  const scalar = scalarIn(value);
  if (typeof scalar === 'number') {
    if (Number.isInteger(scalar) && scalar >= 0 && scalar <= 24) return `${scalar}:00`;
    const compact = /^(\d{1,2})(\d{2})$/.exec(String(scalar));
    return compact ? `${compact[1]}:${compact[2]}` : String(scalar);
  }
  const text = shortText(value, LONGEST_SAID);
  return text === undefined || ANY.has(text.toLowerCase()) ? undefined : text;
}

function readDateTime(value: unknown): string | undefined {
  const scalar = scalarIn(value);
  return typeof scalar === 'number' ? readInstant(scalar) : shortText(value, LONGEST_SAID);
}

/** Epoch seconds or milliseconds of this century, as ISO text. */
function readInstant(epoch: number): string | undefined {
  const epochMs = epoch > 1e11 ? epoch : epoch * 1000;
  return epochMs > 9.4e11 && epochMs < 4.2e12 ? new Date(epochMs).toISOString() : undefined;
}

const NAME_PARTS = ['first_name', 'firstName', 'vorname', 'last_name', 'lastName', 'nachname'];

function readName(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const keys = isObject ? NAME_PARTS.filter((key) => Object.hasOwn(value, key)) : [];
  const parts = keys.length > 0 ? keys.map((key): unknown => Reflect.get(Object(value), key)) : value;
  const text = shortText(joinedTexts(parts, ' '), LONGEST_SAID);
  return text === undefined || PLACEHOLDER_NAMES.has(text.toLowerCase()) ? undefined : text;
}

function readPhone(value: unknown): string | undefined {
  const text = shortText(joinedTexts(value, ' '), LONGEST_SAID);
  return text === undefined || NO_NUMBER.has(text.toLowerCase()) ? undefined : text;
}

function readMinutes(value: unknown): number | undefined {
  const scalar = scalarIn(value);
  const text = String(scalar ?? '').toLowerCase();
  const [, amount] = /(\d+(?:[.,]\d+)?)/.exec(text.slice(0, 50)) ?? [];
  if (amount === undefined) return undefined;
  const isHours = /\d\s*(?:h\b|std|stunde|hour)/.test(text);
  const minutes = Math.round(Number(amount.replace(',', '.')) * (isHours ? 60 : 1));
  return minutes >= 5 && minutes <= 480 ? minutes : undefined;
}

function readYesNo(value: unknown): boolean | undefined {
  const scalar = scalarIn(value);
  if (typeof scalar === 'boolean' || scalar === null) return scalar ?? undefined;
  const text = String(scalar).trim().toLowerCase();
  return YES.has(text) ? true : NO.has(text) ? false : undefined;
}

/** An answer to "may it be recorded?" in whatever words; undefined for one that is neither yes nor no. */
function readConsent(value: unknown): boolean | undefined {
  const plain = readYesNo(value);
  if (plain !== undefined) return plain;
  const words = shortText(value, 300) ?? '';
  if (NO_OBJECTION.test(words)) return true;
  if (REFUSAL.test(words)) return false;
  return AGREEMENT.test(words) ? true : undefined;
}

function readWish(value: unknown): string | undefined {
  const text = shortText(value, 150);
  return text === undefined || ANY.has(text.toLowerCase()) ? undefined : text;
}

const text = (max: number) => reading((value) => shortText(value, max));
const texts = (max: number) => reading((value) => shortText(joinedTexts(value, ', '), max));

/** How each kind of argument is read. Nothing here throws, whatever was sent; unusable values are undefined. */
const ARGUMENT_VALUES: Record<ArgumentKind, z.ZodType> = {
  service: text(250),
  serviceId: reading(readServiceId),
  date: reading(readDate),
  time: reading(readTime),
  datetime: reading(readDateTime),
  minutes: reading(readMinutes),
  preference: reading(readWish),
  personName: reading(readName),
  phone: reading(readPhone),
  email: text(LONGEST_SAID),
  notes: texts(1000),
  reason: texts(500),
  yesNo: reading(readYesNo),
  consent: reading(readConsent),
  id: reading(readId),
};

const PLAIN_NAME = /^[a-z_]{1,64}$/;
/**
 * Whatever a model sent, as the tool's canonical arguments: any known spelling, cleaned, absent when there is nothing
 * usable. Never throws.
 */
export function readArguments(tool: ToolName, given: Readonly<Record<string, unknown>>): VoiceArgs {
  const sent = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const spelt = spelling(name);
    if (!sent.has(spelt)) sent.set(spelt, value);
  }
  const read: Record<string, unknown> = {};
  for (const { name, details } of toolOf(tool).arguments) {
    for (const spelt of [name, ...details.spellings]) {
      const value = sent.get(spelt);
      const usable = value === undefined || value === null ? undefined : ARGUMENT_VALUES[details.kind].parse(value);
      if (usable === undefined) continue;
      read[name] = usable;
      break;
    }
  }
  return named(read);
}

/** Some agents put the service's name where its id belongs. */
function named(args: VoiceArgs): VoiceArgs {
  const { service_id: id, ...rest } = args;
  if (typeof id !== 'string') return rest;
  if (/^(?=.*\d)[\w-]{1,64}$/.test(id)) return args;
  return rest.service_name === undefined ? { ...rest, service_name: id } : rest;
}

/** `serviceName`, `service-name` and `Service Name` are `service_name`; umlauts are written out. */
function spelling(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  return name
    .slice(0, 64)
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue');
}
