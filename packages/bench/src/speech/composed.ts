import type { Language } from '../../../../src/domain';
import type { SpeechCase } from './cases';

/** Every day phrase with every time phrase, in every order and with every kind of small talk. */
interface Parts {
  /** Phrases by what they mean on Tuesday, the 8th of December 2026. */
  days: Record<string, string>;
  times: Record<string, string>;
  frames: readonly ((day: string, time: string) => string)[];
}

export const COMPOSED_REFERENCE = '2026-12-08T16:40:00';

/** Phrases are divided by `; `. */
const PARTS: Record<Language, Parts> = {
  de: {
    days: {
      '2026-12-11':
        'am Freitag, den 11.12.; Freitag den elften; Freitag den 11.12; Freitag 11.12.; Freitag 11.12; am Freitag; Freitag; ' +
        'am elften Dezember; am elften zwölften; am elften; am 11. Dezember; am 11.12.; am 11.12; 11.12.2026; 2026-12-11; in drei Tagen',
      '2026-12-25': 'am Freitag in zwei Wochen',
      '2026-12-10': 'übermorgen',
      '2026-12-09': 'morgen',
      '2026-12-16': 'nächste Woche Mittwoch; Mittwoch nächste Woche',
      '2026-12-14': 'nächsten Montag',
      '2026-12-15': 'heute in einer Woche',
      '2026-12-22': 'in zwei Wochen',
      '2026-12-24': 'Heiligabend',
      '2027-01-07': 'am siebten Januar; am 7.1.; am 7.1',
    },
    times: {
      '[p12:00-18:00]': 'am Nachmittag',
      '[p09:00-12:00]': 'vormittags',
      '[p10:00-12:00]': 'am späten Vormittag',
      '[p12:00-15:00]': 'am frühen Nachmittag',
      '[-12:00]': 'vor zwölf; bis zwölf',
      '[-15:00]': 'spätestens um drei; bis zum frühen Nachmittag',
      '[14:00-]': 'ab zwei; ab 14 Uhr; nach 14 Uhr',
      '[10:00-]': 'nicht vor zehn; frühestens um zehn',
      '[10:30-]': 'ab dem späten Vormittag',
      '[14:00-16:00]': 'zwischen zwei und vier',
      '[10:00-12:00]': 'von zehn bis zwölf',
      '[p14:00-14:30]': 'kurz nach zwei',
      '09:30': 'um 9:30',
      '10:00': 'um zehn; zehn Uhr; vormittags um zehn',
      '11:00': 'gegen elf',
      '11:50': 'zehn vor zwölf',
      '12:00': 'um zwölf',
      '13:00': 'um eins',
      '14:30': '1430',
      '14:35': 'fünf nach halb drei',
      '15:00': 'um drei; drei Uhr; um 3; 15 Uhr; 15:00',
      '15:15': 'viertel nach drei',
      '15:30': 'um halb vier; 15.30; 15.30 Uhr; fünfzehn Uhr dreißig',
      '15:45': 'dreiviertel vier; um viertel vor vier',
      '16:00': 'so gegen vier; nachmittags um vier',
      '18:00': 'um sechs Uhr abends',
    },
    frames: [
      (day, time) => `${day} ${time}`,
      (day, time) => `${day}, ${time}`,
      (day, time) => `${time} ${day}`,
      (day, time) => `ich hätte gern ${day} ${time} einen Termin`,
      (day, time) => `ja also ${day} so ${time} bitte`,
      (day, time) => `äh ${time} ${day} wenn es geht`,
    ],
  },
  en: {
    days: {
      '2026-12-11':
        'on Friday December 11th; Friday the eleventh; on Friday; Friday; this coming Friday; on the eleventh of December; on the eleventh; ' +
        'the 11th; on December eleventh; on December 11th; December 11; on 11 December; 2026-12-11; in three days',
      '2026-12-15': '12/15; on 12/15/2026; a week from today',
      '2026-12-09': 'tomorrow',
      '2026-12-10': 'the day after tomorrow',
      '2026-12-16': 'Wednesday next week; next week on Wednesday',
      '2026-12-14': 'next Monday',
      '2026-12-18': 'a week on Friday',
      '2026-12-22': 'in two weeks',
      '2026-12-24': 'on Christmas Eve',
      '2027-01-07': 'on January seventh; the seventh of January; on January 7',
      '2027-05-08': 'on May 8th',
    },
    times: {
      '[p06:00-12:00]': 'in the morning',
      '[p09:00-12:00]': 'late morning',
      '[p11:00-14:00]': 'lunchtime',
      '[p12:00-15:00]': 'early afternoon',
      '[p12:00-18:00]': 'in the afternoon',
      '[-12:00]': 'before noon; before twelve',
      '[-15:00]': 'by three; no later than three; until early afternoon',
      '[10:00-]': 'not before ten; from late morning on',
      '[14:00-]': 'from two onwards; after two; after 2pm',
      '[14:00-16:00]': 'between two and four',
      '[10:00-12:00]': 'from ten to twelve',
      '[p14:00-14:30]': 'just after two',
      '09:30': '9:30 am; nine thirty am',
      '10:00': "at ten; ten o'clock; at ten in the morning",
      '11:00': 'around eleven',
      '11:50': 'ten to twelve',
      '12:00': 'at twelve; at noon',
      '13:00': 'at one',
      '14:20': 'at twenty past two',
      '14:30': 'at two thirty; two thirty; at 2:30; half two; at half past two; 14:30',
      '15:00': "at three; at 3; at 3 pm; 3pm; three p m; three o'clock; at three o'clock",
      '15:15': 'at quarter past three',
      '15:45': 'at a quarter to four',
      '16:00': 'around four ish; at four in the afternoon',
      '18:00': 'at six in the evening',
    },
    frames: [
      (day, time) => `${day} ${time}`,
      (day, time) => `${day}, ${time}`,
      (day, time) => `${time} ${day}`,
      (day, time) => `I'd like to come in ${day} ${time}`,
      (day, time) => `yeah so ${day} ${time} please`,
      (day, time) => `um ${time} ${day} if possible`,
    ],
  },
};

/** "at 3 December 11": either figure may be the day, so the caller is asked. */
const DAY_ON_EITHER_SIDE = /\bat \d{1,2} December \d{1,2}\b/;

function phrases(list: Record<string, string>): [phrase: string, meaning: string][] {
  return Object.entries(list).flatMap(([meaning, said]) =>
    said.split('; ').map((phrase): [string, string] => [phrase, meaning]),
  );
}

export function composedCases(): SpeechCase[] {
  return Object.entries(PARTS).flatMap(([lang, { days, times, frames }]) =>
    phrases(days).flatMap(([day, date]) =>
      phrases(times).flatMap(([time, clock]) =>
        frames
          .map((frame) => frame(day, time))
          .map((input) => ({
            suite: 'composed',
            lang: lang as Language,
            field: 'date',
            input,
            reference: COMPOSED_REFERENCE,
            wanted: DAY_ON_EITHER_SIDE.test(input) ? 'ask' : `${date} ${clock}`,
          })),
      ),
    ),
  );
}
