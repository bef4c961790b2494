import type { LanguagePack } from '../language-pack';
import { GERMAN_FILLERS, GERMAN_SAYINGS, GERMAN_WORDS } from './lexicon';
import { GERMAN_NUMBERS } from './numbers';
import { GERMAN } from './phrases';
import { germanSound } from './sound';
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
  caller: {
    service: 'Herrenhaarschnitt',
    time: 'um vierzehn Uhr',
    days: { tomorrow: 'morgen', dayAfterTomorrow: 'übermorgen', monday: 'am Montag' },
    hello: 'Guten Tag.',
    meanwhile: 'Inzwischen bucht jemand anderes diese Zeit.',
    yes: (name) => `Ja bitte, ${name}.`,
    first: 'den ersten bitte',
    stillFree: 'Ist die Zeit denn noch frei?',
    mine: 'Wann ist mein Termin?',
    later: 'eine Stunde später',
    cancel: 'Ich muss doch absagen.',
    noTime: 'keine Zeit',
  },
  machine: {
    named:
      /\bKI\b|\bkünstliche[nr]? intelligenz|\b(?:digital|virtuell|automatisch|maschinell)\w* \p{L}*(?:assisten|agent|stimme|telefondienst)|\b(?:sprach|telefon|chat)-?(?:assisten|roboter|bot|computer)|\b(?:roboter|computerstimme|bot)\b/iu,
    denied: /\bkeine?[rnms]?\b|\bnicht\b/i,
  },
  soundOf: germanSound,
};
