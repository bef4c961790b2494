import type { Trade } from '../trade';

/** Beauticians. */
export const COSMETICS: Trade = {
  concepts: [
    { kind: 'subject', words: 'gesicht gesichts face facial' },
    { kind: 'subject', words: 'haut skin' },
    { kind: 'subject', words: 'augenbrauen augenbraue brauen eyebrow eyebrows brows brow' },
    { kind: 'subject', words: 'wimpern wimper lash lashes eyelash eyelashes' },
    { kind: 'subject', words: 'beine bein legs leg' },
    { kind: 'subject', words: 'achseln achsel armpits underarms underarm' },
    { kind: 'subject', words: 'bikini bikinizone intimbereich' },
    { kind: 'subject', words: 'lippen lippe oberlippe lips lip' },
    { kind: 'action', words: 'pflege pflegen gepflegt care grooming groom groomed' },
    { kind: 'action', words: 'waxing wachsen enthaarung enthaaren sugaring wax hairremoval' },
    { kind: 'action', words: 'lifting liften lift' },
    { kind: 'action', words: 'peeling peel microdermabrasion' },
    { kind: 'action', words: 'zupfen gezupft tweezing pluck threading fadentechnik' },
    { kind: 'action', words: 'makeup schminken brautmakeup permanentmakeup' },
    { kind: 'action', words: 'botox filler unterspritzung hyaluron' },
    { kind: 'action', words: 'laminierung laminieren lamination' },
  ],
  implies: {},
  sayings: [
    [/\bmake up\b/g, 'makeup'],
    [/\bhair removal\b/g, 'hairremoval'],
  ],
};
