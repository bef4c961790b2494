import type { CallerRefusal } from '../../voice/phrases';

export const CALLBACK = 'May I note down a callback for you?';

/** Answers to what Cal.com or the rules of the appointment refuse. */
export const REFUSED_WITH: Record<CallerRefusal, string> = {
  limit_reached: `You already have as many appointments as can be made at once. ${CALLBACK}`,
  already_cancelled: 'That appointment has already been cancelled. Would you like to make a new one?',
  not_changeable: `I am afraid this appointment can no longer be changed by phone. ${CALLBACK}`,
  invalid_phone: 'The calendar does not accept that phone number. Is there another number we can reach you on?',
  invalid_email: 'The calendar does not accept that email address. Could you tell me the address once more, please?',
  missing_fields:
    'One detail is still missing for this appointment. What is your full name, and which number can we reach you on?',
  changed_repeat: 'I have just heard that with other details. What exactly would you like now?',
  superseded:
    'That was already done, and the appointment was changed afterwards. Shall I look up what stands for you now?',
};
