/** What was said about a start, in whichever of the fields. */
export interface SpokenWhen {
  date?: string | undefined;
  time?: string | undefined;
  datetime?: string | undefined;
}

/** "den zweiten", "das spätere bitte", "I'll take the first one" — and nothing besides. */
const CHOICE =
  /^(?:(?:ich|dann|nehme|nehm|lieber|also|gerne?|bitte|i'll|i will|i would|take|then|please|let's|do|rather) )*(?:(?:den|das|die|der|dem|the) )(?<which>\p{L}+)(?: (?:termin|option|uhrzeit|zeit|vorschlag|alternative|one|slot|time|appointment))?(?: (?:bitte|dann|please|then|nehmen|gerne?))*$/u;

const PLACES: [RegExp, (choices: number[]) => number | undefined][] = [
  [/^(?:erste[nrsm]?|first)$/, (choices) => choices[0]],
  [/^(?:zweite[nrsm]?|second)$/, (choices) => choices[1]],
  [/^(?:dritte[nrsm]?|third)$/, (choices) => choices[2]],
  [/^(?:letzte[nrsm]?|last)$/, (choices) => choices.at(-1)],
  [/^(?:frühere[nrsm]?|früheste[nrsm]?|earlier|earliest)$/, (choices) => ofTwo(choices, Math.min)],
  [/^(?:spätere[nrsm]?|späteste[nrsm]?|later|latest)$/, (choices) => ofTwo(choices, Math.max)],
];

/**
 * The start meant by words that only point at what was just read out; null when they say something of their own, or
 * when there is no such choice.
 */
export function chosenOffer({ date, time, datetime }: SpokenWhen, choicesMs: number[]): number | null {
  const [text, ...others] = [date, time, datetime].filter((said) => said !== undefined && said !== '');
  if (text === undefined || others.length > 0 || choicesMs.length < 2) return null;
  const said = text
    .toLowerCase()
    .replace(/[.,!?]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
  const which = CHOICE.exec(said)?.groups?.which;
  if (which === undefined) return null;
  return PLACES.find(([word]) => word.test(which))?.[1](choicesMs) ?? null;
}

/** Of more than two, "the later one" may be any but the first. */
function ofTwo(choices: number[], pick: (...values: number[]) => number): number | undefined {
  return choices.length === 2 ? pick(...choices) : undefined;
}
