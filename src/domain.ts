/** The gateway's own vocabulary. Instants are `Date`s (UTC); wall-clock text appears only where a field says so. */
export type TenantId = string & { readonly __brand: 'TenantId' };
/** `YYYY-MM-DD` in the branch's zone. */
export type LocalDate = string;
/** The languages a call can be held in. */
export const LANGUAGE_CODES = ['de', 'en'] as const;
export type Language = (typeof LANGUAGE_CODES)[number];

/** Where neither the call, its agent nor its company says which. */
export const DEFAULT_LANGUAGE: Language = LANGUAGE_CODES[0];

/** What pages, mails and alerts are written in; calls may be held in further languages. */
export const OPERATOR_LANGUAGES = ['de', 'en'] as const satisfies readonly Language[];
export type OperatorLanguage = (typeof OPERATOR_LANGUAGES)[number];
/** A text for operators. */
export type OperatorText = Readonly<Record<OperatorLanguage, string>>;

/** The language in which operators of a company are written to, until they choose. */
export function operatorLanguage(spoken: string | null | undefined): OperatorLanguage {
  return OPERATOR_LANGUAGES.find((code) => code === spoken) ?? OPERATOR_LANGUAGES[0];
}

/** The voice platforms whose calls are answered. */
export const PLATFORMS = ['retell', 'vapi', 'elevenlabs', 'mcp'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** The one place where a checked id becomes a tenant id. */
export const tenantId = (id: string): TenantId => id as TenantId;

export interface DayHours {
  /** `HH:mm`, wall clock of the branch. */
  open: string;
  close: string;
}
/** 1 = Monday … 7 = Sunday; a day that is absent or empty is closed. */
export type WeeklyHours = Partial<Record<1 | 2 | 3 | 4 | 5 | 6 | 7, DayHours[]>>;

/** Days on which a branch is closed whatever its weekly hours say. */
export interface Holiday {
  name: string;
  firstDay: LocalDate;
  /** Closed as well; a single day is first and last. */
  lastDay: LocalDate;
  /** From the first day on, on the same days of every year. */
  isYearly: boolean;
}

export interface CompanySettings {
  /** How many alternatives are offered at once, 1–5. */
  maxAlternatives: number;
  /** Half width of "same day, different time", hours. */
  timeWindowHours: number;
  /** A caller may cancel up to this many hours before the start; 0 = always. */
  cancelHoursBefore: number;
  /** A caller may move an appointment up to this many hours before its start; 0 = always. */
  rescheduleHoursBefore: number;
  /** Also hold reserved starts in Cal.com's own reservation list. */
  calcomReservations: boolean;
  aiDisclosure: AiDisclosure;
  recordingNotice: RecordingNotice;
}

/** How callers learn at the first moment that an AI answers; null: in the usual words of that language. */
export type AiDisclosure = { enabled: boolean } & Record<Language, string | null>;

/** `notice`: callers are told that the call is recorded. `ask`: they are asked, and a no is heeded. */
export const RECORDING_NOTICES = ['off', 'notice', 'ask'] as const;
export type RecordingNotice = (typeof RECORDING_NOTICES)[number];

export interface Company {
  id: TenantId;
  name: string;
  slug: string;
  timeZone: string;
  language: Language;
  /** Of the services' prices; ISO 4217. */
  currency: string;
  calcomTeamId: number | null;
  settings: CompanySettings;
  isActive: boolean;
}

export interface Branch {
  id: string;
  companyId: TenantId;
  name: string;
  timeZone: string;
  hours: WeeklyHours;
  /** Its own and those of the whole company. */
  holidays: readonly Holiday[];
  phone: string | null;
  transferRules: TransferRules;
  isActive: boolean;
}

/** Who takes over a call of a branch, and when; on its holidays only the fallback. */
export interface TransferRules {
  /** The first one that answers at the time is rung; E.164. `hours` null: the branch's opening hours. */
  numbers: { number: string; hours: WeeklyHours | null }[];
  /** Rung when none of them answers; null: the caller is offered a callback. */
  fallback: string | null;
}

/** What keeps a booking made on the phone from being as good as one made on Cal.com's page. */
export const PHONE_OBSTACLES = ['payment_required', 'email_code_required', 'place_unknown'] as const;
export type PhoneObstacle = (typeof PHONE_OBSTACLES)[number];

/** What an event type says at Cal.com beyond a service's own fields, as of the last import. */
export interface EventTypeSettings {
  /** Whether Cal.com heeds a wish for certain hosts; null where it does not say. */
  hostSubsetEnabled: boolean | null;
  cancellingDisabled: boolean;
  reschedulingDisabled: boolean;
  /** Moving is refused closer to the start than this; 0 = always allowed. */
  rescheduleNoticeMinutes: number;
  lengthOptionsMinutes: number[];
  hidden: boolean;
  price: number | null;
  /** Slugs of required custom booking fields. */
  requiredFields: string[];
  /** Kinds of places, as Cal.com names them. */
  locations: string[];
  /** Most bookings per `day`, `week`, `month` or `year`; absent where there is no limit. */
  bookingLimits: Record<string, number>;
  /** Absent where it was imported before this was looked at. */
  obstacles?: PhoneObstacle[];
}

/** Who takes a booking of an event type: its one host, one of several, all of them. */
export const SCHEDULING_TYPES = ['single', 'roundRobin', 'collective'] as const;

export interface Service {
  id: string;
  companyId: TenantId;
  /** null: offered in every branch. */
  branchId: string | null;
  name: string;
  synonyms: string[];
  durationMinutes: number;
  /** One of several lengths that the event type offers, to be named to Cal.com; absent: its usual one. */
  chosenMinutes?: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  minimumNoticeMinutes: number;
  price: number | null;
  description: string | null;
  calcomEventTypeId: number;
  calcomTeamId: number | null;
  /** Cal.com user ids that can take this event type. Empty: not imported yet. */
  hostIds: number[];
  schedulingType: (typeof SCHEDULING_TYPES)[number];
  /** Seats per start; 1 for ordinary appointments. */
  seats: number;
  requiresConfirmation: boolean;
  /** The event type accepts a booking with a phone number and no e-mail address. */
  phoneOnly: boolean;
  /** Slugs of required custom booking fields and the value to send when the caller gave none. */
  bookingFieldDefaults: Record<string, string>;
  /** Null until the event type is imported. */
  calcomSettings: EventTypeSettings | null;
  isActive: boolean;
  isDefault: boolean;
  priority: number;
}

export interface Staff {
  id: string;
  companyId: TenantId;
  branchId: string | null;
  name: string;
  /** Cal.com user id of this person, null when not mapped. */
  calcomUserId: number | null;
  isActive: boolean;
}

/** Everything about a tenant's branch that a voice answer may need; read often, changed rarely. */
export interface TenantProfile {
  company: Company;
  branch: Branch;
  /** The company's lines and its branches' numbers: never a customer's. */
  ownNumbers: string[];
  services: Service[];
  staff: Staff[];
}

export interface Customer {
  id: string;
  companyId: TenantId;
  name: string | null;
  /** E.164. */
  phone: string | null;
  email: string | null;
}

export const APPOINTMENT_STATUSES = [
  'pending',
  'booked',
  'cancelled',
  'rejected',
  'completed',
  'no_show',
  'failed',
] as const;
export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

/** Where an appointment, a change of it or a customer came from: a call (of any platform), Cal.com, an operator. */
export const ORIGINS = ['retell', 'calcom', 'admin'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Whether Cal.com has an appointment as it is here. */
export const SYNC_STATUSES = ['pending', 'synced', 'failed'] as const;

/** How urgent an alert is. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Of a durable job; `dead`: no tries are left. */
export const JOB_STATUSES = ['queued', 'running', 'done', 'dead'] as const;

/** Of something that only a person can decide. */
export const REVIEW_STATUSES = ['open', 'resolved'] as const;

export interface Appointment {
  id: string;
  companyId: TenantId;
  branchId: string;
  serviceId: string | null;
  staffId: string | null;
  customerId: string | null;
  /** Retell's call id of the call that made it, null for appointments made elsewhere. */
  callId: string | null;
  startsAt: Date;
  endsAt: Date;
  status: AppointmentStatus;
  calcomEventTypeId: number;
  calcomBookingUid: string | null;
  calcomHostId: number | null;
  /** As Cal.com names the host; null while the host is not known. */
  calcomHostName: string | null;
  /** The host (Cal.com user id) the customer asked for. */
  wishedHostId: number | null;
  attendeeName: string;
  syncOrigin: Origin;
  /** Before it was last moved; null when it never was. */
  previousStartsAt: Date | null;
  requiresManualReview: boolean;
  createdAt: Date;
}
