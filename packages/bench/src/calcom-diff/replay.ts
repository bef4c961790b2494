import { inCalcomsName, withReason } from './explained';
import { ACCOUNT_ROWS, LIMIT_ROWS } from './rows-account';
import { BOOKING_INPUT_ROWS } from './rows-booking-input';
import { BOOKING_ROWS } from './rows-bookings';
import { ABSENCE_ROWS } from './rows-absence';
import { CHANGE_ROWS } from './rows-changes';
import { HOLD_ROWS } from './rows-holds';
import { LIST_ROWS } from './rows-lists';
import { SLOT_ROWS } from './rows-slots';
import { type Known, type Row, type Scene } from './row';
import { compareKeys, type Shape, shapeOf, textOf } from './shape';
import { type Reply } from './target';

/** In this order: later rows look at what earlier ones made. */
export const ROWS: readonly Row[] = [
  ...SLOT_ROWS,
  ...HOLD_ROWS,
  ...BOOKING_ROWS,
  ...BOOKING_INPUT_ROWS,
  ...CHANGE_ROWS,
  ...ABSENCE_ROWS,
  ...LIST_ROWS,
  ...ACCOUNT_ROWS,
  ...LIMIT_ROWS,
];

/** What one world answered to one row. */
export interface Observation {
  status: number;
  others: number[];
  shape: Shape;
  text: string;
  effect: string | undefined;
  body: unknown;
  /** Set when there was no answer to look at. */
  failure?: string;
}

export type Aspect = 'answer' | 'status' | 'shape' | 'text' | 'effect' | 'keys';

export interface Difference {
  row: string;
  aspect: Aspect;
  expected: string;
  seen: string;
  known: Known;
  /** Why two true Cal.coms may differ here; undefined: unexplained. */
  explained?: string;
}

/** Sends one row. Never rejects: an answer that does not come is an observation too. */
export async function observe(row: Row, scene: Scene): Promise<Observation> {
  const nothing: Observation = { status: 0, others: [], shape: 'E8', text: '', effect: undefined, body: undefined };
  try {
    const ask = row.ask(scene);
    const replies = await Promise.all(Array.from({ length: row.times ?? 1 }, () => scene.target.send(ask)));
    replies.sort((a, b) => a.status - b.status);
    const [first] = replies;
    if (!first) return nothing;
    if (row.makes !== undefined && first.status < 300) scene.keep(row.makes, first);
    return {
      status: first.status,
      others: replies.slice(1).map(({ status }) => status),
      shape: shapeOf(first),
      text: textOf(first),
      effect: row.effect ? await effectOf(row.effect, scene, replies) : undefined,
      body: first.body,
    };
  } catch (error) {
    return { ...nothing, failure: error instanceof Error ? error.message : String(error) };
  }
}

async function effectOf(effect: NonNullable<Row['effect']>, scene: Scene, replies: readonly Reply[]): Promise<string> {
  try {
    return await effect.look(scene, replies);
  } catch (error) {
    return `could not be looked at: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function differ(row: Row, aspect: Aspect, expected: unknown, seen: unknown): Difference[] {
  if (String(expected) === String(seen)) return [];
  return [{ row: row.name, aspect, expected: String(expected), seen: String(seen), known: row.known }];
}

/** One world against the table. */
export function againstTable(row: Row, seen: Observation): Difference[] {
  if (seen.failure !== undefined) return differ(row, 'answer', 'an answer', seen.failure);
  return [
    ...differ(row, 'status', row.status, seen.status),
    ...(row.others ? differ(row, 'status', row.others.join(' '), seen.others.join(' ')) : []),
    ...differ(row, 'shape', row.shape, seen.shape),
    ...(row.text !== undefined && !seen.text.includes(row.text) ? differ(row, 'text', row.text, seen.text) : []),
    ...(row.effect ? differ(row, 'effect', row.effect.is, seen.effect) : []),
  ];
}

/**
 * What a refusal states: its first sentence, without the uids and the time of its own world. The advice that may
 * follow is addressed to programmers.
 */
const statementOf = (text: string): string =>
  text
    .replace(/uid=[\w-]+/g, 'uid=…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replace(/\. +[A-Z].*$/s, '.');

/** The sandbox against another Cal.com. */
export function againstEachOther(row: Row, sandbox: Observation, other: Observation, keyPrefix = 'cal'): Difference[] {
  if (sandbox.failure !== undefined || other.failure !== undefined) {
    return differ(row, 'answer', sandbox.failure ?? 'an answer', other.failure ?? 'an answer');
  }
  const { missing, additional } =
    sandbox.status < 400 && other.status < 400
      ? compareKeys(sandbox.body, other.body)
      : { missing: [], additional: [] };
  const renamed = new Map(additional.map((key) => [inCalcomsName(key, keyPrefix), key]));
  const differences = [
    ...differ(row, 'status', sandbox.status, other.status),
    ...(row.others ? differ(row, 'status', sandbox.others.join(' '), other.others.join(' ')) : []),
    ...differ(row, 'shape', sandbox.shape, other.shape),
    ...differ(row, 'text', statementOf(sandbox.text), statementOf(other.text)),
    ...differ(row, 'effect', sandbox.effect ?? '', other.effect ?? ''),
    ...missing.flatMap((key) => differ(row, 'keys', key, renamed.get(key) ?? 'absent')),
    ...additional
      .filter((key) => !missing.includes(inCalcomsName(key, keyPrefix)))
      .flatMap((key) => differ(row, 'keys', 'absent', key)),
  ].map((difference) => withReason(difference, row, other, keyPrefix));
  return byReason(differences);
}

/** Keys that differ for one reason are one difference. */
function byReason(differences: readonly Difference[]): Difference[] {
  const found: Difference[] = [];
  for (const difference of differences) {
    const { aspect, explained } = difference;
    const same = found.find((one) => aspect === 'keys' && one.aspect === 'keys' && one.explained === explained);
    if (!same || explained === undefined) found.push({ ...difference });
    else
      Object.assign(same, {
        expected: `${same.expected} ${difference.expected}`,
        seen: `${same.seen} ${difference.seen}`,
      });
  }
  return found;
}

export interface Outcome {
  rows: { name: string; known: Known; status: number; shape: string; text: string; skipped: boolean }[];
  differences: Difference[];
}

const isPlayable = (row: Row, scene: Scene): boolean =>
  row.needs?.every((name) => scene.stage.typeIds[name] !== undefined) ?? true;

/** Every row on the sandbox, and on the other Cal.com if there is one; each sees the rows in the same order. */
export async function replay(sandbox: Scene, other?: Scene, rows = ROWS): Promise<Outcome> {
  const outcome: Outcome = { rows: [], differences: [] };
  for (const row of rows) {
    const skipped = !isPlayable(row, sandbox) || (other !== undefined && row.onlySandbox === true);
    const seen = skipped ? undefined : await observe(row, sandbox);
    const { status = 0, shape = '', text = '' } = seen ?? {};
    outcome.rows.push({ name: row.name, known: row.known, status, shape, text, skipped });
    if (!seen) continue;
    const differences = other
      ? againstEachOther(row, seen, await observe(row, other), other.target.keyPrefix)
      : againstTable(row, seen);
    outcome.differences.push(...differences);
  }
  return outcome;
}
