import { type LatencyBudget } from '../latency';
import { type User } from '../world/world-spec';
import { type ApiVersion } from './api-version';

/** A query as the official server sees it: a repeated key or `key[]` is an array. */
export type Query = Record<string, string | string[]>;

/** One request that passed version routing, the limiter and the auth guard. */
export interface Call {
  method: string;
  rawUrl: string;
  params: Record<string, string>;
  query: Query;
  /** Parsed JSON; an empty object when there was none. */
  body: unknown;
  version: ApiVersion;
  /** Undefined for an anonymous caller. */
  caller: User | undefined;
  /** The part of the answer's latency that a handler may spend between a check and its commit. */
  latency: LatencyBudget;
}

/** A call on a guarded route. */
export interface AuthenticatedCall extends Call {
  caller: User;
}

export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export const ok = (data: unknown): Reply => ({ status: 200, body: { status: 'success', data } });
export const created = (data: unknown): Reply => ({ status: 201, body: { status: 'success', data } });

export function parseQuery(search: string): Query {
  const query: Query = {};
  for (const [rawKey, value] of new URLSearchParams(search)) {
    const isList = rawKey.endsWith('[]');
    const key = isList ? rawKey.slice(0, -2) : rawKey;
    const known = query[key];
    if (known === undefined) query[key] = isList ? [value] : value;
    else query[key] = Array.isArray(known) ? [...known, value] : [known, value];
  }
  return query;
}
