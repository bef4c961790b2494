import type { CallTiming } from './transcript';
import type { CallEnds } from '../tenants/resolve-call';
import type { BookingClaim } from './spoken-confirmation';
import type {
  Appointment,
  AppointmentStatus,
  Customer,
  Language,
  Platform,
  RecordingNotice,
  TenantId,
  LocalDate,
} from '../../domain';

/** `analyzed`: the platform has also reported its analysis. */
export const CALL_STATUSES = ['ongoing', 'ended', 'analyzed'] as const;

/** A call as its platform tells of it, before anything of it is kept. */
export interface InboundCall extends CallEnds {
  platform: Platform;
  /** The company whose secret proved the request, where the platform's secrets belong to one each. */
  home: TenantId | null;
  /** The platform's id, never one that a language model wrote. */
  callId: string | null;
  /** As its platform gives it; null: the agent's, else the company's. */
  language: Language | null;
}

export interface CallFacts extends InboundCall {
  callId: string;
  startedAt: Date | null;
  endedAt: Date | null;
  durationMs: number | null;
  /** In Retell's words; another platform's own words where Retell has none. */
  disconnectionReason: string | null;
  transcript: string | null;
  /** When each turn of the transcript was said; null where the platform does not say. */
  timing: CallTiming | null;
  /** Where the platform keeps the recording. */
  recordingUrl: string | null;
  analysis: Record<string, unknown> | null;
  /** Null where the platform does not count its agent's versions. */
  agentVersion: string | null;
  /** Read from the transcript before it was left out, because the caller does not want a recording. */
  heard: Heard | null;
}

/** What the gateway wants to know of a transcript. */
export interface Heard {
  /** The agent said at the beginning that an AI answers; null: it said nothing. */
  isDisclosed: boolean | null;
  claims: BookingClaim[];
}

/** What an agent may know before it picks up, in words. */
export interface InboundFacts {
  language: Language;
  businessName: string;
  timeZone: string;
  todaySpoken: string;
  currentDate: string;
  currentTime: string;
  weekday: string;
  greeting: string;
  recordingNotice: RecordingNotice;
  /** The same caller's last call failed a moment ago. */
  prefersHuman: boolean;
  customerFirstName: string | null;
  upcomingBookingSpoken: string | null;
  nextSlotsSpoken: string | null;
  /** The platform's agent that answers this line; null where none is set. */
  agentId: string | null;
}

/** Its numbers are E.164, null when withheld. */
export interface CallRecord extends CallEnds {
  platform: Platform;
  callId: string;
  companyId: TenantId;
  branchId: string;
  customerId: string | null;
  language: Language | null;
  startedAt: Date;
  status: (typeof CALL_STATUSES)[number];
  /** What the caller answered when asked about a recording; null: not asked, or no answer yet. */
  recordingConsent: boolean | null;
}

/** Kept on the call for the person who goes on with it. */
export interface HandOverNote {
  /** ISO 8601. */
  at: string;
  outcome: 'transfer' | 'callback';
  /** The number that is rung; null for a callback. */
  transferNumber: string | null;
  /** ISO 8601; null for a transfer. */
  callbackDue: string | null;
  customer: { name: string | null; phone: string | null };
  /** What the caller wants, in the agent's words. */
  asked: string | null;
  collected: { service: string | null; day: LocalDate | null; start: string | null };
  /** Tools in the order of the call, and what they answered. */
  tried: { tool: string; status: string }[];
  /** Why the agent did not go on by itself. */
  reason: string | null;
  /** What has to be asked next, in the company's language. */
  nextQuestion: string | null;
}

type ReportedFact =
  | 'endedAt'
  | 'durationMs'
  | 'disconnectionReason'
  | 'transcript'
  | 'timing'
  | 'recordingUrl'
  | 'analysis'
  | 'agentVersion';

/** What is kept of a call that is over; nothing of what is null or absent. */
export interface CallOutcome extends Partial<Pick<CallFacts, ReportedFact>> {
  status: 'ended' | 'analyzed';
  /** When the agent said that an AI answers. */
  disclosedAt?: Date | null;
}

export interface CallStore {
  /** The row of that call in any company: a call id is Retell's and unique. */
  find(callId: string): Promise<CallRecord | null>;
  /** Creates the row, or returns the one that another request was faster to create. */
  ensure(call: CallRecord): Promise<CallRecord>;
  attachCustomer(companyId: TenantId, callId: string, customerId: string): Promise<void>;
  /**
   * Notes a yes or no to a recording; the last answer counts. After a no the words already kept are deleted.
   * @returns false when nothing was noted: there is no such call, or a yes came when it was over
   */
  recordConsent(companyId: TenantId, callId: string, isAllowed: boolean, at: Date): Promise<boolean>;
  /** Deletes the transcript and the analysis of a call whose caller does not want a recording, also in stored events. */
  forgetWords(companyId: TenantId, callId: string): Promise<void>;
  /**
   * Whether a call from that number (E.164) that ended since then has failed: nothing was booked or noted, and at least
   * one question could not be fulfilled. @param except the call that begins now
   */
  hasFailed(companyId: TenantId, phone: string, since: Date, except: string | null): Promise<boolean>;
  /** The last note counts: a call may be handed over again. */
  recordHandOver(companyId: TenantId, callId: string, note: HandOverNote): Promise<void>;
  /** Lifecycle facts from the platform's webhooks; later events never overwrite with less, and a no to a recording is heeded. */
  finish(companyId: TenantId, callId: string, outcome: CallOutcome): Promise<void>;
  /** Marks what an operator should look at, e.g. `spoken_confirmation_without_booking`. */
  flag(companyId: TenantId, callId: string, flag: string, detail: string): Promise<void>;
}

export interface CustomerStore {
  /**
   * The customer of that number (E.164); one with nothing but appointments made elsewhere is created on first sight.
   */
  ofNumber(companyId: TenantId, phone: string): Promise<Customer | null>;
  find(companyId: TenantId, id: string): Promise<Customer | null>;
  /** The customer of that number, created on first sight. Never overwrites a name or an address already known. */
  ensure(
    companyId: TenantId,
    details: { phone: string | null; name: string | null; email: string | null; source?: 'admin' },
  ): Promise<Customer>;
}

export interface AppointmentFilter {
  /** Theirs, and those made with their number. */
  customer?: Pick<Customer, 'id' | 'phone'>;
  callId?: string;
  /** Made, moved or cancelled in that call. */
  touchedBy?: string;
  statuses?: AppointmentStatus[];
  endsAfter?: Date;
  startsBefore?: Date;
  limit?: number;
}

export interface AppointmentStore {
  find(companyId: TenantId, id: string): Promise<Appointment | null>;
  /** Ascending by start. */
  list(companyId: TenantId, filter: AppointmentFilter): Promise<Appointment[]>;
}

export interface CallbackRequest {
  companyId: TenantId;
  branchId: string;
  callId: string | null;
  customerId: string | null;
  customerName: string | null;
  phone: string | null;
  reason: string;
  priority: 'normal' | 'high' | 'urgent';
  /** By then the caller must be rung back. */
  dueAt: Date;
}

export interface CallbackStore {
  /** One open request per call and number: a repeat returns the first one's id. */
  record(request: CallbackRequest): Promise<{ id: string; created: boolean; dueAt: Date }>;
}
