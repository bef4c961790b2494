import type { CountryCode } from 'libphonenumber-js';
import type { CalcomService } from '../calcom-service';
import type { Customer, Language, Service, TenantId, TenantProfile } from '../../domain';
import type { HoldView, ReservationView } from '../availability/holds';
import type { Asker } from '../booking/intent';
import type { CallMemory } from './call-memory';

/** Everything an answer needs about the call it belongs to. Lives as long as one request. */
export interface Conversation {
  companyId: TenantId;
  profile: TenantProfile;
  callId: string | null;
  toolCallId: string | null;
  /** Who holds and offers belong to: the call, else this request alone. */
  owner: string;
  language: Language;
  timeZone: string;
  now: Date;
  /** The call's start: "morgen" means the day after it. */
  anchor: Date;
  /** E.164; null when withheld or unreadable. */
  callerPhone: string | null;
  /** Where a national number that is said belongs, the line's country first. */
  phoneCountries: readonly CountryCode[];
  anonymous: boolean;
  calcom: CalcomService;
  memory: CallMemory;
  /** The caller's customer record, by exact number; null for new and anonymous callers. Asked once. */
  customer: () => Promise<Customer | null>;
  /** What is reserved for others just now. Asked once. */
  reservations: () => Promise<ReservationView>;
  /** And what was offered to them. Asked once. */
  holds: () => Promise<HoldView>;
  /** Resolves when the call's row stands in the database. */
  callRecorded: () => Promise<void>;
}

/** The services that can be booked in this branch. */
export function bookableServices(conversation: Conversation): Service[] {
  const { branch, services } = conversation.profile;
  return services.filter(
    (service) => service.isActive && (service.branchId === null || service.branchId === branch.id),
  );
}

export async function askerOf(conversation: Conversation): Promise<Asker> {
  const customer = await conversation.customer();
  return {
    companyId: conversation.companyId,
    branchId: conversation.profile.branch.id,
    callId: conversation.callId,
    toolCallId: conversation.toolCallId,
    callerPhone: conversation.callerPhone,
    customerId: customer?.id ?? null,
    language: conversation.language,
    timeZone: conversation.timeZone,
    origin: 'retell',
  };
}
