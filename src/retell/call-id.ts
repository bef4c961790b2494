import { isNothing } from './plain-text';

/** Seen from live agents where a real id should be. */
const PLACEHOLDERS = /^(?:current|current_call|call_0*1|dummy_call_id|call_id|your_call_id|\d{1,5})$/i;
const CALL_ID = /^[\w.:-]{1,100}$/;
/** `call_` and 27 characters is whole; models were seen to lose one or five of them on the way. */
const TRUNCATED = /^call_(?:[0-9a-f]{22}|[0-9a-f]{26})$/;

/** A call id that Retell may have issued, or null for a placeholder, an unfilled template, or noise. */
export function readCallId(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const id = value.trim();
  return isNothing(id) || PLACEHOLDERS.test(id) || !CALL_ID.test(id) ? null : id;
}

/** The same for an id that passed through a language model: a truncated one belongs to no call. */
export function readRetoldCallId(value: unknown): string | null {
  const id = readCallId(value);
  return id === null || TRUNCATED.test(id) ? null : id;
}
