import type { Language } from '../../../domain';
import type { Phrases } from '../../voice/phrases';
import { ENGLISH } from '../en/phrases';
import { GERMAN } from '../de/phrases';

/** The catalogue in the call's language. */
export function phrasesIn(language: Language): Phrases {
  return language === 'en' ? ENGLISH : GERMAN;
}
