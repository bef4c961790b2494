import { type Reply } from './target';

/**
 * The kind of an answer. `data…` are successes; E1 a Nest exception, E2 an input pipe's single string, E3 the global
 * pipe's list, E4 the engine's raw object, E5 its bare 500, E6 tRPC, E7 Zod; E8 everything that is no JSON.
 */
export type Shape =
  | 'data:object'
  | 'data:array'
  | 'data:null'
  | 'data:text'
  | 'success'
  | 'E1'
  | 'E2'
  | 'E3'
  | 'E4'
  | 'E5'
  | 'E6'
  | 'E7'
  | 'E8';

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function errorShape(body: Json): Shape {
  const error = body['error'];
  if (!isRecord(error)) {
    if (typeof body['statusCode'] !== 'number') return 'E8';
    return body['statusCode'] === 500 && body['message'] === 'Internal server error' ? 'E5' : 'E4';
  }
  if (error['code'] === 'TRPCError') return 'E6';
  if (error['code'] === 'BAD_REQUEST') return 'E7';
  if (isRecord(error['details']) && Array.isArray(error['details']['errors'])) return 'E3';
  return String(error['message']).includes('property is wrong') ? 'E2' : 'E1';
}

export function shapeOf({ status, body }: Reply): Shape {
  if (!isRecord(body)) return 'E8';
  if (status >= 400) return errorShape(body);
  if (!('data' in body)) return 'success';
  const { data } = body;
  if (data === null) return 'data:null';
  if (typeof data === 'string') return 'data:text';
  return Array.isArray(data) ? 'data:array' : 'data:object';
}

/** The words of a refusal; empty for a success. */
export function textOf({ status, body }: Reply): string {
  if (status < 400) return '';
  if (!isRecord(body)) return String(body).slice(0, 200);
  const error = body['error'];
  const message = isRecord(error) ? error['message'] : body['message'];
  const details = isRecord(error) && isRecord(error['details']) ? error['details']['errors'] : undefined;
  const properties = Array.isArray(details) ? details.map((one) => (isRecord(one) ? String(one['property']) : '')) : [];
  return [typeof message === 'string' ? message : '', ...properties].join(' | ');
}

/** Every key of an answer with the types of its values; items of lists together; dates as keys are one key. */
export function keysOf(value: unknown, path = ''): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const note = (at: string, type: string): void => void found.set(at, (found.get(at) ?? new Set()).add(type));
  const walk = (current: unknown, at: string): void => {
    if (Array.isArray(current)) {
      note(at, 'array');
      for (const item of current) walk(item, `${at}[]`);
    } else if (isRecord(current)) {
      note(at, 'object');
      for (const [key, item] of Object.entries(current))
        walk(item, `${at}.${/^\d{4}-\d\d-\d\d$/.test(key) ? '<date>' : key}`);
    } else note(at, current === null ? 'null' : typeof current);
  };
  walk(value, path);
  return found;
}

export interface KeyDifferences {
  /** Ours has them, the other has not, or with other types. */
  missing: string[];
  /** The other has them, ours has not. */
  additional: string[];
}

/** What answers may say of their own accord: the asker's metadata and answers to own questions. */
const FREE_KEYS = /\.(metadata|bookingFieldsResponses|responses)(\.|$)/;

/** Compares the keys of two answers. An empty list or a null says nothing about what it could hold. */
export function compareKeys(ours: unknown, theirs: unknown): KeyDifferences {
  const [own, other] = [keysOf(ours), keysOf(theirs)];
  const missing: string[] = [];
  for (const [at, types] of own) {
    if (FREE_KEYS.test(at) || at === '') continue;
    const seen = other.get(at);
    if (!seen) {
      const onlyNull = [...types].every((type) => type === 'null');
      if (!onlyNull && !underEmpty(other, at)) missing.push(at);
    } else if (![...types].some((type) => seen.has(type)) && !types.has('null') && !seen.has('null')) {
      missing.push(`${at} (${[...types].join('|')}, there ${[...seen].join('|')})`);
    }
  }
  const additional = [...other.keys()].filter((at) => !own.has(at) && !FREE_KEYS.test(at) && !underEmpty(own, at));
  return { missing, additional };
}

const isParent = (keys: Map<string, Set<string>>, at: string): boolean =>
  [...keys.keys()].some((key) => key.startsWith(`${at}.`) || key.startsWith(`${at}[]`));

/** True when some list or object above the key is there, but empty or null. */
function underEmpty(keys: Map<string, Set<string>>, at: string): boolean {
  for (let end = at.length; end > 0;) {
    end = Math.max(at.lastIndexOf('.', end - 1), at.lastIndexOf('[]', end - 1));
    if (end <= 0) return false;
    const above = at.slice(0, end);
    if (keys.has(above)) return !isParent(keys, above);
  }
  return false;
}
