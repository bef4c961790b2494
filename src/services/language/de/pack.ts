import type { LanguagePack } from '../language-pack';
import { GERMAN_SAYINGS, GERMAN_WORDS } from './lexicon';
import { GERMAN_NUMBERS } from './numbers';
import { GERMAN } from './phrases';
import { GERMAN_CALLER } from './simulated-caller';
import { germanSound } from './sound';
import { GERMAN_FILLERS } from './talk';
import { GERMAN_ALTERNATIVES, GERMAN_TIMES } from './times';
import { GERMAN_VALUES } from './values';

export const GERMAN_PACK: LanguagePack = {
  named: /^(?:de\b|deu\b|ger|deutsch)/,
  reader: {
    words: [...GERMAN_WORDS, ...GERMAN_NUMBERS],
    fillers: GERMAN_FILLERS,
    sayings: GERMAN_SAYINGS,
    monthFirst: false,
    tensFirst: false,
  },
  values: GERMAN_VALUES,
  times: GERMAN_TIMES,
  phrases: GERMAN,
  alternatives: GERMAN_ALTERNATIVES,
  caller: GERMAN_CALLER,
  machine: {
    named:
      /\bKI\b|\bkünstliche[nr]? intelligenz|\b(?:digital|virtuell|automatisch|maschinell)\w* \p{L}*(?:assisten|agent|stimme|telefondienst)|\b(?:sprach|telefon|chat)-?(?:assisten|roboter|bot|computer)|\b(?:roboter|computerstimme|bot)\b/iu,
    denied: /\bkeine?[rnms]?\b|\bnicht\b/i,
  },
  soundOf: germanSound,
};
