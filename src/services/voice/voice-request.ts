import type { Language } from '../../domain';

/** The voice tools by their canonical names. */
export type ToolName =
  | 'check_availability'
  | 'find_alternatives'
  | 'find_next_available'
  | 'create_booking'
  | 'collect_appointment'
  | 'reserve_slot'
  | 'release_slot_reservation'
  | 'reschedule_appointment'
  | 'cancel_appointment'
  | 'get_customer_appointments'
  | 'get_available_services'
  | 'check_customer'
  | 'current_context'
  | 'parse_date'
  | 'request_callback';

/** Arguments under their canonical names, cleaned; absent when the agent sent nothing usable. Text is still spoken text. */
export interface VoiceArgs {
  serviceName?: string;
  serviceId?: string;
  desiredDate?: string;
  desiredTime?: string;
  datetime?: string;
  durationMinutes?: number;
  staff?: string;
  timePreference?: string;
  customerName?: string;
  customerPhone?: string;
  customerEmail?: string;
  notes?: string;
  confirm?: boolean;
  appointmentId?: string;
  oldDate?: string;
  oldTime?: string;
  newDate?: string;
  newTime?: string;
  reason?: string;
  reservationUid?: string;
  fromDate?: string;
}

export interface VoiceCall {
  /** Retell's id, never one that a language model wrote. */
  callId: string | null;
  toolCallId: string | null;
  toNumber: string | null;
  /** As Retell sent it; may be `anonymous`. */
  fromNumber: string | null;
  agentId: string | null;
  startedAt: Date | null;
  language: Language | null;
  /** False when the request held nothing that says which call it belongs to. */
  hasCallObject: boolean;
}

export interface VoiceRequest {
  tool: ToolName;
  args: VoiceArgs;
  call: VoiceCall;
}

/** One flat object; field sets are constant per tool. */
export interface VoiceAnswer {
  success: boolean;
  status: string;
  message: string;
  call_id: string | null;
  [field: string]: unknown;
}
