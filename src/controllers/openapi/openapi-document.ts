import { z } from 'zod';
import { ADMIN_SPECS, PLAIN_SPECS } from '../admin/admin-router';
import { openRoutes, sessionRoutes } from '../admin/session-routes';
import type { RouteSpec } from '../admin/route-spec';
import { publicPaths, voicePaths } from './public-paths';
import { errorAnswer, jsonContent, toSchema, type Json } from './schema-parts';

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: Json;
  servers: Json[];
  tags: Json[];
  security: Json[];
  paths: Record<string, Json>;
  components: Json;
}

const problem = z.object({
  ...{ path: z.string(), message: z.string(), message_de: z.string().optional(), code: z.string().optional() },
  value: z.string().optional().describe('What stands there since another operator wrote it, as JSON'),
  alternatives: z.array(z.string()).optional().describe('Starts that could be had instead'),
});

const ABOUT = `The gateway between Retell voice agents and Cal.com. Programs show a bearer token under /api/admin, people
a session cookie; those of one company never reach another's. Lists are paged with limit and cursor. An answer is {data} (lists also {pagination}),
a problem {error: {code, message, details?}}.`;

/** The API's own description, made from the schemas that validate it. */
export function openApiDocument(version = '1'): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'AskPro Gateway', version, description: ABOUT.replaceAll('\n', ' ') },
    servers: [{ url: '/' }],
    tags: [...new Set([...ADMIN_SPECS, ...sessionRoutes].map((spec) => spec.tag)), 'voice', 'webhooks', 'health'].map(
      (name) => ({ name }),
    ),
    security: [{ bearer: [] }, { session: [], csrf: [] }],
    paths: { ...adminPaths(), ...voicePaths(), ...publicPaths() },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: 'askpro_session' },
          description: 'Set by signing in; over TLS its name begins with __Host-',
        },
        csrf: {
          ...{ type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
          description: 'With the cookie, for everything but GET: csrf_token of GET /api/admin/session',
        },
        retellSignature: {
          ...{ type: 'apiKey', in: 'header', name: 'X-Retell-Signature' },
          description: 'v=<milliseconds>,d=<HMAC-SHA256 of body and time, hex>',
        },
        calcomSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Cal-Signature-256',
          description: 'HMAC-SHA256 of the body, hex',
        },
      },
      schemas: {
        Error: toSchema(
          z.object({
            error: z.object({
              code: z.string(),
              message: z.string(),
              details: z.array(problem).optional(),
              changed: z
                .object({ actor: z.string(), actor_name: z.string().nullable(), at: z.string() })
                .optional()
                .describe('Who changed it after it was read'),
            }),
          }),
          'output',
        ),
      },
    },
  };
}

function adminPaths(): Record<string, Json> {
  const paths: Record<string, Json> = {};
  const add = (spec: RouteSpec, success: Json, isOpen = false): void => {
    const path = spec.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method]: operation(spec, success, isOpen) };
  };
  for (const spec of [...ADMIN_SPECS, ...sessionRoutes]) add(spec, jsonSuccess(spec));
  for (const spec of openRoutes) add(spec, jsonSuccess(spec), true);
  for (const spec of PLAIN_SPECS) {
    const content = { [spec.mediaType ?? 'text/plain']: { schema: { type: 'string' } } };
    add(spec, { 200: { description: 'As asked', content } });
  }
  return paths;
}

function operation(spec: RouteSpec, success: Json, isOpen: boolean): Json {
  const writes = spec.method !== 'get';
  const withBody = spec.method === 'post' || spec.method === 'patch';
  return {
    tags: [spec.tag],
    summary: spec.summary,
    ...(isOpen ? { security: [] } : { description: `Least role: ${spec.role}.` }),
    operationId: `${spec.method}_${spec.path.replace('/api/admin/', '').replaceAll(/\W+/g, '_')}`,
    parameters: [...pathParameters(spec.path), ...queryParameters(spec.query)],
    ...(withBody ? { requestBody: { content: jsonContent(toSchema(spec.body, 'input')) } } : {}),
    responses: {
      ...success,
      400: errorAnswer('The request cannot be accepted as it is; details name each field'),
      401: errorAnswer('No valid token'),
      403: errorAnswer('The token does not reach that company, or its role may not ask this'),
      404: errorAnswer('There is no such thing, or not for this token'),
      ...(writes
        ? { 409: errorAnswer('It exists already, was changed meanwhile, or is in a state that does not allow this') }
        : {}),
      ...(withBody ? { 413: errorAnswer('The body is larger than 256 KB') } : {}),
      429: errorAnswer('Too many requests, or Cal.com’s budget is spent'),
      500: errorAnswer('A mistake of the gateway; the message is generic'),
      502: errorAnswer('Cal.com refused or failed'),
      503: errorAnswer('Not now; Retry-After says when'),
      504: errorAnswer('Cal.com took too long'),
    },
  };
}

function jsonSuccess(spec: RouteSpec): Json {
  const item = toSchema(spec.answer, 'output');
  const page = { next_cursor: { type: ['string', 'null'] } };
  const pagination = { type: 'object', properties: page, required: ['next_cursor'], additionalProperties: false };
  const data = spec.list ? { type: 'array', items: item } : item;
  const schema = {
    type: 'object',
    properties: spec.list ? { data, pagination } : { data },
    required: spec.list ? ['data', 'pagination'] : ['data'],
    additionalProperties: false,
  };
  const file = hasFile(spec) ? { 'text/csv': { schema: { type: 'string' } } } : {};
  const answer = { description: spec.summary, content: { ...jsonContent(schema), ...file } };
  return {
    [spec.status]: answer,
    ...(spec.mayGoOn ? { 202: { ...answer, description: 'The outcome is still being settled' } } : {}),
  };
}

function hasFile({ list, file, query }: RouteSpec): boolean {
  return (list || file !== undefined) && 'format' in objectSchema.parse(toSchema(query, 'input')).properties;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

function queryParameters(query: z.ZodType): Json[] {
  const { properties, required } = objectSchema.parse(toSchema(query, 'input'));
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
