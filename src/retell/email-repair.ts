import { z } from 'zod';
import { digitsOfWord } from './number-words';

const address = z.email().max(255);

const SIGNS = new Map([
  ['@', '@'],
  ['at', '@'],
  ['ät', '@'],
  ['aet', '@'],
  ['klammeraffe', '@'],
  ['punkt', '.'],
  ['dot', '.'],
  ['point', '.'],
  ['.', '.'],
  ['unterstrich', '_'],
  ['underscore', '_'],
  ['minus', '-'],
  ['bindestrich', '-'],
  ['strich', '-'],
  ['dash', '-'],
  ['hyphen', '-'],
  ['plus', '+'],
]);
/** Said as letters at least as often as the digit zero. */
const AMBIGUOUS = new Set(['o', 'oh']);
const TOP_LEVEL = new Set(['de', 'com', 'net', 'org', 'at', 'ch', 'eu', 'info', 'fr', 'nl', 'be', 'uk', 'io']);

/**
 * An e-mail address as speech-to-text writes it ("anna punkt müller at gmx punkt de") made readable again; null when
 * it still is none. Never guesses letters: a name with an umlaut is not respelled.
 */
export function repairEmail(text: string): string | null {
  const given = text
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '');
  if (address.safeParse(given).success) return given;
  const tokens = given
    .replace(/@/g, ' @ ')
    .split(/[\s,;]+/)
    .filter(Boolean);
  let joined = '';
  for (const [at, token] of tokens.entries()) {
    const sign = SIGNS.get(token);
    if (sign === undefined) {
      const lastOfDomain = at === tokens.length - 1 && TOP_LEVEL.has(token);
      const domain = joined.includes('@') ? joined.slice(joined.indexOf('@') + 1) : '';
      if (lastOfDomain && domain !== '' && !domain.includes('.') && !/[.\-_@]$/.test(domain)) joined += '.';
      joined += joined.includes('@') || AMBIGUOUS.has(token) ? token : (digitsOfWord(token) ?? token);
    } else if (sign === '@' && joined.includes('@')) {
      // "gmx punkt at": after the address sign it is a country.
      joined += token;
    } else {
      joined += sign;
    }
  }
  const parsed = address.safeParse(joined.replace(/\.$/, ''));
  return parsed.success ? parsed.data : null;
}
