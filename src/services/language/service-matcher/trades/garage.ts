import type { Trade } from '../trade';

/** Car workshops. */
export const GARAGE: Trade = {
  concepts: [
    { kind: 'subject', words: 'reifen raeder rad tyre tyres tire tires wheel wheels' },
    { kind: 'subject', words: 'oel oil' },
    { kind: 'subject', words: 'bremse bremsen brake brakes' },
    { kind: 'subject', words: 'batterie battery' },
    { kind: 'subject', words: 'klima klimaanlage aircon' },
    { kind: 'action', words: 'wechsel wechseln change changing swap' },
    { kind: 'action', words: 'inspektion inspection wartung durchsicht' },
    { kind: 'action', words: 'hauptuntersuchung tuev hu mot' },
    { kind: 'action', words: 'reparatur reparieren repair repairing' },
    { kind: 'action', words: 'achsvermessung spureinstellung alignment' },
  ],
  implies: {},
  sayings: [[/\bair ?con(?:ditioning)?\b/g, 'aircon']],
};
