/** When a fetch began: what it can know. */
export interface FetchToken {
  incarnation: string;
  epoch: number;
  /** Redis time, epoch milliseconds. */
  begunAtMs: number;
}

/** A note about all entries of a group, put there at `atMs` by Redis time; label and payload are the caller's. */
interface FenceMark {
  epoch: number;
  atMs: number;
  label: string;
  payload: string;
}

/**
 * What stands between a group's stored entries and its readers. An entry exists only if its token is of the same
 * incarnation, its epoch is not below the floors, and its fetch did not begin before `sinceMs`.
 */
export interface FenceState {
  incarnation: string;
  epoch: number;
  floor: number;
  sinceMs: number;
  partFloors: ReadonlyMap<string, number>;
  marks: readonly FenceMark[];
}

export interface FencedEntry {
  token: FetchToken;
  freshUntilMs: number;
  payload: string;
}

/** null when it is not readable: the fence counts as lost then. */
export function parseFence(text: string): FenceState | null {
  const [incarnation, epoch, floor, since, count, parts, marks] = text.split('|');
  if (!incarnation || parts === undefined || marks === undefined) return null;
  const numbers = [epoch, floor, since, count].map(Number);
  const [epochNumber = Number.NaN, floorNumber = Number.NaN, sinceMs = Number.NaN] = numbers;
  if (!numbers.every(Number.isSafeInteger)) return null;
  return {
    incarnation,
    epoch: epochNumber,
    floor: floorNumber,
    sinceMs,
    partFloors: new Map(
      records(parts).map(([part = '', atEpoch]) => {
        return [part, Number(atEpoch)] as const;
      }),
    ),
    marks: records(marks).map(([atEpoch, at, label = '', payload = '']) => ({
      epoch: Number(atEpoch),
      atMs: Number(at),
      label,
      payload,
    })),
  };
}

function records(text: string): string[][] {
  return text === '' ? [] : text.split(';').map((record) => record.split(','));
}

/** null for an absent or unreadable entry: both mean that it must be fetched. */
export function parseEntry(text: string | null): FencedEntry | null {
  if (text === null) return null;
  const first = text.indexOf('|');
  const second = text.indexOf('|', first + 1);
  const third = text.indexOf('|', second + 1);
  const fourth = text.indexOf('|', third + 1);
  if (first < 0 || second < 0 || third < 0 || fourth < 0) return null;
  const epoch = Number(text.slice(first + 1, second));
  const begunAtMs = Number(text.slice(second + 1, third));
  const freshUntilMs = Number(text.slice(third + 1, fourth));
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(begunAtMs) || !Number.isSafeInteger(freshUntilMs))
    return null;
  return {
    token: { incarnation: text.slice(0, first), epoch, begunAtMs },
    freshUntilMs,
    payload: text.slice(fourth + 1),
  };
}
