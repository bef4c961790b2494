import { ownUpcoming, appointmentFields } from './caller';
import type { Turn } from './turn';

/** More appointments than these are not listed with a customer. */
const LISTED_APPOINTMENTS = 3;

export interface CustomerFields {
  status: 'found' | 'new_customer' | 'anonymous';
  id: string | null;
  name: string | null;
  first_name: string | null;
  phone: string | null;
  email: string | null;
  upcoming_appointments: Record<string, unknown>[];
}

/** The caller as an answer names them; without the database a new customer. */
export async function customerFields({ deps, conversation }: Turn): Promise<CustomerFields> {
  const unknown = {
    id: null,
    name: null,
    first_name: null,
    phone: conversation.callerPhone,
    email: null,
    upcoming_appointments: [],
  };
  if (conversation.anonymous) return { status: 'anonymous', ...unknown };
  const customer = await conversation.customer().catch(() => null);
  if (!customer) return { status: 'new_customer', ...unknown };
  const own = await ownUpcoming(deps, conversation).catch(() => []);
  return {
    status: 'found',
    id: customer.id,
    name: customer.name,
    first_name: firstName(customer.name),
    phone: customer.phone,
    email: customer.email,
    upcoming_appointments: own.slice(0, LISTED_APPOINTMENTS).map((one) => appointmentFields(conversation, one)),
  };
}

export function firstName(name: string | null): string | null {
  return name?.split(/\s+/).find((part) => /^\p{L}{2,}/u.test(part)) ?? null;
}
