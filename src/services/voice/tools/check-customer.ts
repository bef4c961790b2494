import { customerFields } from '../caller';
import { answer } from '../turn';
import { customerName } from './arguments';
import { defineTool } from './define-tool';
import { customerField, field } from './fields';

export const checkCustomer = defineTool({
  name: 'check_customer',
  aliases: [],
  effect: 'read',
  describe: {
    de: 'Stellt fest, ob der Anrufer schon Kunde ist.',
    en: 'Finds out whether the caller is a customer already.',
  },
  args: { customer_name: customerName.optional() },
  statuses: ['found', 'new_customer', 'anonymous'],
  answer: { ...customerField, customer_exists: field.flag, customer_found: field.flag },
  agent: { variables: { customer_status: '$.status', customer_name: '$.customer.name' } },
  run: async (turn, args) => {
    const { phrases } = turn;
    const customer = await customerFields(turn);
    const exists = customer.status === 'found';
    const fields = { customer, customer_exists: exists, customer_found: exists };
    if (customer.status === 'anonymous') return answer('anonymous', phrases.anonymous(), fields);
    const name = customer.name ?? args.customer_name ?? null;
    return exists && name
      ? answer('found', phrases.customerFound(name), fields)
      : answer(exists ? 'found' : 'new_customer', phrases.newCustomer(), fields);
  },
});
