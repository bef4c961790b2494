import { appointmentFields, ownUpcoming, serviceOf, spokenAppointments } from '../caller';
import { answer, failure } from '../turn';
import { spokenStart } from '../understanding';
import { defineTool } from './define-tool';
import { appointmentsField, field } from './fields';

const LISTED = 10;

export const getCustomerAppointments = defineTool({
  name: 'get_customer_appointments',
  aliases: ['query_appointment', 'query_appointment_by_name', 'get_appointments'],
  effect: 'read',
  describe: {
    de: 'Nennt die anstehenden Termine des Anrufers.',
    en: "Names the caller's upcoming appointments.",
  },
  args: {},
  statuses: ['found', 'none_found'],
  answer: { customer_name: field.text, appointment_count: field.count, ...appointmentsField },
  agent: { variables: { appointment_count: '$.appointment_count' } },
  run: async ({ deps, conversation, phrases }) => {
    const all = await ownUpcoming(deps, conversation, 'all');
    const customer = await conversation.customer();
    const booked = all.filter((one) => one.status === 'booked');
    const own = booked.length > 0 ? booked : all;
    const fields = {
      customer_name: customer?.name ?? null,
      appointment_count: own.length,
      appointments: own.slice(0, LISTED).map((one) => appointmentFields(conversation, one)),
    };
    const [first] = own;
    if (!first) {
      return conversation.anonymous
        ? failure('not_allowed', phrases.notAllowed(), fields)
        : answer('none_found', phrases.noAppointments(), fields);
    }
    if (booked.length === 0) {
      const service = serviceOf(conversation, first)?.name ?? '';
      return answer('found', phrases.pending(service, spokenStart(conversation, first.startsAt)), fields);
    }
    return answer('found', phrases.appointments(spokenAppointments(conversation, own)), fields);
  },
});
