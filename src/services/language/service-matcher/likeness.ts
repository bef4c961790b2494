import { distance } from 'fastest-levenshtein';

export interface Sounded {
  text: string;
  sound: string;
}

const SOUND_ALIKE = 0.85;
/** Codes shorter than this belong to too many words. */
const SHORTEST_SOUND = 3;
/** Words that sound alike must still look a little alike. */
const LOOKS_A_LITTLE_ALIKE = 0.5;
/** First letters that are heard for one another; sound codes are coarser ("Werbung" is no "Färbung"). */
const ONSETS: readonly string[] = ['bp', 'dt', 'fv', 'vw', 'gkcq', 'csz', 'ijy', 'aeiou'];

/** How likely `said` is a slip for `known`: 1 for equal words, 0 when they are different ones. */
export function likeness(said: Sounded, known: Sounded): number {
  if (said.text === known.text) return 1;
  const longest = Math.max(said.text.length, known.text.length);
  if (Math.abs(said.text.length - known.text.length) > longest * LOOKS_A_LITTLE_ALIKE) return 0;
  const soundsAlike = said.sound.length >= SHORTEST_SOUND && said.sound === known.sound && beginAlike(said, known);
  const forgiven = said.text[0] === known.text[0] ? slipsForgiven(longest) : 0;
  if (!soundsAlike && forgiven === 0) return 0;
  const slips = distance(said.text, known.text);
  const looks = 1 - slips / longest;
  if (soundsAlike && looks >= LOOKS_A_LITTLE_ALIKE) return Math.max(SOUND_ALIKE, looks);
  return slips <= forgiven ? looks : 0;
}

function beginAlike(said: Sounded, known: Sounded): boolean {
  const [a, b] = [said.text.charAt(0), known.text.charAt(0)];
  return a === b || ONSETS.some((letters) => letters.includes(a) && letters.includes(b));
}

/** One letter makes another word of a short one ("Schritt", "Schnitt"). */
function slipsForgiven(length: number): number {
  if (length < 8) return 0;
  if (length < 12) return 1;
  return length < 16 ? 2 : 3;
}
