import type { Language } from './phone';

const TIMES: Record<string, Record<Language, string>> = {
  '09:30': { de: 'halb zehn', en: 'half past nine' },
  '10:00': { de: 'um zehn Uhr', en: 'at ten in the morning' },
  '10:30': { de: 'halb elf', en: 'half past ten' },
  '11:00': { de: '11 Uhr', en: '11 am' },
  '12:00': { de: 'zwölf Uhr mittags', en: 'at noon' },
  '13:00': { de: 'um dreizehn Uhr', en: 'at one in the afternoon' },
  '14:30': { de: 'halb drei', en: 'half past two' },
  '15:00': { de: 'um drei', en: 'at three in the afternoon' },
  '16:00': { de: '16:00', en: '4 pm' },
};
const SERVICES: Record<string, Record<Language, string>> = {
  Herrenhaarschnitt: { de: 'Herrenhaarschnitt', en: "men's haircut" },
  Damenhaarschnitt: { de: 'einen Damenhaarschnitt bitte', en: "women's haircut" },
  Färben: { de: 'Färben', en: 'colouring' },
};

export const timeWords = (time: string, language: Language): string => TIMES[time]?.[language] ?? time;
export const serviceWords = (service: string, language: Language): string => SERVICES[service]?.[language] ?? service;

/** A name as speech recognition may write it instead. */
export const misheard = (name: string): string => name.replace(/(.)$/, '$1$1').replace('nn', 'n');
