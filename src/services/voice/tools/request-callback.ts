import type { CallbackRequest } from '../ports';
import { answer, missing, type Turn } from '../turn';
import { callbackNumber, customerName, NOTES, REASON, text } from './arguments';
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
    reason: text('reason', REASON, {
      de: 'Worum es bei dem Rückruf geht, in einem Satz.',
      en: 'What the callback is about, in one sentence.',
    }),
    customer_name: customerName.optional(),
    phone_number: callbackNumber.optional(),
    notes: text('notes', NOTES).optional(),
  },
  statuses: ['recorded'],
  answer: { recorded: field.flag, callback_id: field.text },
  agent: { variables: { callback_recorded: '$.recorded' } },
  run: async (turn, args) => {
    const { id } = await recordCallback(turn, {
      name: args.customer_name ?? null,
      phone: args.phone_number ?? turn.conversation.callerPhone,
      reason: args.reason ?? args.notes,
      priority: 'normal',
    });
    return answer('recorded', turn.phrases.callbackRecorded(), { recorded: true, callback_id: id });
  },
});

/**
 * Notes that the caller is to be rung back.
 * @throws Clarification when no number is known
 */
export async function recordCallback(
  turn: Turn,
  asked: { name: string | null; phone: string | null; reason: string | undefined } & Pick<CallbackRequest, 'priority'>,
): ReturnType<Turn['deps']['callbacks']['record']> {
  const { conversation } = turn;
  const { name, phone, reason = 'Rückruf gewünscht', priority } = asked;
  if (!phone) throw missing(turn, 'phone_number');
  await conversation.callRecorded();
  const customer = await conversation.customer();
  return turn.deps.callbacks.record({
    companyId: conversation.companyId,
    branchId: conversation.profile.branch.id,
    callId: conversation.callId,
    customerId: customer?.id ?? null,
    customerName: name ?? customer?.name ?? null,
    ...{ phone, reason, priority },
  });
}
