import { z } from 'zod';
import { answer } from '../turn';
import { resolveService, serviceFields } from '../resolve-service';
import { canProvide } from '../understanding';
import { serviceId, serviceName } from './arguments';
import { defineTool } from './define-tool';
import { field } from './fields';

export const getServiceInfo = defineTool({
  name: 'get_service_info',
  aliases: [],
  effect: 'read',
  describe: {
    de: 'Sagt, wie lange eine Leistung dauert, was sie kostet und wer sie anbietet.',
    en: 'Says how long a service takes, what it costs and who offers it.',
  },
  args: { service_name: serviceName, service_id: serviceId.optional() },
  statuses: ['found'],
  answer: {
    service: z
      .object({
        id: z.string(),
        name: z.string(),
        duration_minutes: z.int(),
        price: z.number().nullable(),
        currency: field.text,
        description: field.text,
      })
      .nullable(),
    staff: z.array(z.string()),
  },
  agent: { variables: {} },
  run: async (turn, args) => {
    const { conversation, phrases } = turn;
    const service = resolveService(turn, args);
    const { company, staff } = conversation.profile;
    conversation.memory.serviceId = service.id;
    const names = staff.filter((person) => person.isActive && canProvide(person, service)).map((person) => person.name);
    const { price, description } = service;
    const currency = price === null ? null : company.currency;
    const cost = price === null ? null : { price, currency: company.currency };
    return answer('found', phrases.serviceInfo(service.name, service.durationMinutes, cost, names), {
      service: { ...serviceFields(service), price, currency, description },
      staff: names,
    });
  },
});
