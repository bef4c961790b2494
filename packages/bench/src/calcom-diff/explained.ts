import { type Difference, type Observation } from './replay';
import { type Row } from './row';

interface Situation {
  row: Row;
  other: Observation;
  difference: Difference;
  /** The start of the other installation's API keys: `cal` on Cal.com, its own name on a fork. */
  keyPrefix: string;
}

interface Explanation {
  kind: 'configuration' | 'fork' | 'version';
  reason: string;
  fits: (situation: Situation) => boolean;
}

/** Whether the answer looks like one of the first generation, which names a booking's times differently. */
const isFirstGeneration = ({ body }: Observation): boolean =>
  ['"recurringInfo":', '"startTime":'].some((key) => JSON.stringify(body ?? null).includes(key));

/** A fork's words and keys as Cal.com has them. */
export const inCalcomsName = (words: string, keyPrefix: string): string => words.replaceAll(keyPrefix, 'cal');

/** What two true Cal.coms may differ in. Everything else is unexplained. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    kind: 'version',
    reason: 'only documented, and this installation has no such route',
    fits: ({ row, other }) => row.known === 'documented' && other.status === 404 && other.text.startsWith('Cannot '),
  },
  {
    kind: 'version',
    reason: 'this installation does not know the versions of 2026 and answers as the first one does',
    fits: ({ row, other }) => row.newVersion === true && isFirstGeneration(other),
  },
  {
    kind: 'version',
    reason: "only documented: webhooks of this installation's version do not name the version of their payload",
    fits: ({ row, difference }) => row.name.startsWith('webhooks: ') && difference.expected === '.data.version',
  },
  {
    kind: 'fork',
    reason: 'its own name stands where Cal.com has its own',
    fits: ({ difference: { aspect, expected, seen }, keyPrefix }) =>
      aspect === 'keys' && keyPrefix !== 'cal' && expected === inCalcomsName(seen, keyPrefix),
  },
];

/** The difference, with the reason for it if the table has one. */
export function withReason(difference: Difference, row: Row, other: Observation, keyPrefix: string): Difference {
  const found = EXPLANATIONS.find(({ fits }) => fits({ row, other, difference, keyPrefix }));
  return found ? { ...difference, explained: `${found.kind}: ${found.reason}` } : difference;
}
