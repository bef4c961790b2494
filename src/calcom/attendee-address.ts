import { createHmac } from 'node:crypto';
import type { TenantId } from '../domain';

interface AddressedCaller {
  companyId: TenantId;
  /** E.164 */
  phone: string | null;
  callId: string | null;
  /** Tells several people behind one number apart; null for the caller. */
  person?: string | null;
}

const HASH_LENGTH = 24;

/**
 * The address of a caller who gave none: the same for every call of a number with one company, a new one per call for
 * an anonymous caller, and never that of anybody else. Cal.com takes two bookings under one address for one person's.
 * @param secret keeps numbers from being guessed from addresses; must not change
 * @returns null when nothing distinguishes this caller from others
 */
export function attendeeAddress(caller: AddressedCaller, domain: string, secret: string): string | null {
  const digits = caller.phone?.replace(/\D/g, '') ?? '';
  const who = digits !== '' ? `phone:${digits}` : caller.callId ? `call:${caller.callId}` : null;
  if (who === null) return null;
  const hash = createHmac('sha256', secret)
    .update([caller.companyId, who, caller.person].filter(Boolean).join('\n'))
    .digest('hex');
  return `caller-${hash.slice(0, HASH_LENGTH)}@${domain.toLowerCase()}`;
}

/** Which address Cal.com is given for a caller, and under which one a booking is found again. */
export class CallerAddresses {
  readonly #domain: string;
  readonly #secret: string;

  constructor(config: { domain: string; secret: string }) {
    this.#domain = config.domain;
    this.#secret = config.secret;
  }

  /** The caller's own address, or a made one; null where the service is booked by phone alone or nothing is known. */
  addressFor(attendee: AddressedCaller & { email: string | null }, service: { phoneOnly: boolean }): string | null {
    if (attendee.email) return attendee.email;
    // Two people behind one number are one attendee to Cal.com, unless their addresses differ.
    if (service.phoneOnly && attendee.phone && !attendee.person) return null;
    return attendeeAddress(attendee, this.#domain, this.#secret);
  }

  /** For a booking by phone alone Cal.com makes up an address of its own from the digits. */
  listedAddress(sent: string | null, phone: string | null): string | null {
    if (sent) return sent;
    const digits = phone?.replace(/\D/g, '') ?? '';
    return digits === '' ? null : `${digits}@sms.cal.com`;
  }
}
