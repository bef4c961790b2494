import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { atLeast, FIELD_TEXTS, inBothLanguages, problemsOf } from '../src/field-texts';

const SRC = path.join(__dirname, '../src');
const FOLDERS = ['controllers/admin', 'services/admin', 'services/people', 'services/notifications', 'models'];

/** What the admin API's code says of fields: words that follow a field's name. */
const said = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(SRC, folder))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(path.join(SRC, folder, name), 'utf8');
      const found = text.matchAll(/(?:message: |error: |, |return )'((?:must|is|does|has|cannot|needs) [^'\n]*)'/g);
      return [...found].map(([, sentence = '']) => sentence);
    }),
);

test('every sentence about a field has a German one', () => {
  expect(said.length).toBeGreaterThan(30);
  expect([...new Set(said)].filter((sentence) => !(sentence in FIELD_TEXTS))).toEqual([]);
});

const body = z.strictObject({
  name: z.string().min(1),
  size: z.int().min(3).max(9),
  kind: z.enum(['one', 'two']),
  day: z.iso.date(),
  tags: z.array(z.string()).max(1),
});
const good = { name: 'x', size: 4, kind: 'one', day: '2026-12-24', tags: [] };

test.each([
  [{ name: '' }, 'name', 'is required', 'wird benötigt'],
  [{ name: undefined }, 'name', 'is required', 'wird benötigt'],
  [{ name: 7 }, 'name', 'is not of the kind that is expected', 'hat nicht die erwartete Form'],
  [{ size: 2 }, 'size', 'must be at least 3', 'muss mindestens 3 sein'],
  [{ size: 10 }, 'size', 'must be at most 9', 'darf höchstens 9 sein'],
  [{ size: 4.5 }, 'size', 'must be a whole number', 'muss eine ganze Zahl sein'],
  [{ kind: 'three' }, 'kind', 'must be one of one, two', 'muss eines davon sein: one, two'],
  [{ day: 'x' }, 'day', 'must be a date such as 2026-12-24', 'muss ein Datum sein, etwa 2026-12-24'],
  [{ tags: ['a', 'b'] }, 'tags', 'must have at most 1 entry', 'darf höchstens 1 Eintrag haben'],
  [{ more: 1 }, 'more', 'is not a field of this request', 'gehört nicht zu dieser Anfrage'],
])('%j is a problem in both languages', (over, field, message, german) => {
  const value = { ...good, ...over };
  const { error } = body.safeParse(value);
  const problems = error!.issues.flatMap((issue) => problemsOf(issue, value)).map(inBothLanguages);
  expect(problems).toEqual([{ path: field, message, message_de: german }]);
});

test('a password that is too short is answered with the least length', () => {
  expect(atLeast('string', 12).message_de).toBe('muss mindestens 12 Zeichen haben');
});
