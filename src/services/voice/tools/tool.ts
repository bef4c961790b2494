import type { AppointmentAlternativeFinder } from '../../appointment-alternative-finder';
import type { BookingService } from '../../booking/booking-service';
import type { Holds } from '../../availability/holds';
import type { AppointmentStore, CallbackStore, CallStore, CustomerStore } from '../ports';
import type { Conversation } from '../conversation';
import type { Phrases } from '../phrases';
import type { Obstacle } from '../understanding';
import type { VoiceArgs } from '../voice-request';

/** What a tool says; the answer's other fields are null unless given. */
export interface ToolResult {
  success: boolean;
  status: string;
  message: string;
  fields: Record<string, unknown>;
}

export interface ToolDeps {
  finder: AppointmentAlternativeFinder;
  bookings: BookingService;
  holds: Holds;
  appointments: AppointmentStore;
  customers: CustomerStore;
  calls: CallStore;
  callbacks: CallbackStore;
  /** Work that goes on behind the answer. */
  behind: (what: string, work: Promise<unknown>) => void;
  /** A wish that could not be fulfilled, for the operator's statistics. */
  unfulfilled: (conversation: Conversation, serviceId: string, desiredAt: Date | null) => void;
}

export type Tool = (deps: ToolDeps, conversation: Conversation, args: VoiceArgs, say: Phrases) => Promise<ToolResult>;

export function answer(status: string, message: string, fields: Record<string, unknown> = {}): ToolResult {
  return { success: true, status, message, fields };
}

/** The question could not be answered, but the agent can go on. */
export function failure(status: string, message: string, fields: Record<string, unknown> = {}): ToolResult {
  return { success: false, status, message, fields };
}

export function fromObstacle({ obstacle }: Obstacle): ToolResult {
  return failure(obstacle.status, obstacle.message, obstacle.fields);
}
