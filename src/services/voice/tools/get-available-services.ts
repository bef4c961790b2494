import { bookableServices } from '../conversation';
import { answer, failure } from '../turn';
import { describe } from '../resolve-service';

import { defineTool } from './define-tool';
import { field } from './fields';

/** More services than these are not read out. */
const SPOKEN_SERVICES = 5;

export const getAvailableServices = defineTool({
  name: 'get_available_services',
  aliases: ['list_services', 'get_services'],
  effect: 'read',
  describe: {
    de: 'Nennt die Leistungen, die gebucht werden können.',
    en: 'Names the services that can be booked.',
  },
  args: {},
  statuses: ['found'],
  answer: { count: field.count },
  agent: { variables: { service_count: '$.count' } },
  run: async ({ conversation, phrases }) => {
    const services = bookableServices(conversation);
    const fields = { services: describe(services), count: services.length };
    if (services.length === 0) return failure('unknown_service', phrases.noServices(), fields);
    const names = services.slice(0, SPOKEN_SERVICES).map((service) => service.name);
    return answer('found', phrases.services(names), fields);
  },
});
