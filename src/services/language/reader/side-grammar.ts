import type { Match } from './clock-grammar';
import { countAt } from './period-grammar';
import type { DayPart } from './date-pieces';
import type { Daytime } from './senses';
import { isWord, numberOf, senseOf, type Token } from './tokens';

/** "nachmittags", "am späten Nachmittag", "früh am Abend", "late in the afternoon". */
export function matchDayPart(tokens: readonly Token[], at: number): Match<DayPart> | null {
  if (senseOf(tokens[at], 'part')?.value === 'middle') {
    const index = tokens[at + 1]?.is === 'dash' ? at + 2 : at + 1;
    const daytime = senseOf(tokens[index], 'daytime')?.value;
    return daytime ? { length: index + 1 - at, value: { daytime, half: null } } : null;
  }
  const half = tendency(tokens[at]);
  if (half) {
    let index = at + 1;
    while (isWord(tokens[index], 'am', 'in', 'the')) index += 1;
    const main = senseOf(tokens[index], 'daytime')?.value;
    if (main && main !== 'early' && main !== 'late') return { length: index + 1 - at, value: halved(main, half) };
  }
  const daytime = senseOf(tokens[at], 'daytime');
  return daytime ? { length: 1, value: { daytime: daytime.value, half: null } } : null;
}

function tendency(token: Token | undefined): 'early' | 'late' | null {
  const said = senseOf(token, 'comparative')?.value ?? senseOf(token, 'daytime')?.value;
  return said === 'early' || said === 'late' ? said : null;
}

function halved(daytime: Daytime, half: 'early' | 'late'): DayPart {
  const isMorning = daytime === 'morning' || daytime === 'long_morning';
  if (isMorning && half === 'early') return { daytime: 'early', half: null };
  return daytime === 'evening' && half === 'late' ? { daytime: 'late', half: null } : { daytime, half };
}

/** "in zwei Stunden", "in einer halben Stunde", "in half an hour", "an hour from now"; minutes from the call's start. */
export function matchHoursAhead(tokens: readonly Token[], at: number): Match<number> | null {
  const toward = isWord(tokens[at], 'in') ? (isWord(tokens[at + 1], 'around') ? 2 : 1) : 0;
  const amount = matchAmount(tokens, at + toward);
  if (!amount) return null;
  const length = toward + amount.length;
  if (toward > 0) return { length, value: amount.value };
  const fromNow = isWord(tokens[at + length], 'from') && isWord(tokens[at + length + 1], 'now');
  return fromNow ? { length: length + 2, value: amount.value } : null;
}

/** "zwei Stunden", "einer halben Stunde", "45 minutes"; minutes. */
export function matchAmount(tokens: readonly Token[], at: number): Match<number> | null {
  const afterArticle = senseOf(tokens[at], 'article') ? at + 1 : at;
  const span = senseOf(tokens[afterArticle], 'span');
  if (span) return { length: afterArticle + 1 - at, value: span.minutes };
  if (isWord(tokens[afterArticle], 'half_before', 'half_past')) {
    const unit = senseOf(tokens[afterArticle + 1], 'article') ? afterArticle + 2 : afterArticle + 1;
    return senseOf(tokens[unit], 'unit')?.value === 'hour' ? { length: unit + 1 - at, value: 30 } : null;
  }
  const count = countAt(tokens[at]);
  const unit = senseOf(tokens[at + 1], 'unit')?.value;
  if (count === null || (unit !== 'hour' && unit !== 'minute')) return null;
  return { length: 2, value: unit === 'hour' ? count * 60 : count };
}

/** "für eine Stunde", "for 45 minutes", "für drei Personen", "zwei Personen": tokens taken, 0 when nothing fits. */
export function matchLength(tokens: readonly Token[], at: number): number {
  const forWord = isWord(tokens[at], 'for') ? 1 : 0;
  if (numberOf(tokens[at + forWord]) !== null && senseOf(tokens[at + forWord + 1], 'counted')) return forWord + 2;
  if (forWord === 0) return 0;
  const amount = matchAmount(tokens, at + 1);
  return 1 + (amount?.length ?? 0);
}
