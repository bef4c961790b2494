import type { Language } from '../../../domain';
import { isWord, numberOf, ordinalOf, senseOf, word, type Token } from './tokens';

/**
 * Words that are spelled alike and mean different things: "am" (German preposition, ante meridiem), "morgen"
 * (tomorrow, morning), "so" and "do" (Sonntag, Donnerstag, fillers), "may", and greetings with a time of day in them.
 */
export function settleDoubtfulWords(tokens: readonly Token[], language: Language): Token[] {
  const settled: Token[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    const following = tokens[index + 1];
    if (!token) continue;
    if (isWord(token, 'good') && greets(following)) {
      index += 1;
      continue;
    }
    const before = settled.at(-1);
    if (isWord(token, 'good')) continue;
    if (isWord(token, 'am')) settled.push(readsMeridiem(before, following) ? word('meridiem_am') : word('am'));
    else if (isWord(token, 'morgen')) settled.push(...morgen(token, before));
    else if (token.is === 'word' && token.key === 'achte' && isWord(before, 'around')) settled.push(EIGHT);
    else if (pointsAtOffer(token, before, following)) settled.push({ is: 'junk' });
    else if (keeps(token, tokens, index, language)) settled.push(token);
  }
  return settled;
}

const EIGHT: Token = { is: 'word', sense: { is: 'number', value: 8, language: 'de' }, key: 'achte' };

/** "the second one", "the later one": one of the times just offered, never one o'clock. */
function pointsAtOffer(token: Token, before: Token | undefined, following: Token | undefined): boolean {
  if (token.is !== 'word' || token.key !== 'one' || isWord(following, 'o_clock', 'meridiem_am', 'meridiem_pm'))
    return false;
  const pointing = senseOf(before, 'which') ?? senseOf(before, 'comparative');
  return (
    (ordinalOf(before) !== null || pointing !== null || isWord(before, 'same', 'the')) && numberOf(following) === null
  );
}

function greets(token: Token | undefined): boolean {
  return isWord(token, 'morgen') || senseOf(token, 'daytime') !== null || senseOf(token, 'unit') !== null;
}

/** "10 am" but "um zehn am Dienstag", "10 am 25.11." */
function readsMeridiem(before: Token | undefined, following: Token | undefined): boolean {
  if (before?.is === 'word') {
    const { sense } = before;
    if (sense.is !== 'number' || sense.language === 'de') return before.key === 'oclock';
  } else if (before?.is !== 'digits' && before?.is !== 'clock' && before?.is !== 'pair') return false;
  if (following?.is === 'date' || following?.is === 'pair') return false;
  if (following?.is === 'digits') return following.ordinal !== 'dot';
  if (following?.is !== 'word') return true;
  const german = 'language' in following.sense && following.sense.language === 'de';
  const opensPhrase =
    ['weekday', 'daytime', 'ordinal', 'day'].includes(following.sense.is) || isWord(following, 'morgen', 'weekend');
  return !(german && opensPhrase) && following.sense.is !== 'which';
}

/** "Dienstag Morgen", "am Morgen", "diesen Morgen" are mornings; elsewhere the word is the next day. */
function morgen(token: Token, before: Token | undefined): Token[] {
  const morning: Token = { is: 'word', sense: { is: 'daytime', value: 'morning', language: 'de' }, key: 'morgens' };
  const which = senseOf(before, 'which');
  if (which?.value === 'this')
    return [{ is: 'word', sense: { is: 'day', offset: 0, language: 'de' }, key: 'heute' }, morning];
  if (which?.value === 'next') return [word('thereafter'), morning];
  const afterDay =
    before?.is === 'date' ||
    before?.is === 'stamp' ||
    ['weekday', 'day', 'month'].some((kind) => before?.is === 'word' && before.sense.is === kind);
  if (afterDay || isWord(before, 'am') || senseOf(before, 'daytime')?.value === 'early') return [morning];
  return [
    { is: 'word', sense: { is: 'day', offset: 1, language: 'de' }, key: token.is === 'word' ? token.key : 'morgen' },
  ];
}

function keeps(token: Token, tokens: readonly Token[], index: number, language: Language): boolean {
  const [before, following] = [tokens[index - 1], tokens[index + 1]];
  const month = senseOf(token, 'month');
  if (month?.doubtful)
    return besideDate(before) || besideDate(isWord(following, 'the') ? tokens[index + 2] : following);
  const weekday = senseOf(token, 'weekday');
  if (!weekday?.doubtful) return true;
  if (tokens.length === 1 || following?.is === 'date' || following?.is === 'stamp' || following?.is === 'pair')
    return true;
  if (ordinalOf(following) !== null || senseOf(before, 'which') || senseOf(following, 'which')) return true;
  if (isWord(before, 'am')) return true;
  if (weekday.value === 7 && isWord(following, 'around')) return false;
  if (isWord(before, 'from', 'until', 'von', 'the', 'between')) return true;
  if (senseOf(before, 'unit') && senseOf(tokens[index - 2], 'which')) return true;
  const linked = isWord(before, 'or', 'and', 'to') || before?.is === 'dash';
  if (linked && isAbbreviation(tokens[index - 2])) return true;
  const timeFollows =
    following?.is === 'clock' ||
    numberOf(following) !== null ||
    isWord(following, 'around') ||
    senseOf(following, 'daytime') !== null;
  return weekday.value === 4 && language === 'de' && timeFollows;
}

/** "Sa oder So", but not "Mittwoch oder so". */
function isAbbreviation(token: Token | undefined): boolean {
  return token?.is === 'word' && token.sense.is === 'weekday' && token.key.length <= 3;
}

/** What makes "may" the month. */
function besideDate(token: Token | undefined): boolean {
  if (numberOf(token) !== null || ordinalOf(token) !== null) return true;
  return isWord(token, 'of', 'in') || ['which', 'part'].some((kind) => token?.is === 'word' && token.sense.is === kind);
}
