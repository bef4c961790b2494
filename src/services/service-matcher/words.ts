/** Words that say nothing about which service is meant, both languages. */
export const FILLERS: ReadonlySet<string> = new Set(
  `ein eine einen einem einer der die das den dem des und oder mit ohne fuer für zum zur im in am an auf bei bitte gern gerne
   ich moechte möchte haette hätte will wuensche wünsche brauche haben machen lassen mal nur einfach einmal normal normaler normalen
   termin termine buchen leistung service behandlung so also
   a an the and or with without for to of at please i would like want need have get make just book booking appointment my me some do`.split(
    /\s+/,
  ),
);

/** Each list means one thing; what a person says is brought to its first word. */
const SAME: readonly string[][] = [
  [
    'herren',
    'herr',
    'herrn',
    'maenner',
    'mann',
    'mannes',
    'mens',
    'men',
    'man',
    'male',
    'gentleman',
    'gentlemen',
    'gents',
    'gentlemens',
  ],
  ['damen', 'dame', 'frauen', 'frau', 'womens', 'women', 'woman', 'ladies', 'lady', 'female', 'ladys'],
  ['kinder', 'kind', 'kids', 'kid', 'child', 'children', 'childrens', 'jungen', 'maedchen'],
  [
    'haarschnitt',
    'haarschnitte',
    'haareschneiden',
    'haarschneiden',
    'haircut',
    'haircuts',
    'cut',
    'schnitt',
    'schneiden',
    'trim',
  ],
  ['haar', 'haare', 'haaren', 'hair', 'hairs'],
  [
    'faerben',
    'faerbung',
    'farbe',
    'coloring',
    'colouring',
    'colour',
    'color',
    'dye',
    'dyeing',
    'dyed',
    'coloration',
    'toenen',
    'toenung',
    'ferben',
  ],
  ['bart', 'baerte', 'beard', 'beards'],
  ['pflege', 'care', 'grooming', 'trimmen', 'trimming', 'pflegen', 'stutzen', 'rasur', 'rasieren', 'shave'],
  ['massage', 'massagen', 'massages'],
  ['zahn', 'zaehne', 'tooth', 'teeth', 'dental'],
  ['reinigung', 'cleaning', 'clean', 'saeubern'],
  ['untersuchung', 'kontrolle', 'vorsorge', 'check', 'checkup', 'examination'],
  ['beratung', 'consultation', 'consulting', 'gespraech', 'advice'],
  ['waschen', 'wash', 'washing'],
  ['foehnen', 'blowdry', 'styling', 'stylen'],
];

const CANONICAL = new Map(SAME.flatMap((group) => group.map((word): [string, string] => [word, group[0] ?? word])));

/** Parts that German glues together, longest first, so that "Herrenhaarschnitt" is two things. */
const PARTS = [...CANONICAL.keys()].filter((word) => word.length >= 4).sort((a, b) => b.length - a.length);

export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** The things a phrase names, compounds taken apart, fillers left out. */
export function conceptsOf(text: string): string[] {
  const words = plain(text)
    .split(' ')
    .filter((word) => word !== '' && !FILLERS.has(word));
  const parts = words.flatMap((word) => CANONICAL.get(word) ?? takenApart(word));
  // "Haar Schnitt" and "hair cut" are one thing.
  const joined = parts.includes('haarschnitt') ? parts.filter((part) => part !== 'haar') : parts;
  return [...new Set(joined)];
}

function takenApart(word: string): string[] {
  for (const part of PARTS) {
    if (part.length >= word.length || !word.startsWith(part)) continue;
    const rest = word.slice(part.length).replace(/^[ns](?=[a-z]{4})/, '');
    const known = CANONICAL.get(part) ?? part;
    if (rest.length < 3) return [known];
    return [known, ...(CANONICAL.has(rest) ? [CANONICAL.get(rest) ?? rest] : takenApart(rest))];
  }
  return [word];
}
