import { cancelAppointment } from './cancel-appointment';
import { checkAvailability } from './check-availability';
import { checkCustomer } from './check-customer';
import { collectAppointment } from './collect-appointment';
import { confirmBooking } from './confirm-booking';
import { createBooking } from './create-booking';
import { currentContext } from './current-context';
import type { Tool } from './define-tool';
import { findAlternatives } from './find-alternatives';
import { findNextAvailable } from './find-next-available';
import { getAvailableServices } from './get-available-services';
import { getCustomerAppointments } from './get-customer-appointments';
import { getOpeningHours } from './get-opening-hours';
import { getServiceInfo } from './get-service-info';
import { parseDate } from './parse-date';
import { recordConsent } from './record-consent';
import { releaseSlotReservation } from './release-slot-reservation';
import { requestCallback } from './request-callback';
import { rescheduleAppointment } from './reschedule-appointment';
import { reserveSlot } from './reserve-slot';
import { transferToHuman } from './transfer-to-human';

const ALL = [
  checkAvailability,
  findAlternatives,
  findNextAvailable,
  createBooking,
  collectAppointment,
  confirmBooking,
  reserveSlot,
  releaseSlotReservation,
  rescheduleAppointment,
  cancelAppointment,
  getCustomerAppointments,
  getAvailableServices,
  getServiceInfo,
  getOpeningHours,
  checkCustomer,
  currentContext,
  parseDate,
  requestCallback,
  recordConsent,
  transferToHuman,
];

export type ToolName = (typeof ALL)[number]['name'];

/** Every voice tool, in the order of the documentation. */
export const TOOLS: readonly Tool<ToolName>[] = ALL;

const BY_NAME = new Map(TOOLS.flatMap((tool) => [tool.name, ...tool.aliases].map((name) => [name, tool] as const)));
if (BY_NAME.size !== TOOLS.reduce((names, tool) => names + 1 + tool.aliases.length, 0))
  throw new TypeError('two voice tools have one name');

/** @param name canonical or an alias, without a version */
export function toolNamed(name: string): Tool<ToolName> | null {
  return BY_NAME.get(name) ?? null;
}

/** @param name canonical */
export function toolOf(name: ToolName): Tool<ToolName> {
  const tool = BY_NAME.get(name);
  if (!tool) throw new TypeError(`no tool is called ${name}`);
  return tool;
}
