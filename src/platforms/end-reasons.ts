/** How calls end at Vapi, in the words that Retell has for the same; faults keep their own. */
export const VAPI_ENDS: Readonly<Record<string, string>> = {
  'customer-ended-call': 'user_hangup',
  'assistant-ended-call': 'agent_hangup',
  'assistant-said-end-call-phrase': 'agent_hangup',
  'assistant-ended-call-after-message-spoken': 'agent_hangup',
  'assistant-ended-call-with-hangup-task': 'agent_hangup',
  'assistant-forwarded-call': 'call_transfer',
  'silence-timed-out': 'inactivity',
  'exceeded-max-duration': 'max_duration_reached',
  'manually-canceled': 'manual_stopped',
  voicemail: 'voicemail_reached',
  'customer-busy': 'dial_busy',
  'customer-did-not-answer': 'dial_no_answer',
};

/** ElevenLabs tells the end in English sentences, which differ in punctuation and added numbers. */
export const ELEVENLABS_ENDS: readonly [RegExp, string][] = [
  [/^call ended by remote party/i, 'user_hangup'],
  [/^client disconnected/i, 'user_hangup'],
  [/^end_call tool/i, 'agent_hangup'],
  [/transfer_to_(number|agent)|transferred/i, 'call_transfer'],
  [/voicemail/i, 'voicemail_reached'],
  [/inactiv|silence/i, 'inactivity'],
  [/max(imum)?\b.*\bduration|max_duration/i, 'max_duration_reached'],
];

export function vapiEnd(said: string | null): string | null {
  return said !== null && Object.hasOwn(VAPI_ENDS, said) ? (VAPI_ENDS[said] ?? said) : said;
}

/** A sentence that is not known is kept; the page quotes it. */
export function elevenLabsEnd(said: string | null): string | null {
  return ELEVENLABS_ENDS.find(([pattern]) => said !== null && pattern.test(said))?.[1] ?? said;
}
