import { answer, missing } from '../turn';
import { callbackNotes, callbackNumber, callbackReason, customerName } from './arguments';
import { defineTool } from './define-tool';
import { field } from './fields';

export const requestCallback = defineTool({
  name: 'request_callback',
  aliases: [],
  effect: 'read',
  changesGateway: true,
  describe: {
    de: 'Notiert einen Rückrufwunsch, wenn das Anliegen nicht am Telefon gelöst werden kann.',
    en: 'Notes a callback when the matter cannot be settled on the phone.',
  },
  args: {
    reason: callbackReason,
    customer_name: customerName.optional(),
    phone_number: callbackNumber.optional(),
    notes: callbackNotes.optional(),
  },
  statuses: ['recorded'],
  answer: { recorded: field.flag, callback_id: field.text },
  agent: { variables: { callback_recorded: '$.recorded' } },
  run: async (turn, args) => {
    const { deps, conversation, phrases } = turn;
    const { companyId, profile, callId } = conversation;
    const phone = args.phone_number ?? conversation.callerPhone;
    if (!phone) throw missing(turn, 'phone_number');
    await conversation.callRecorded();
    const customer = await conversation.customer();
    const recorded = await deps.callbacks.record({
      companyId,
      branchId: profile.branch.id,
      callId,
      customerId: customer?.id ?? null,
      customerName: args.customer_name ?? customer?.name ?? null,
      phone,
      reason: args.reason ?? args.notes ?? 'Rückruf gewünscht',
      priority: 'normal',
    });
    return answer('recorded', phrases.callbackRecorded(), { recorded: true, callback_id: recorded.id });
  },
});
