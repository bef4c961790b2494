import type { Trade } from '../trade';

/** Massage and physiotherapy. */
export const MASSAGE: Trade = {
  concepts: [
    { kind: 'subject', words: 'ruecken rueckens back' },
    { kind: 'subject', words: 'lymph lymphe lymphatic' },
    { kind: 'action', words: 'massage massagen massieren massages' },
    { kind: 'action', words: 'gymnastik gymnastics exercise exercises' },
    { kind: 'action', words: 'krankengymnastik kg physiotherapy physiotherapie physio' },
    { kind: 'action', words: 'drainage drainagen' },
    { kind: 'action', words: 'akupunktur acupuncture' },
    { kind: 'action', words: 'fango fangopackung moor mudpack' },
    { kind: 'action', words: 'osteopathie osteopathy' },
    { kind: 'action', words: 'training trainings kurs stunde class lesson' },
    { kind: 'quality', words: 'thai thailaendisch thailaendische' },
    { kind: 'quality', words: 'manuell manuelle manueller manuellen manual' },
  ],
  implies: {},
  sayings: [],
};
