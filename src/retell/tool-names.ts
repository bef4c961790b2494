import type { ToolName } from '../services/voice/voice-request';

/**
 * Every name under which a tool is known to live agents: the canonical one first, then our own aliases, the Laravel
 * app's names and paths, and Retell's deprecated Cal.com tools (so that a migrated prompt needs no new wording).
 */
const NAMES: Record<ToolName, readonly string[]> = {
  check_availability: ['check_availability_cal'],
  find_alternatives: ['get_alternatives'],
  find_next_available: ['next_available'],
  create_booking: ['book_appointment', 'start_booking', 'confirm_booking', 'book_appointment_cal'],
  collect_appointment: ['collect_appointment_data'],
  reserve_slot: [],
  release_slot_reservation: ['release_slot'],
  reschedule_appointment: [],
  cancel_appointment: [],
  get_customer_appointments: ['query_appointment', 'query_appointment_by_name', 'get_appointments'],
  get_available_services: ['list_services', 'get_services', 'get_service_info'],
  check_customer: [],
  current_context: ['initialize_call', 'get_current_context', 'current_time_berlin', 'get_opening_hours'],
  parse_date: ['datetime'],
  request_callback: [],
};

const isToolName = (name: string): name is ToolName => Object.hasOwn(NAMES, name);

/** The canonical names, in the order of the interface's documentation. */
export const TOOL_NAMES: readonly ToolName[] = Object.keys(NAMES).filter(isToolName);

const BY_NAME = new Map<string, ToolName>(
  TOOL_NAMES.flatMap((tool) => [tool, ...NAMES[tool]].map((name): [string, ToolName] => [name, tool])),
);

/** All names that are routed, without the version spellings. */
export const ROUTED_NAMES: readonly string[] = [...BY_NAME.keys()];

const LONGEST_NAME = 100;

/** `v17/check-availability`, `check_availability_v17` and `cancel-appointment-v4` are the unversioned tool. */
export function toolByName(name: string): ToolName | null {
  if (name.length > LONGEST_NAME) return null;
  const bare = name
    .trim()
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^v\d+\//, '')
    .replace(/_v\d+$/, '');
  return BY_NAME.get(bare) ?? null;
}
