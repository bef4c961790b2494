import { GERMAN_CALENDAR } from './utterances-de-calendar';
import { GERMAN_CLOCK } from './utterances-de-clock';
import { GERMAN_COMBINED } from './utterances-de-combined';
import { GERMAN_DATES } from './utterances-de-dates';
import { GERMAN_DAYS } from './utterances-de-days';
import { GERMAN_MIXED } from './utterances-de-mixed';
import { GERMAN_TIMES } from './utterances-de-times';
import { GERMAN_UNCERTAIN } from './utterances-de-uncertain';
import { GERMAN_WISHES } from './utterances-de-wishes';
import { ENGLISH_CALENDAR } from './utterances-en-calendar';
import { ENGLISH_CLOCK } from './utterances-en-clock';
import { ENGLISH_COMBINED } from './utterances-en-combined';
import { ENGLISH_DATES } from './utterances-en-dates';
import { ENGLISH_DAYS } from './utterances-en-days';
import { ENGLISH_MIXED } from './utterances-en-mixed';
import { ENGLISH_TIMES } from './utterances-en-times';
import { ENGLISH_WISHES } from './utterances-en-wishes';
import { meaningOf } from './utterance-table';

const TABLES = {
  de: [
    ...GERMAN_DATES,
    ...GERMAN_TIMES,
    ...GERMAN_MIXED,
    ...GERMAN_CALENDAR,
    ...GERMAN_CLOCK,
    ...GERMAN_DAYS,
    ...GERMAN_WISHES,
    ...GERMAN_UNCERTAIN,
    ...GERMAN_COMBINED,
  ],
  en: [
    ...ENGLISH_DATES,
    ...ENGLISH_TIMES,
    ...ENGLISH_MIXED,
    ...ENGLISH_CALENDAR,
    ...ENGLISH_CLOCK,
    ...ENGLISH_DAYS,
    ...ENGLISH_WISHES,
    ...ENGLISH_COMBINED,
  ],
};

describe.each(['de', 'en'] as const)('utterances in %s', (language) => {
  it('are at least a thousand, none listed twice', () => {
    const all = TABLES[language].flatMap((group) =>
      group.utterances.map(([said]) => `${group.anchor} ${group.field} ${said}`),
    );
    expect(all.length).toBeGreaterThanOrEqual(1000);
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  describe.each(TABLES[language])('about $about', (group) => {
    it.each(group.utterances)('"%s" means %s', (said, meaning) => {
      expect(meaningOf(said, language, group)).toBe(meaning);
    });
  });
});
