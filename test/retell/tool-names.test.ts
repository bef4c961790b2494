import { toolByName } from '../../src/retell/tool-names';
import { TOOLS } from '../../src/services/voice/tools';

describe('tool names', () => {
  test.each([
    ['check_availability', 'check_availability'],
    ['check-availability', 'check_availability'],
    ['v17/check-availability', 'check_availability'],
    ['check_availability_v17', 'check_availability'],
    ['check_availability_cal', 'check_availability'],
    ['find_alternatives', 'find_alternatives'],
    ['get_alternatives', 'find_alternatives'],
    ['find_next_available', 'find_next_available'],
    ['create_booking', 'create_booking'],
    ['book_appointment', 'create_booking'],
    ['book-appointment', 'create_booking'],
    ['book_appointment_v17', 'create_booking'],
    ['v17/book-appointment', 'create_booking'],
    ['book_appointment_cal', 'create_booking'],
    ['start_booking', 'create_booking'],
    ['confirm_booking', 'confirm_booking'],
    ['collect_appointment', 'collect_appointment'],
    ['collect-appointment', 'collect_appointment'],
    ['collect_appointment_data', 'collect_appointment'],
    ['reserve_slot', 'reserve_slot'],
    ['release_slot_reservation', 'release_slot_reservation'],
    ['reschedule_appointment', 'reschedule_appointment'],
    ['reschedule-appointment-v4', 'reschedule_appointment'],
    ['cancel_appointment', 'cancel_appointment'],
    ['cancel-appointment-v4', 'cancel_appointment'],
    ['get_customer_appointments', 'get_customer_appointments'],
    ['get-customer-appointments', 'get_customer_appointments'],
    ['get-appointments-v4', 'get_customer_appointments'],
    ['query_appointment', 'get_customer_appointments'],
    ['query_appointment_by_name', 'get_customer_appointments'],
    ['get_available_services', 'get_available_services'],
    ['get-services-v4', 'get_available_services'],
    ['list_services', 'get_available_services'],
    ['get_services', 'get_available_services'],
    ['get_service_info', 'get_service_info'],
    ['check_customer', 'check_customer'],
    ['check-customer', 'check_customer'],
    ['current_context', 'current_context'],
    ['current-context', 'current_context'],
    ['initialize_call', 'current_context'],
    ['initialize-call', 'current_context'],
    ['initialize-call-v4', 'current_context'],
    ['get_current_context', 'current_context'],
    ['current-time-berlin', 'current_context'],
    ['get_opening_hours', 'get_opening_hours'],
    ['parse_date', 'parse_date'],
    ['datetime', 'parse_date'],
    ['request_callback', 'request_callback'],
    ['  Check_Availability ', 'check_availability'],
  ])('%s is %s', (name, tool) => {
    expect(toolByName(name)).toBe(tool);
  });

  test.each([
    '',
    'check',
    'delete_everything',
    'toString',
    '__proto__',
    'constructor',
    'v17',
    'webhook',
    'x'.repeat(10_000),
  ])('%p is no tool', (name) => {
    expect(toolByName(name)).toBeNull();
  });

  test('every tool answers to its own name and no name stands for two tools', () => {
    for (const { name } of TOOLS) expect(toolByName(name)).toBe(name);
    const names = TOOLS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});
