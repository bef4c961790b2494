import { json, type Request, type RequestHandler, type Router } from 'express';
import type { z } from 'zod';
import { InvalidInput } from '../../errors';
import { problemsOf } from '../../field-texts';
import { asOperator } from '../../request-context';
import { reachOf, requireRole, type Actor } from '../../services/admin/actor';
import type { Change } from '../../services/admin/audit-trail';
import { actorOf } from './authenticate';
import { sendCsv } from './csv';
import { writePage, type ListInput } from './list-query';
import { actionOf, type AdminDeps, type HandlerInput, type RouteSpec } from './route-spec';

/**
 * Adds a route's handler: parse, call, shape the answer, write the audit log.
 * @param first comes before anything of the request is read
 */
export function mount(router: Router, spec: RouteSpec, deps: AdminDeps, first: RequestHandler = admit(spec)): void {
  router[spec.method](spec.path, first, json({ limit: spec.limit }), async (req, res) => {
    const changes: Change[] = [];
    let status: number = spec.status;
    const input: HandlerInput<z.ZodType, z.ZodType> = {
      get actor() {
        return actorOf(res);
      },
      ...{ id: idOf(req), req, res },
      query: parse(spec.query, req.query, 'The query'),
      body: parse(spec.body, req.body, 'The body'),
      wrote: ({ record, change, pending = false }) => {
        changes.push({ subjectType: spec.subject, subjectId: null, ...change });
        if (pending) status = 202;
        return record;
      },
    };
    if (spec.mediaType !== undefined) return void (await spec.run(deps, input));
    const known: Actor | undefined = res.locals.actor;
    const work = (given = input): Promise<unknown> => asActor(known, async () => spec.run(deps, given));
    if (isFile(input.query)) {
      await deps.audit.done(input.actor, actionOf(spec), {
        companyId: reachOf(input.actor, input.query.company_id),
        subjectType: 'export',
        subjectId: spec.subject,
      });
      const file = { name: spec.tag, item: spec.file ?? spec.answer, query: input.query };
      return sendCsv(res, file, (query) => work({ ...input, query }));
    }
    const result = await work();
    for (const change of changes) await deps.audit.done(input.actor, actionOf(spec), change);
    res.status(status).json(spec.list ? writePage(spec.answer, result) : { data: spec.answer.parse(result) });
  });
}

/** Names the route, and refuses roles that may not ask it. */
function admit(spec: RouteSpec): RequestHandler {
  return (req, res, next) => {
    res.locals.route = spec.path;
    res.locals.spec = spec;
    res.locals.subjectId = idOf(req);
    requireRole(actorOf(res), spec.role);
    next();
  };
}

/** What the work asks of Cal.com comes after the requests of callers. */
function asActor<T>(actor: Actor | undefined, work: () => Promise<T>): Promise<T> {
  if (!actor) return work();
  return asOperator(actor.companyId === null ? {} : { operator: `${actor.companyId}:${actor.name}` }, work);
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
