import topLevelDomains from 'tlds';
import { fold, list, matchesAny, replaceAll, wordMap, wordSet } from './all-words';
import { hintAt, letterAt, respelled, withLettersApart } from './spelling';
import { isNumberWord, numberAt } from './spoken-number';

type EmailReading =
  | { kind: 'address'; address: string }
  | { kind: 'not_given' }
  /** Perhaps an address, but not surely which. */
  | { kind: 'unreadable' };

const LONGEST_TEXT = 400;
const LONGEST_EMAIL = 255;
const ADDRESS = /^[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/;
const TOP_LEVEL: ReadonlySet<string> = new Set(topLevelDomains);
/** Said without the dot in front: "web de". */
const COMMON_TOP_LEVEL = new Set(['de', 'com', 'net', 'org', 'at', 'ch', 'eu', 'info', 'fr', 'nl', 'be', 'uk', 'io']);
const SIGNS = new Map([...[...'@._-+'].map((sign): [string, string] => [sign, sign]), ...wordMap('signs')]);
const signOf = (word: string): string | undefined => SIGNS.get(fold(word));
const INTERJECTIONS = wordSet('emailInterjections', 'fillers');
const ANCHORS = wordSet('emailAnchors');
/** Lead-ins that are names of mailboxes as well. */
const NOUNS = new Set(['mail', 'email']);
const LEAD_INS = new Set([...INTERJECTIONS, ...ANCHORS, ...wordSet('emailLeadIns')]);
const CORRECTIONS = wordSet('corrections');
const ENDINGS = wordSet('emailEndings');
const FILLERS = wordSet('fillers');
/** "max(at)web(punkt)de" */
const BRACKETED_SIGN = /[([{]\s?(\p{L}{2,6})\s?[)\]}]/gu;
const JOINED = ' \u0001 ';
const WORD = /\d+|[\p{L}\p{M}]+|\S/gu;

/** An e-mail address in lower case, or null when the text is not exactly one with a known top-level domain. */
export function cleanEmail(text: string): string | null {
  const address = text
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '');
  if (address.length > LONGEST_EMAIL || address.includes('..') || !ADDRESS.test(address)) return null;
  return TOP_LEVEL.has(address.slice(address.lastIndexOf('.') + 1)) ? address : null;
}

/**
 * An e-mail address as it was typed or said ("anna punkt mueller at gmx punkt de"). Letters are never guessed: where
 * words could be part of it or not, it is unreadable.
 */
export function readEmail(text: string): EmailReading {
  if (text.length > LONGEST_TEXT) return { kind: 'unreadable' };
  const typed = cleanEmail(text.replace(/(?<![\s.,;!?])[\s.,;!?]+$/, ''));
  if (typed !== null) return { kind: 'address', address: typed };
  const lower = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`´]/g, '')
    .replace(BRACKETED_SIGN, ' $1 ');
  if (!lower.includes('@') && matchesAny(fold(lower.trim()), 'noEmailSayings')) return { kind: 'not_given' };
  const address = addressIn(lower);
  return address === null ? { kind: 'unreadable' } : { kind: 'address', address };
}

function addressIn(text: string): string | null {
  const talk = replaceAll(replaceAll(withLettersApart(text), 'lowerCaseSayings', ' '), 'joinSayings', JOINED);
  const isJoined = talk.includes('\u0001');
  const words = (talk.replaceAll('\u0001', ' ').match(WORD) ?? []).filter((word) => !/^[,;:!?"„“”]$/.test(word));
  const trimmed = withoutEndings(withoutLeadIns(words));
  if (trimmed === null) return null;
  const sign = trimmed.findIndex((word) => signOf(word) === '@');
  if (sign <= 0) return null;
  const local = localPart(trimmed.slice(0, sign), isJoined);
  const domain = domainPart(trimmed.slice(sign + 1));
  if (local === null || domain === null || /[._+-]{2}|[._+-]$/.test(local)) return null;
  return cleanEmail(`${local}@${domain}`);
}

/** Null when nothing that may be an address is left, or what stands in front may be a part of it. */
function withoutLeadIns(words: readonly string[]): string[] | null {
  const folded = words.map(fold);
  const sign = words.findIndex((word) => signOf(word) === '@');
  const local = folded.slice(0, Math.max(sign, 0));
  if (local.some((word) => CORRECTIONS.has(word))) return null;
  const first = local.findIndex((word) => !LEAD_INS.has(word));
  if (first < 0) return local.length === 1 && NOUNS.has(local[0] ?? '') ? [...words] : null;
  const leadIn = local.slice(0, first);
  const isPhrase = leadIn.some((word) => ANCHORS.has(word));
  const isInterjection = leadIn.every((word) => INTERJECTIONS.has(word)) && local.slice(first).join('').length > 2;
  if (!isPhrase && !isInterjection) return null;
  return words.slice(first).filter((word) => !FILLERS.has(fold(word)));
}

function withoutEndings(words: readonly string[] | null): string[] | null {
  if (words === null) return null;
  const rest = [...words];
  while (rest.length > 0) {
    const [before, last] = [rest.at(-2) ?? '', rest.at(-1) ?? ''];
    const isEnding = last === '.' || (ENDINGS.has(fold(last)) && !SIGNS.has(before));
    if (!isEnding) break;
    rest.pop();
  }
  return rest;
}

interface Piece {
  text: string;
  kind: 'sign' | 'letter' | 'digits' | 'word';
}

/** Words beside each other are put together only when nothing else can be meant. */
function localPart(words: readonly string[], isJoined: boolean): string | null {
  const pieces = piecesOf(words);
  if (!pieces) return null;
  const isOnlyANumber =
    pieces.length === 1 && pieces[0]?.kind === 'digits' && words.length === 1 && !/\d/.test(words[0] ?? '');
  if (isOnlyANumber) return null;
  const isDoubtful = pieces.some((piece, at) => {
    const next = pieces[at + 1];
    if (piece.kind === 'digits' && next?.kind === 'word') return true;
    return !isJoined && piece.kind === 'word' && next?.kind === 'word';
  });
  return isDoubtful ? null : pieces.map((piece) => piece.text).join('');
}

function piecesOf(words: readonly string[]): Piece[] | null {
  const folded = words.map(fold);
  const pieces: Piece[] = [];
  for (let at = 0; at < words.length;) {
    const hint = pieces.length === 0 ? null : hintAt(folded, at);
    if (hint === 'unclear') return null;
    if (hint) {
      const last = pieces.at(-1);
      const spelled = last?.kind === 'word' ? respelled(last.text, hint) : null;
      if (!last || spelled === null) return null;
      last.text = spelled;
      at += hint.used;
      continue;
    }
    const piece = pieceAt(words, folded, at);
    if (!piece) return null;
    pieces.push(piece);
    at += piece.used;
  }
  return pieces;
}

function pieceAt(words: readonly string[], folded: readonly string[], at: number): (Piece & { used: number }) | null {
  const word = words[at] ?? '';
  const sign = signOf(word);
  if (sign !== undefined) return sign === '@' ? null : { text: sign, kind: 'sign', used: 1 };
  const isBesideNumber = isNumberWord(folded[at - 1]) || isNumberWord(folded[at + 1]);
  const letter = letterAt(folded, at, words);
  // "oh" and "o" are a letter as often as a zero.
  if (letter)
    return isBesideNumber && /^o+$/.test(letter.letters)
      ? null
      : { text: letter.letters, kind: 'letter', used: letter.used };
  const number = numberAt(folded, at);
  if (number?.kind === 'doubtful') return null;
  if (number) return { text: number.digits, kind: 'digits', used: number.used };
  return /^[\p{L}\p{M}\d]+$/u.test(word) ? { text: word, kind: 'word', used: 1 } : null;
}

/** Numbers in a domain stay words, and after the address sign "at" is a country. */
function domainPart(words: readonly string[]): string | null {
  const parts = words.map((word) => (signOf(word) === '@' && /^[a-z]/.test(word) ? word : (signOf(word) ?? word)));
  const last = parts.at(-1) ?? '';
  const beforeLast = parts.at(-2) ?? '';
  if (parts.length === 2 && COMMON_TOP_LEVEL.has(last) && /^[a-z]/.test(beforeLast) && !SIGNS.has(beforeLast))
    return `${beforeLast}.${last}`;
  const isDoubtful = parts.some((part, at) => {
    const next = parts[at + 1] ?? '';
    const areLetters = part.length === 1 && next.length === 1;
    // "salon minus eins": a word or a figure.
    const isDoubtfulNumber = isNumberWord(part) && /^[a-z]/.test(part) && (parts[at - 1] === '-' || next === '-');
    return isDoubtfulNumber || (/^[a-z]/.test(part) && /^[a-z]/.test(next) && !areLetters);
  });
  return isDoubtful ? null : parts.join('');
}

const PLACEHOLDER_NAMES = new Set(
  list(
    'test tester testing testuser no none noemail no-email nomail keine keineemail keine-email unknown unbekannt anonymous anonym na n.a null undefined vorname.nachname firstname.lastname dummy fake placeholder noreply no-reply',
  ),
);
const PLACEHOLDER_DOMAINS = new Set(list('email.com test.com test.de domain.com beispiel.de yourdomain.com'));

/** An address that models make up when none was said, or that shows what one looks like. */
export function isPlaceholderEmail(address: string): boolean {
  const [local = '', domain = ''] = address.split('@');
  return PLACEHOLDER_NAMES.has(local) || PLACEHOLDER_DOMAINS.has(domain);
}
