import { GERMAN_DATES } from './utterances-de-dates';
import { GERMAN_MIXED } from './utterances-de-mixed';
import { GERMAN_TIMES } from './utterances-de-times';
import { ENGLISH_DATES } from './utterances-en-dates';
import { ENGLISH_MIXED } from './utterances-en-mixed';
import { ENGLISH_TIMES } from './utterances-en-times';
import { meaningOf } from './utterance-table';

const TABLES = {
  de: [...GERMAN_DATES, ...GERMAN_TIMES, ...GERMAN_MIXED],
  en: [...ENGLISH_DATES, ...ENGLISH_TIMES, ...ENGLISH_MIXED],
};

describe.each(['de', 'en'] as const)('utterances in %s', (language) => {
  it('are at least four hundred, none listed twice', () => {
    const all = TABLES[language].flatMap((group) =>
      group.utterances.map(([said]) => `${group.anchor} ${group.field} ${said}`),
    );
    expect(all.length).toBeGreaterThanOrEqual(400);
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  describe.each(TABLES[language])('about $about', (group) => {
    it.each(group.utterances)('"%s" means %s', (said, meaning) => {
      expect(meaningOf(said, language, group)).toBe(meaning);
    });
  });
});
