import fc from 'fast-check';
import { ServiceMatcher } from '../../src/services/language/service-matcher/service-matcher';
import { LANGUAGES } from '../../src/services/language/languages';
import type { Language } from '../../src/domain';
import { DENTIST, PHYSIO, PLAIN_SALON, SALON, service } from './businesses';

const soundOf = (word: string, language: Language): string => LANGUAGES[language].soundOf(word);

const matcher = new ServiceMatcher();
const [mens, womens, colour, beard] = SALON;

describe('which service is meant', () => {
  test('an id decides, whatever the words say', () => {
    expect(matcher.match({ id: beard!.id, text: 'Färben' }, SALON, 'de')).toEqual({
      kind: 'match',
      service: beard,
      score: 1,
    });
    expect(matcher.match({ id: '1003' }, SALON, 'de')).toMatchObject({ kind: 'match', service: colour });
  });

  test('an id that was made up is ignored when there are words', () => {
    expect(matcher.match({ id: 'service_1', text: 'Bartpflege' }, SALON, 'de')).toMatchObject({
      kind: 'match',
      service: beard,
    });
  });

  test('a name in the place of the id is understood', () => {
    expect(matcher.match({ id: 'Herrenhaarschnitt' }, SALON, 'de')).toMatchObject({ kind: 'match', service: mens });
  });

  test('an id that was made up alone is unknown', () => {
    expect(matcher.match({ id: 'svc_42' }, SALON, 'de').kind).toBe('unknown');
  });

  test.each([undefined, '', '  ', '???', 'null', 'undefined', 'None', 'n/a', '{{service_name}}', 'egal'])(
    '%j is no wish',
    (text) => {
      expect(matcher.match({ ...(text === undefined ? {} : { text }) }, SALON, 'de')).toEqual({ kind: 'none_given' });
    },
  );

  test('"Haarschnitt" is clear where only one service is a haircut', () => {
    expect(matcher.match({ text: 'Haarschnitt' }, [mens!, colour!, beard!], 'de')).toMatchObject({
      kind: 'match',
      service: mens,
    });
  });

  test('the wrong audience is never served: no ladies’ cut for men', () => {
    expect(matcher.match({ text: 'Herrenhaarschnitt' }, [womens!, colour!], 'de').kind).toBe('unknown');
    expect(matcher.match({ text: "men's haircut" }, [womens!, colour!], 'en').kind).toBe('unknown');
  });

  test('the service of the call decides between equally likely ones', () => {
    expect(matcher.match({ text: 'Haarschnitt', pinnedId: womens!.id }, SALON, 'de')).toMatchObject({
      kind: 'match',
      service: womens,
    });
  });

  test('the service of the call is meant by "denselben Termin"', () => {
    expect(matcher.match({ text: 'denselben Termin bitte', pinnedId: mens!.id }, SALON, 'de')).toMatchObject({
      kind: 'match',
      service: mens,
    });
  });

  test('another service named clearly is another wish', () => {
    expect(matcher.match({ text: 'Färben', pinnedId: mens!.id }, SALON, 'de')).toMatchObject({
      kind: 'match',
      service: colour,
    });
    expect(matcher.match({ text: 'Pizza', pinnedId: mens!.id }, SALON, 'de').kind).toBe('unknown');
  });

  test('a full name wins over longer ones that begin with it', () => {
    const services = [service('Massage am Stuhl'), service('Massage'), service('Sportmassage')];
    expect(matcher.match({ text: 'eine Massage' }, services, 'de')).toMatchObject({
      kind: 'match',
      service: services[1],
    });
  });

  test('a number in the name tells services apart', () => {
    const services = [service('Massage 30 Minuten'), service('Massage 60 Minuten')];
    expect(matcher.match({ text: '60 Minuten Massage' }, services, 'de')).toMatchObject({
      kind: 'match',
      service: services[1],
    });
    expect(matcher.match({ text: 'Massage' }, services, 'de').kind).toBe('ambiguous');
  });

  test('a service whose name says nothing is found by that name', () => {
    const services = [service('Termin'), service('Beratung')];
    expect(matcher.match({ text: 'Termin' }, services, 'de')).toMatchObject({ kind: 'match', service: services[0] });
  });

  test('the same name twice has to be asked', () => {
    expect(matcher.match({ text: 'Massage' }, [service('Massage', [], 1), service('Massage', [], 2)], 'de').kind).toBe(
      'ambiguous',
    );
  });

  test('at most three suggestions, the likeliest first', () => {
    const result = matcher.match({ text: 'Haarverlängerung' }, SALON, 'de');
    expect(result).toMatchObject({ kind: 'unknown', suggestions: expect.any(Array) });
    if (result.kind === 'unknown') expect(result.suggestions.length).toBeLessThanOrEqual(3);
  });

  test('an audience that no service names is asked about, never served as another', () => {
    expect(matcher.match({ text: 'Kinder schneiden' }, SALON, 'de')).toEqual({
      kind: 'ambiguous',
      services: [mens, womens],
    });
    expect(matcher.match({ text: 'kids cut', pinnedId: mens!.id }, SALON, 'en').kind).toBe('ambiguous');
    expect(matcher.match({ text: 'Kinderhaarschnitt' }, [womens!, colour!], 'de').kind).toBe('unknown');
    expect(matcher.match({ text: 'Haarschnitt für Kinder' }, [service('Haarschnitt'), colour!], 'de').kind).toBe(
      'match',
    );
  });

  test.each([
    ['Herrenhaarschnitt und Färben', [[mens], [colour]]],
    ['erst Bartpflege, dann Haarschnitt', [[beard], [mens, womens]]],
    ['Damenhaarschnitt mit Färben', [[womens], [colour]]],
    ['Herren und Damen Haarschnitt', [[mens], [womens]]],
  ])('%j is more than one wish', (text, wishes) => {
    expect(matcher.match({ text }, SALON, 'de')).toEqual({ kind: 'ambiguous', services: wishes.flat(), wishes });
  });

  test('a name with "und" in it is one wish', () => {
    const both = service('Schneiden und Färben');
    expect(matcher.match({ text: 'Schneiden und Färben' }, [...SALON, both], 'de')).toMatchObject({
      kind: 'match',
      service: both,
    });
  });

  test('without services nothing is known', () => {
    expect(matcher.match({ text: 'Haarschnitt' }, [], 'de')).toEqual({ kind: 'unknown', suggestions: [] });
  });
});

describe('for any text', () => {
  const businesses = [SALON, PLAIN_SALON, PHYSIO, DENTIST];
  const every = businesses.flatMap((services) =>
    services.map((one): [string, typeof services, typeof one] => [one.name, services, one]),
  );

  test.each(every)('%s is understood by its own name, spelled in every way', (name, services, one) => {
    for (const said of [
      name,
      name.toUpperCase(),
      ` ${name}! `,
      name.replaceAll(' ', '-'),
      name.replaceAll('ä', 'ae').replaceAll('ü', 'ue'),
    ]) {
      expect(matcher.match({ text: said }, services, 'de')).toMatchObject({ kind: 'match', service: one });
    }
  });

  test('only services that were given come back, and the same each time', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 500, unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom('Herren', 'Haar', 'schnitt', 'färben', 'Bart', 'cut', 'massage', 'für', 'x', '<b>', '{{y}}'),
          { maxLength: 8 },
        )
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...businesses),
        fc.constantFrom('de' as const, 'en' as const),
        (said, services, language) => {
          const result = matcher.match({ text: said }, services, language);
          expect(matcher.match({ text: said }, services, language)).toEqual(result);
          if (result.kind === 'match') expect(services).toContain(result.service);
          if (result.kind === 'match') expect(result.score).toBeGreaterThan(0);
          if (result.kind === 'ambiguous') {
            expect(new Set(result.services).size).toBeGreaterThan(1);
            expect(services).toEqual(expect.arrayContaining(result.services));
          }
        },
      ),
    );
  });

  test('one letter too few in a long name is forgiven', () => {
    const names = every.filter(([name]) => name.length >= 10);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), ([name, services, one], at) => {
        const missing = 1 + (at % (name.length - 1));
        const said = name.slice(0, missing) + name.slice(missing + 1);
        const result = matcher.match({ text: said }, services, 'de');
        if (result.kind === 'match') expect(result.service).toBe(one);
        else expect(result).toMatchObject({ kind: 'ambiguous', services: expect.arrayContaining([one]) });
      }),
    );
  });
});

describe('words that sound alike have one code', () => {
  test.each([
    ['faerben', 'ferben'],
    ['herren', 'heren'],
    ['mueller', 'miller'],
    ['meier', 'mayer'],
    ['therapie', 'terapi'],
    ['philipp', 'filip'],
    ['wikipedia', 'wikibedia'],
  ])('German: %s and %s', (one, other) => {
    expect(soundOf(one, 'de')).toBe(soundOf(other, 'de'));
  });

  test.each([
    ['colour', 'culler'],
    ['beard', 'bird'],
    ['haircut', 'harecut'],
    ['knight', 'nite'],
    ['physio', 'fizio'],
  ])('English: %s and %s', (one, other) => {
    expect(soundOf(one, 'en')).toBe(soundOf(other, 'en'));
  });

  test.each([
    ['Wikipedia', '3412'],
    ['Breschnew', '17863'],
    ['Mueller-Luedenscheidt', '65752682'],
  ])('the code of %s is %s, as the Cologne rules say', (word, code) => {
    expect(soundOf(word.toLowerCase().replace(/[^a-z]/g, ''), 'de')).toBe(code);
  });

  test.each([
    ['herren', 'damen'],
    ['schnitt', 'schritt'],
  ])('German: %s and %s differ', (one, other) => {
    expect(soundOf(one, 'de')).not.toBe(soundOf(other, 'de'));
  });
});
