import { type LatencyClass } from '../latency';
import { type OptionalRoutes } from '../world/behaviour';
import { type ApiVersion } from './api-version';
import { type AuthenticatedCall, type Call, type Reply } from './call';

interface RouteShape {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/v2/bookings/:uid`; a parameter matches one segment. */
  path: string;
  versions: 'any' | readonly ApiVersion[];
  latency: LatencyClass;
  /** The route exists only while these switches are on. */
  needs?: readonly OptionalRoutes[];
  /** A request without any credential is refused with 403, before the auth guard could answer 401. */
  permissions?: boolean;
}

export type Route = RouteShape &
  (
    | { auth: 'required'; handle: (call: AuthenticatedCall) => Reply | Promise<Reply> }
    /** `optional` refuses a bad credential, `none` does not look at it beyond the limiter. */
    | { auth: 'optional' | 'none'; handle: (call: Call) => Reply | Promise<Reply> }
  );

export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

interface CompiledRoute {
  route: Route;
  segments: readonly string[];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Finds the handler by method, path and version. Literal segments win over parameters. */
export class Router {
  readonly #routes = new Map<string, CompiledRoute[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split('/').slice(1);
      const key = `${route.method} ${segments.length}`;
      this.#routes.set(key, [...(this.#routes.get(key) ?? []), { route, segments }]);
    }
    for (const candidates of this.#routes.values()) {
      candidates.sort((a, b) => parameterCount(a.segments) - parameterCount(b.segments));
    }
  }

  match(
    method: string,
    pathname: string,
    version: ApiVersion,
    switches: Record<OptionalRoutes, boolean>,
  ): RouteMatch | undefined {
    const segments = pathname.replace(/\/$/, '').split('/').slice(1);
    for (const { route, segments: pattern } of this.#routes.get(`${method} ${segments.length}`) ?? []) {
      if (route.versions !== 'any' && !route.versions.includes(version)) continue;
      if (route.needs?.some((name) => !switches[name])) continue;
      const params = matchSegments(pattern, segments);
      if (params) return { route, params };
    }
    return undefined;
  }
}

const parameterCount = (segments: readonly string[]): number =>
  segments.filter((segment) => segment.startsWith(':')).length;

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith(':')) params[expected.slice(1)] = decode(actual);
    else if (expected !== actual) return undefined;
  }
  return params;
}
