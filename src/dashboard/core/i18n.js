import { preferences } from './preferences.js';

/** Each language in its own words. */
export const LANGUAGE_NAMES = { de: 'Deutsch', en: 'English' };
export const LANGUAGES = Object.keys(LANGUAGE_NAMES);
/** For Intl: numbers and dates as people write them who speak the language. */
const LOCALES = { de: 'de-DE', en: 'en-GB' };
let words = {};
let language = 'en';

/** The chosen language, else the browser's first that is spoken here. */
export function preferredLanguage() {
  const chosen = preferences.get('language');
  if (LANGUAGES.includes(chosen)) return chosen;
  const wished = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wished.find((tag) => LANGUAGES.includes(tag)) ?? 'en';
}

export async function useLanguage(next) {
  const { messages } = await import(`../i18n/${next}.js`);
  words = messages;
  language = next;
  document.documentElement.lang = next;
}

export const locale = () => LOCALES[language];
export const currentLanguage = () => language;

/** The words of a key, with `{name}` filled in. A key without words shows itself. */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ''));
}
/** A text of the API in the reader's language; where it has none, in the API's own, English. */
export const translated = (record, field) => record[`${field}_${language}`] ?? record[field];
t.maybe = (key, values) => (Object.hasOwn(words, key) ? t(key, values) : null);
/** A word that the API uses (a status, a tool), in the reader's language when it is known. */
t.word = (group, value) =>
  value === null || value === undefined ? '–' : (words[`${group}.${value}`] ?? String(value).replaceAll('_', ' '));
