import type { Trade } from '../trade';

/** Doctors and dentists. */
export const MEDICAL: Trade = {
  concepts: [
    { kind: 'subject', words: 'zahn zaehne zaehnen zahnes tooth teeth dental' },
    { kind: 'subject', words: 'wurzel wurzelkanal root canal' },
    { kind: 'action', words: 'reinigung reinigen saeubern saeuberung cleaning clean cleaned hygiene' },
    { kind: 'action', words: 'kontrolle kontroll vorsorge checkup check checkups' },
    { kind: 'action', words: 'untersuchung untersuchungen examination exam befund befundung assessment' },
    { kind: 'action', words: 'fuellung fuellungen plombe plomben filling fillings' },
    { kind: 'action', words: 'bleaching bleichen aufhellung aufhellen whitening whiten' },
    { kind: 'action', words: 'ziehen extraktion extraction removal entfernen entfernung' },
    { kind: 'action', words: 'implantat implantate implant implants' },
    { kind: 'action', words: 'krone kronen crown crowns' },
    { kind: 'action', words: 'impfung impfen geimpft vaccination vaccine shot' },
    { kind: 'action', words: 'blutabnahme blutentnahme bluttest bloodtest' },
    { kind: 'action', words: 'ultraschall sonographie ultrasound' },
    { kind: 'action', words: 'beratung beraten beratungsgespraech consultation consulting consult advice' },
    { kind: 'action', words: 'rezept rezepte prescription prescriptions' },
  ],
  implies: {},
  sayings: [[/\bblood test\b/g, 'bloodtest']],
};
