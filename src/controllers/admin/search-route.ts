import { z } from 'zod';
import { reachOf } from '../../services/admin/actor';
import { appointment, call, customer } from './history-schemas';
import { companyId } from './list-query';
import { route } from './route-spec';

const found = z.object({
  calls: z.array(call),
  customers: z.array(customer),
  appointments: z.array(appointment),
});
const MOST_OF_EACH = 10;

export const searchRoute = route('get /api/admin/search', {
  role: 'read_only',
  summary: `Calls, customers and appointments by name, number, call id or booking uid: the newest ${MOST_OF_EACH} of each`,
  query: z.strictObject({ q: z.string().trim().min(2).max(200), company_id: companyId.optional() }),
  answer: found,
  run: async ({ reader }, { actor, query }) => {
    const reach = reachOf(actor, query.company_id);
    const wish = { limit: MOST_OF_EACH, after: null, order: 'desc', filters: { search: query.q } } as const;
    const lists = found
      .keyof()
      .options.map(async (kind) => [kind, (await reader.list(kind, reach, wish)).items] as const);
    return Object.fromEntries(await Promise.all(lists));
  },
});
