import type { BackgroundTasks } from '../../background-tasks';
import type { AppointmentAlternativeFinder } from '../appointment-alternative-finder';
import type { Holds } from '../availability/holds';
import type { BookingService } from '../booking/booking-service';
import type { TenantId } from '../../domain';
import type { Conversation } from './conversation';
import type { MissingField, Phrases } from './phrases';
import type { Callbacks } from './callbacks';
import type { AppointmentStore, CallStore, CustomerStore } from './ports';
import type { InvocationStore } from './trace-writer';

export interface ToolDeps {
  finder: AppointmentAlternativeFinder;
  bookings: BookingService;
  holds: Holds;
  appointments: AppointmentStore;
  customers: CustomerStore;
  calls: CallStore;
  callbacks: Pick<Callbacks, 'record'>;
  invocations: Pick<InvocationStore, 'ofCall'>;
  background: BackgroundTasks;
  /** Asks the caller's platform, until it has agreed, to keep no words of the call. */
  stopStoring: (companyId: TenantId, callId: string) => Promise<unknown>;
  companies: { recordWish(wish: UnfulfilledWish): Promise<unknown> };
}

export interface UnfulfilledWish {
  companyId: TenantId;
  branchId: string;
  callId: string | null;
  customerId: string | null;
  serviceId: string;
  desiredAt: Date | null;
}

/** Keeps a request that could not be fulfilled, for the operator's statistics. */
export function recordUnfulfilled(
  { background, companies }: ToolDeps,
  { companyId, callId, profile }: Conversation,
  serviceId: string,
  desiredAt: Date | null,
): void {
  const wish = { companyId, branchId: profile.branch.id, callId, customerId: null, serviceId, desiredAt };
  background.run('record a wish', companies.recordWish(wish));
}

/** One question of a call while it is being answered. */
export interface Turn {
  readonly deps: ToolDeps;
  readonly conversation: Conversation;
  /** In the call's language. */
  readonly phrases: Phrases;
  /** Sentences that the caller hears before the answer, such as a number read back. */
  readonly asides: string[];
}

/** What a tool answers; the answer's other fields keep their absent values. */
export interface ToolResult {
  success: boolean;
  status: string;
  message: string;
  fields: Record<string, unknown>;
}

export function answer(status: string, message: string, fields: Record<string, unknown> = {}): ToolResult {
  return { success: true, status, message, fields };
}

/** The question could not be answered, but the agent can go on. */
export function failure(status: string, message: string, fields: Record<string, unknown> = {}): ToolResult {
  return { success: false, status, message, fields };
}

/** Ends a tool: the question cannot be answered yet. `result` has the sentence that helps the agent go on. */
export class Clarification extends Error {
  constructor(readonly result: ToolResult) {
    super(result.status);
  }
}

export function clarification(status: string, message: string, fields?: Record<string, unknown>): Clarification {
  return new Clarification(failure(status, message, fields));
}

export function missing({ phrases }: Turn, field: MissingField): Clarification {
  return clarification('missing_fields', phrases.missing(field), { missing_fields: [field] });
}
