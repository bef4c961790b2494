import { z } from 'zod';
import type { Actor, Role } from '../../services/admin/actor';
import type { Change } from '../../services/admin/audit-trail';

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** One route: what it takes, what it answers, and its line in the API's document. */
export interface RouteSpec<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  method: Method;
  /** Express' spelling: `/api/admin/calls/:id/trace`. */
  path: string;
  tag: string;
  summary: string;
  /** What the audit log says was written to. */
  subject: string;
  query: Query;
  body: Body;
  /** The `data` of the answer; for lists one item. */
  answer: z.ZodType;
  list: boolean;
  /** One row of the file, where it can be had as one and is not a list. */
  file?: z.ZodType;
  status: 200 | 201 | 202;
  /** Also answered 202 when the work goes on after the answer. */
  mayGoOn: boolean;
  /** The least role that may ask it. */
  role: Role;
}

export interface HandlerInput<Query extends z.ZodType, Body extends z.ZodType> {
  actor: Actor;
  /** The path's `:id`, empty for paths without one. */
  id: string;
  query: z.output<Query>;
  body: z.output<Body>;
  header: (name: string) => string | null;
  /** Must be called once by every handler that wrote something, or that read a person's record. */
  wrote: (change: Change) => void;
  /** The work goes on after the answer: 202. */
  goesOn: () => void;
}

const nothing = z.strictObject({});
/** DELETE and some POSTs come without a body; an empty object is as good. */
const noBody = nothing.optional();

type NoQuery = typeof nothing;
type NoBody = typeof noBody;
type Common = Pick<RouteSpec, 'method' | 'path' | 'role' | 'tag' | 'summary' | 'answer'> &
  Partial<Pick<RouteSpec, 'subject' | 'list' | 'file' | 'status' | 'mayGoOn'>>;

/** A route with what goes without saying filled in. */
export function route<Query extends z.ZodType, Body extends z.ZodType>(
  given: Common & { query: Query; body: Body },
): RouteSpec<Query, Body>;
export function route<Query extends z.ZodType>(given: Common & { query: Query }): RouteSpec<Query, NoBody>;
export function route<Body extends z.ZodType>(given: Common & { body: Body }): RouteSpec<NoQuery, Body>;
export function route(given: Common): RouteSpec<NoQuery, NoBody>;
export function route(given: Common & { query?: z.ZodType; body?: z.ZodType }): RouteSpec {
  const common = { subject: given.tag, list: false, status: 200, mayGoOn: false } as const;
  return { ...common, ...given, query: given.query ?? nothing, body: given.body ?? noBody };
}

/** `post /api/admin/jobs/:id/retry`, as the audit log names it. */
export function actionOf(spec: RouteSpec): string {
  return `${spec.method} ${spec.path}`;
}
