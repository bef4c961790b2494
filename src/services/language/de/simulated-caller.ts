import type { SimulatedCaller } from '../language-pack';

export const GERMAN_CALLER: SimulatedCaller = {
  service: 'Herrenhaarschnitt',
  time: 'um vierzehn Uhr',
  days: { tomorrow: 'morgen', dayAfterTomorrow: 'übermorgen', monday: 'am Montag' },
  hello: 'Guten Tag.',
  meanwhile: 'Inzwischen bucht jemand anderes diese Zeit.',
  yes: (name) => `Ja bitte, ${name}.`,
  first: 'den ersten bitte',
  stillFree: 'Ist die Zeit denn noch frei?',
  mine: 'Wann ist mein Termin?',
  later: 'eine halbe Stunde später',
  cancel: 'Ich muss doch absagen.',
  noTime: 'keine Zeit',
};
