import type { LanguagePack } from '../language-pack';
import { ENGLISH_FILLERS, ENGLISH_SAYINGS, ENGLISH_WORDS } from './lexicon';
import { ENGLISH_NUMBERS } from './numbers';
import { ENGLISH } from './phrases';
import { englishSound } from './sound';
import { ENGLISH_ALTERNATIVES, ENGLISH_TIMES } from './times';
import { ENGLISH_VALUES } from './values';

export const ENGLISH_PACK: LanguagePack = {
  named: /^(?:en\b|eng\b|engl)/,
  reader: {
    words: [...ENGLISH_WORDS, ...ENGLISH_NUMBERS],
    fillers: ENGLISH_FILLERS,
    sayings: ENGLISH_SAYINGS,
    monthFirst: true,
    tensFirst: true,
  },
  values: ENGLISH_VALUES,
  times: ENGLISH_TIMES,
  phrases: ENGLISH,
  alternatives: ENGLISH_ALTERNATIVES,
  caller: {
    service: "men's haircut",
    time: 'at two in the afternoon',
    days: { tomorrow: 'tomorrow', dayAfterTomorrow: 'the day after tomorrow', monday: 'on Monday' },
    hello: 'Hello.',
    meanwhile: 'Meanwhile another caller books that time.',
    yes: (name) => `Yes please, ${name}.`,
    first: 'the first one please',
    stillFree: 'Is that time still free?',
    mine: 'When is my appointment?',
    later: 'an hour later',
    cancel: 'I have to cancel.',
    noTime: 'no time',
  },
  machine: {
    named:
      /\bA\.?I\b|\bartificial intelligence\b|\b(?:digital|virtual|automated|automatic|voice|robotic) (?:\w+ )?(?:assistant|agent|receptionist|voice|system)\b|\b(?:robot|bot|voicebot|chatbot|machine)\b/i,
    denied: /\bnot\b|\bno\b|n't\b|\bnever\b/i,
  },
  soundOf: englishSound,
};
