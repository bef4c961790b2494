import { LANGUAGE_CODES, type Language } from '../../domain';
import { GERMAN_PACK } from './de/pack';
import { ENGLISH_PACK } from './en/pack';
import type { LanguagePack } from './language-pack';

export const LANGUAGES: Record<Language, LanguagePack> = { de: GERMAN_PACK, en: ENGLISH_PACK };

/** One value for every language. */
export function perLanguage<T>(make: (pack: LanguagePack, language: Language) => T): Record<Language, T> {
  const entries = LANGUAGE_CODES.map((language) => [language, make(LANGUAGES[language], language)] as const);
  return Object.fromEntries(entries) as Record<Language, T>;
}
