import { json, type Request, type RequestHandler, type Response, type Router } from 'express';
import type { z } from 'zod';
import { InvalidInput } from '../../errors';
import { problemsOf } from '../../field-texts';
import { asOperator } from '../../request-context';
import { reachOf, requireRole, type Actor } from '../../services/admin/actor';
import type { AuditTrail, Change } from '../../services/admin/audit-trail';
import { sendCsv } from './csv';
import { writePage, type ListInput } from './list-query';
import { actionOf, type HandlerInput, type RouteSpec } from './route-spec';

/** The largest thing an operator writes is a week of opening hours. */
const readJson = json({ limit: '256kb' });

/** Adds a route's handler: parse, call, shape the answer, write the audit log. */
export type Mount = <Query extends z.ZodType, Body extends z.ZodType>(
  spec: RouteSpec<Query, Body>,
  handle: (input: HandlerInput<Query, Body>) => Promise<unknown>,
) => void;

/** @param actorOf who was authenticated for the request */
export function mountOn(router: Router, deps: { audit: AuditTrail; actorOf: (res: Response) => Actor }): Mount {
  return (spec, handle) => {
    const run: RequestHandler = async (req, res) => {
      const actor = deps.actorOf(res);
      const changes: Change[] = [];
      let status: number = spec.status;
      const input = {
        actor,
        id: idOf(req),
        query: parse(spec.query, req.query, 'The query'),
        body: parse(spec.body, req.body, 'The body'),
        header: (name: string) => req.get(name) ?? null,
        wrote: (change: Change) => changes.push(change),
        goesOn: () => (status = 202),
      };
      const work = <T>(run: () => Promise<T>): Promise<T> =>
        asOperator(actor.companyId === null ? {} : { operator: `${actor.companyId}:${actor.name}` }, run);
      if (isFile(input.query)) {
        const file = { name: spec.tag, item: spec.file ?? spec.answer, query: input.query };
        await deps.audit.done(actor, actionOf(spec), {
          companyId: reachOf(actor, input.query.company_id),
          subjectType: 'export',
          subjectId: spec.subject,
        });
        return sendCsv(res, file, (query) => work(() => handle({ ...input, query: query as typeof input.query })));
      }
      const result = await work(() => handle(input));
      for (const change of changes) await deps.audit.done(actor, actionOf(spec), change);
      res.status(status).json(spec.list ? writePage(spec.answer, result) : { data: spec.answer.parse(result) });
    };
    router[spec.method](spec.path, admit(spec, deps.actorOf), readJson, run);
  };
}

/** Comes before anything of the request is read: names the route, and refuses roles that may not ask it. */
export function admit(spec: RouteSpec, actorOf: (res: Response) => Actor): RequestHandler {
  return (req, res, next) => {
    res.locals.route = spec.path;
    res.locals.spec = spec;
    res.locals.subjectId = idOf(req);
    requireRole(actorOf(res), spec.role);
    next();
  };
}

/** Only lists that have a file take `format`. */
function isFile(query: unknown): query is ListInput {
  return typeof query === 'object' && query !== null && 'format' in query && query.format === 'csv';
}

function idOf(req: Request): string {
  const { id } = req.params;
  return typeof id === 'string' ? id : '';
}

/** @throws InvalidInput naming every field that is wrong */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, value));
  throw new InvalidInput(what === 'The body' ? 'Please correct the marked fields.' : `${what} is not valid.`, problems);
}
