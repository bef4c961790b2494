import { normalisePhone } from '../services/tenants/phone-numbers';

/** The places in which Cal.com may carry the attendee's number. */
interface NumberCarriers {
  phoneNumber?: string | null | undefined;
  email?: string | null | undefined;
  /** Booking fields by slug: plain values in lists, `{label, value, isHidden}` in webhooks. */
  responses?: Readonly<Record<string, unknown>> | null | undefined;
  smsReminderNumber?: string | null | undefined;
  /** Where the appointment is; a number when the attendee is called. */
  location?: string | null | undefined;
}

const KNOWN_FIELDS = ['attendeePhoneNumber', 'smsReminderNumber', 'phone'];
/** Cal.com makes such an address up for attendees with nothing but a number. */
const MADE_FROM_NUMBER = /^(\d{7,15})@sms\.cal\.(?:com|eu)$/i;
/** Only a number with its country is one person's, wherever it stands. */
const INTERNATIONAL = /^\s*(?:\+|00)[\d\s()/.-]{6,30}$/;

interface AttendeeNumbers {
  /** E.164; null when no field that is the attendee's own carries one. */
  phone: string | null;
  /** E.164; a place that is nothing but a number: the attendee's, or the host's, as the event type has it. */
  placePhone?: string;
}

/** The attendee's number, from whichever field carries it. */
export function attendeeNumbers(carriers: NumberCarriers): AttendeeNumbers {
  const responses = Object.entries(carriers.responses ?? {}).map(([slug, given]) => [slug, plain(given)] as const);
  const fields = new Map(responses.filter(([slug]) => slug !== 'location'));
  const place = responses.find(([slug]) => slug === 'location')?.[1];
  const digits = MADE_FROM_NUMBER.exec(carriers.email ?? '')?.[1];
  const candidates = [
    carriers.phoneNumber,
    ...KNOWN_FIELDS.map((slug) => fields.get(slug)),
    carriers.smsReminderNumber,
    digits === undefined ? null : `+${digits}`,
    ...fields.values(),
    numberOfPlace(place),
  ];
  const phone = firstNumber(candidates);
  const placePhone = phone === null && place === undefined ? firstNumber([carriers.location]) : null;
  return { phone, ...(placePhone === null ? {} : { placePhone }) };
}

function firstNumber(candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) {
    if (typeof candidate !== 'string' || !INTERNATIONAL.test(candidate)) continue;
    const number = normalisePhone(candidate);
    if (number !== null) return number;
  }
  return null;
}

/** `phone`: the attendee is called; any other kind with a number (`userPhone`) has the organizer's. */
function numberOfPlace(place: unknown): unknown {
  if (typeof place !== 'object' || place === null || !('value' in place) || place.value !== 'phone') return null;
  return 'optionValue' in place ? place.optionValue : null;
}

function plain(given: unknown): unknown {
  return typeof given === 'object' && given !== null && 'label' in given && 'value' in given ? given.value : given;
}
