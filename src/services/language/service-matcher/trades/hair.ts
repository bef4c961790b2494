import type { Trade } from '../trade';

/** Hairdressers and barbers. */
export const HAIR: Trade = {
  concepts: [
    { kind: 'subject', words: 'haar haare haaren haars hair hairs' },
    {
      kind: 'subject',
      words: 'bart bartes barts baerte beard beards moustache mustache schnurrbart vollbart barthaar barthaare',
    },
    { kind: 'subject', words: 'nacken hals neck' },
    {
      kind: 'action',
      of: 'haar',
      words:
        'schnitt schnitte schnitten schneiden schneide geschnitten cut cuts cutting trim trims trimming trimmed trimmen stutzen',
    },
    {
      kind: 'action',
      of: 'haar',
      words:
        'faerben faerbe faerbung gefaerbt farbe farben coloration toenen toenung colour colours colouring coloured color colors coloring colored dye dyed dyeing dying tint tinting',
    },
    { kind: 'action', words: 'rasur rasieren rasiert shave shaving shaved' },
    { kind: 'part', of: 'haar', words: 'waschen gewaschen waesche wash washing shampoo shampooing' },
    { kind: 'part', of: 'haar', words: 'foehnen foehn gefoehnt blowdry styling stylen style' },
    {
      kind: 'action',
      of: 'haar',
      words: 'straehnen straehnchen highlights balayage blondieren blondierung blond bleaching',
    },
    { kind: 'action', of: 'haar', words: 'dauerwelle dauerwellen perm' },
    { kind: 'action', words: 'haarverlaengerung extensions' },
    { kind: 'action', of: 'haar', words: 'glaettung glaetten keratin straightening' },
    { kind: 'action', of: 'haar', words: 'hochsteckfrisur hochstecken steckfrisur updo brautfrisur' },
  ],
  implies: {
    'haare schneiden':
      'spitzen haarspitzen pony ponyschnitt nachschneiden maschinenschnitt fassonschnitt fasson faconschnitt stufenschnitt stufen bob pixie undercut kurzhaarschnitt langhaarschnitt frisur fade buzz buzzcut crewcut fringe bangs layers hairdo ends kuerzen kuerzer konturen konturenschnitt abschneiden',
    faerben: 'ansatz ansatzfarbe ansatzfaerbung umfaerben',
  },
  included: { bart: 'schnitt' },
  near: { straehnen: 'faerben' },
  sayings: [
    [/\bblow ?dr(?:y|ied|ying)\b/g, 'blowdry'],
    [/\bshort back and sides\b|\b(?:crew|skin) (?:cut|fade)\b/g, 'haare schneiden'],
    [/\bsplit ends\b/g, 'spitzen'],
    [/\bhot towel\b|\bshape up\b/g, ''],
    [/\bin form (?:bringen|gebracht|schneiden)\b/g, ''],
  ],
};
