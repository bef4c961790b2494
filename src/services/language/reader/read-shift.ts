import type { Language } from '../../../domain';
import { tokenise } from './lexer';
import { readableText } from './readable-text';
import { GRAMMAR } from './grammar';
import { isWord, senseOf } from './senses';

/** "eine Stunde später", "half an hour earlier" in minutes from a start that is known; null for anything else. */
export function readShift(text: string | undefined, language: Language): number | null {
  const readable = readableText(text);
  if (readable.kind !== 'text') return null;
  const tokens = tokenise(readable.text, language).filter((token) => !isWord(token, 'around', 'the'));
  for (const { end, value } of GRAMMAR.read(tokens).matches('amount', 0)) {
    const direction = senseOf(tokens[end], 'comparative')?.value;
    if (direction && tokens.length === end + 1) return direction === 'late' ? value : -value;
  }
  return null;
}
