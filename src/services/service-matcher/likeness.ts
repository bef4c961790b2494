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

/** How likely `said` is a slip for `known`: 1 for equal words, 0 when they are different ones. */
export function likeness(said: Sounded, known: Sounded): number {
  if (said.text === known.text) return 1;
  const longest = Math.max(said.text.length, known.text.length);
  if (Math.abs(said.text.length - known.text.length) > longest * LOOKS_A_LITTLE_ALIKE) return 0;
  const soundsAlike = said.sound.length >= SHORTEST_SOUND && said.sound === known.sound;
  const mayBeSlip = said.text[0] === known.text[0];
  if (!soundsAlike && !mayBeSlip) return 0;
  const slips = distance(said.text, known.text);
  const looks = 1 - slips / longest;
  if (soundsAlike && looks >= LOOKS_A_LITTLE_ALIKE) return Math.max(SOUND_ALIKE, looks);
  return mayBeSlip && slips <= slipsForgiven(longest) ? looks : 0;
}

function slipsForgiven(length: number): number {
  if (length < 5) return 0;
  if (length < 8) return 1;
  return length < 12 ? 2 : 3;
}
