import { DateTime } from 'luxon';
import type { Customer } from '../../../domain';
import { cleanPersonName, normalisePhone } from '../../tenants/identity';
import { bookableServices, type Conversation } from '../conversation';
import { describe, missing, spokenStart } from '../understanding';
import { ownUpcoming, serviceOf } from '../own-appointments';
import { appointmentFields, spokenAppointments } from './change-appointment';
import { answer, failure, fromObstacle, type Tool, type ToolDeps } from './tool';

/** More services than these are not read out. */
const SPOKEN_SERVICES = 5;
const SPOKEN_APPOINTMENTS = 3;

export const getCustomerAppointments: Tool = async (deps, conversation, _args, say) => {
  const all = await ownUpcoming(deps, conversation, 'all');
  const customer = await conversation.customer();
  const booked = all.filter((one) => one.status === 'booked');
  const own = booked.length > 0 ? booked : all;
  const fields = {
    customer_name: customer?.name ?? null,
    appointment_count: own.length,
    appointments: own.slice(0, 10).map((one) => appointmentFields(conversation, one)),
  };
  if (own.length === 0) {
    return conversation.anonymous
      ? failure('not_allowed', say.notAllowed(), fields)
      : answer('none_found', say.noAppointments(), fields);
  }
  const [first] = own;
  if (first && booked.length === 0)
    return answer(
      'found',
      say.pending(serviceOf(conversation, first)?.name ?? '', spokenStart(conversation, first.startsAt)),
      fields,
    );
  return answer('found', say.appointments(spokenAppointments(conversation, own)), fields);
};

export const getAvailableServices: Tool = async (_deps, conversation, _args, say) => {
  const services = bookableServices(conversation);
  const fields = { services: describe(services), count: services.length };
  if (services.length === 0) return failure('unknown_service', say.noServices(), fields);
  return answer('found', say.services(services.slice(0, SPOKEN_SERVICES).map((service) => service.name)), fields);
};

export const checkCustomer: Tool = async (deps, conversation, args, say) => {
  const customer = await customerFields(deps, conversation);
  const exists = customer.status === 'found';
  const fields = { customer, customer_exists: exists, customer_found: exists };
  if (customer.status === 'anonymous') return answer('anonymous', say.anonymous(), fields);
  const name = customer.name ?? (args.customerName ? cleanPersonName(args.customerName) : null);
  return exists && name
    ? answer('found', say.customerFound(name), fields)
    : answer(exists ? 'found' : 'new_customer', say.newCustomer(), fields);
};

export const currentContext: Tool = async (deps, conversation, _args, say) => {
  const { profile, now, timeZone, language } = conversation;
  const local = DateTime.fromJSDate(now, { zone: timeZone }).setLocale(language);
  const customer = await customerFields(deps, conversation);
  return answer('ok', say.greeting(profile.company.name, customer.first_name), {
    current_time: {
      iso: local.toISO({ suppressMilliseconds: true }),
      date: local.toISODate(),
      time: local.toFormat('HH:mm'),
      weekday: local.toFormat('cccc'),
      timezone: timeZone,
    },
    customer,
    services: describe(bookableServices(conversation)),
    business_name: profile.company.name,
    policies: {
      cancel_hours: profile.company.settings.cancelHoursBefore,
      reschedule_hours: profile.company.settings.rescheduleHoursBefore,
      office_hours: profile.branch.hours,
    },
  });
};

export const requestCallback: Tool = async (deps, conversation, args, say) => {
  const { companyId, profile, callId } = conversation;
  const phone = (args.customerPhone ? normalisePhone(args.customerPhone) : null) ?? conversation.callerPhone;
  if (!phone) return fromObstacle(missing(say, 'phone_number'));
  await conversation.callRecorded();
  const customer = await conversation.customer();
  const recorded = await deps.callbacks.record({
    companyId,
    branchId: profile.branch.id,
    callId,
    customerId: customer?.id ?? null,
    customerName: (args.customerName ? cleanPersonName(args.customerName) : null) ?? customer?.name ?? null,
    phone,
    reason: args.reason ?? args.notes ?? 'Rückruf gewünscht',
    priority: 'normal',
  });
  return answer('recorded', say.callbackRecorded(), { recorded: true, callback_id: recorded.id });
};

interface CustomerFields {
  status: 'found' | 'new_customer' | 'anonymous';
  id: string | null;
  name: string | null;
  first_name: string | null;
  phone: string | null;
  email: string | null;
  upcoming_appointments: Record<string, unknown>[];
}

async function customerFields(deps: ToolDeps, conversation: Conversation): Promise<CustomerFields> {
  const unknown = {
    id: null,
    name: null,
    first_name: null,
    phone: conversation.callerPhone,
    email: null,
    upcoming_appointments: [],
  };
  if (conversation.anonymous) return { status: 'anonymous', ...unknown };
  const customer: Customer | null = await conversation.customer().catch(() => null);
  if (!customer) return { status: 'new_customer', ...unknown };
  const own = await ownUpcoming(deps, conversation).catch(() => []);
  return {
    status: 'found',
    id: customer.id,
    name: customer.name,
    first_name: firstName(customer.name),
    phone: customer.phone,
    email: customer.email,
    upcoming_appointments: own.slice(0, SPOKEN_APPOINTMENTS).map((one) => appointmentFields(conversation, one)),
  };
}

export function firstName(name: string | null): string | null {
  return name?.split(/\s+/).find((part) => /^\p{L}{2,}/u.test(part)) ?? null;
}
