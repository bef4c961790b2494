import { createHash } from 'node:crypto';
import type { Fields } from './management';

/** One owned field that is not as it should be. */
export interface FieldChange {
  path: string;
  /** Short text of the present value; null when there is none. */
  from: string | null;
  to: string;
}

/** Lists that other people may add to; their entries are told apart by this key. */
const SHARED_LISTS: Readonly<Record<string, string>> = { general_tools: 'name', tools: 'name', nodes: 'id' };
const LONGEST_SHOWN = 80;

/** Where the present fields differ from the owned ones. Fields that are not owned are not looked at. */
export function changesOf(owned: Fields, present: Fields, at = ''): FieldChange[] {
  return Object.entries(owned).flatMap(([name, value]) => {
    const path = at + name;
    const key = SHARED_LISTS[name];
    if (key !== undefined && Array.isArray(value)) return listChanges(value, present[name], key, path);
    if (isFields(value) && isFields(present[name])) return changesOf(value, present[name], `${path}.`);
    return agrees(value, present[name]) ? [] : [{ path, from: shown(present[name]), to: shown(value) ?? 'null' }];
  });
}

/** What to send so that the owned fields are as they should be and everything added by others stays. */
export function merged(owned: Fields, present: Fields): Fields {
  return Object.fromEntries(
    Object.entries(owned).map(([name, value]) => {
      const now = present[name];
      const key = SHARED_LISTS[name];
      if (key !== undefined && Array.isArray(value)) {
        const ours = new Set(entries(value).map((entry) => entry[key]));
        return [name, [...(value as unknown[]), ...entries(now).filter((entry) => !ours.has(entry[key]))]];
      }
      // Objects are replaced whole by Retell as well.
      return [name, isFields(value) && isFields(now) ? { ...now, ...value } : value];
    }),
  );
}

/** Names of entries that a person added to a shared list. */
export function foreignEntries(owned: Fields, present: Fields, list: string): Fields[] {
  const key = SHARED_LISTS[list] ?? 'name';
  const ours = new Set(entries(owned[list]).map((entry) => entry[key]));
  return entries(present[list]).filter((entry) => !ours.has(entry[key]));
}

/** The same for the same values, in whatever order their fields stand. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 12);
}

/** Retell fills in defaults, so more fields than were sent are no difference. */
function agrees(owned: unknown, present: unknown): boolean {
  if (Array.isArray(owned))
    return (
      Array.isArray(present) &&
      owned.length === present.length &&
      owned.every((entry, index) => agrees(entry, present[index]))
    );
  if (isFields(owned))
    return isFields(present) && Object.entries(owned).every(([name, value]) => agrees(value, present[name]));
  return owned === present;
}

function listChanges(owned: unknown[], present: unknown, key: string, path: string): FieldChange[] {
  const now = new Map(entries(present).map((entry) => [entry[key], entry]));
  return entries(owned).flatMap((entry) => {
    const name = `${path}[${String(entry[key])}]`;
    const found = now.get(entry[key]);
    if (found === undefined) return [{ path: name, from: null, to: 'added' }];
    return agrees(entry, found) ? [] : changesOf(entry, found, `${name}.`);
  });
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= LONGEST_SHOWN) return text.replaceAll('\n', ' ');
  return `${text.slice(0, LONGEST_SHOWN).replaceAll('\n', ' ')}… (${text.length} characters, ${fingerprintOf(text)})`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isFields(value)) return JSON.stringify(value) ?? 'null';
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

function entries(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
