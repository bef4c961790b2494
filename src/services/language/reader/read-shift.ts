import type { Language } from '../../../domain';
import { tokenise } from './lexer';
import { readableText } from './readable-text';
import { matchAmount } from './side-grammar';
import { isWord, senseOf } from './tokens';

/** "eine Stunde später", "half an hour earlier" in minutes from a start that is known; null for anything else. */
export function readShift(text: string | undefined, language: Language): number | null {
  const readable = readableText(text);
  if (readable.kind !== 'text') return null;
  const tokens = tokenise(readable.text, language).filter((token) => !isWord(token, 'around', 'the'));
  const amount = matchAmount(tokens, 0);
  const direction = amount ? senseOf(tokens[amount.length], 'comparative')?.value : undefined;
  if (!amount || !direction || tokens.length > amount.length + 1) return null;
  return direction === 'late' ? amount.value : -amount.value;
}
