import { z } from 'zod';
import { TOOLS } from '../../services/voice/tools';
import { SIGN_IN_LINK, signInLink } from '../admin/sign-in-link';
import { errorAnswer, jsonContent, toSchema, type Json } from './schema-parts';

const answer = (description: string, schema: z.ZodType): Json => ({
  description,
  content: jsonContent(toSchema(schema, 'output')),
});

const retellEvent = z.looseObject({
  event: z.string(),
  call: z.looseObject({ call_id: z.string() }).optional(),
  call_inbound: z.looseObject({ from_number: z.string().optional(), to_number: z.string().optional() }).optional(),
});
const variables = z.object({ call_inbound: z.looseObject({ dynamic_variables: z.record(z.string(), z.string()) }) });
const calcomEvent = z.looseObject({ triggerEvent: z.string(), createdAt: z.string().optional(), payload: z.unknown() });
const readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string(), z.enum(['ok', 'degraded', 'down'])),
});

const text = z.string();
const maybe = text.optional();
const call = z.looseObject({
  call_id: text,
  agent_id: maybe,
  from_number: maybe,
  to_number: maybe,
  start_timestamp: z.number().optional(),
});
const anyTool = z.looseObject({
  name: text,
  args: z.record(z.string(), z.unknown()).optional(),
  call: call.optional(),
});
const anyAnswer = z.looseObject({
  success: z.boolean(),
  message: text,
  status: text,
  data: z.looseObject({ success: z.boolean(), status: text, message: text, call_id: text.nullable() }),
  error: text.nullable(),
});

const limited = { 429: errorAnswer('Too many requests from this address; Retry-After says when') };
const refusals = {
  400: errorAnswer('The body cannot be read'),
  401: errorAnswer('The signature is missing or wrong'),
  413: errorAnswer('The body is larger than this route accepts'),
  ...limited,
};
const toolRefusals = {
  400: errorAnswer('The body is not JSON'),
  401: errorAnswer('The signature is missing, wrong or older than five minutes'),
  413: errorAnswer('The body is larger than 5 MB'),
  429: errorAnswer('Too many requests from this address'),
};

/** A route that anyone may ask. */
function get(tag: string, operationId: string, summary: string, responses: Json): Json {
  return { tags: [tag], summary, operationId, security: [], responses: { ...responses, ...limited } };
}

/** A route whose requests are proven by `security`; nothing: by the body itself. */
function post(
  tag: string,
  operationId: string,
  summary: string,
  rest: { security: 'retellSignature' | 'calcomSignature' | null; body: z.ZodType; responses: Json },
): Json {
  return {
    ...{ tags: [tag], summary, operationId },
    security: rest.security === null ? [] : [{ [rest.security]: [] }],
    requestBody: { required: true, content: jsonContent(toSchema(rest.body, 'input')) },
    responses: rest.responses,
  };
}

/** What a Retell agent calls. Other names and spellings of the arguments are understood too. */
export function voicePaths(): Record<string, Json> {
  const tool = (name: string, summary: string, body: z.ZodType, answered: z.ZodType): Json => ({
    post: post('voice', `tool_${name}`, summary, {
      ...{ security: 'retellSignature', body },
      responses: { 200: answer('What to say, and the facts behind it', answered), ...toolRefusals },
    }),
  });
  const paths = TOOLS.map(({ name, describe, args, answer: answered }): [string, Json] => {
    const envelope = z.looseObject({ name: maybe, args, call: call.optional() });
    return [`/api/retell/${name}`, tool(name, describe.en, z.union([envelope, args]), answered)];
  });
  return {
    ...Object.fromEntries(paths),
    '/api/retell/function': tool('function', 'Any tool, named in the body', anyTool, anyAnswer),
  };
}

/** Webhooks, health and figures. */
export function publicPaths(): Record<string, Json> {
  const ping = z.object({ ping: z.literal('ok') });
  const alive = z.object({ status: z.literal('ok'), version: z.string() });
  return {
    '/api/retell/webhook': {
      post: post('webhooks', 'retell_webhook', 'Events of calls. Never books anything.', {
        ...{ security: 'retellSignature', body: retellEvent },
        responses: {
          200: answer('call_inbound: the variables of the call', variables),
          204: { description: 'Stored; work follows' },
          ...refusals,
        },
      }),
    },
    '/api/calcom/webhook': {
      get: get('webhooks', 'calcom_webhook_ping', 'Whether the address is right', { 200: answer('It is', ping) }),
      post: post('webhooks', 'calcom_webhook', 'What happens to bookings at Cal.com', {
        ...{ security: 'calcomSignature', body: calcomEvent },
        responses: { 200: answer('Stored; duplicates are harmless', z.looseObject({})), ...refusals },
      }),
    },
    [SIGN_IN_LINK]: {
      post: post(
        'session',
        'sign_in_by_link',
        'Exchanges the code of the link that `askpro open` prints for a token of twelve hours; works once',
        {
          ...{ security: null, body: signInLink.body },
          responses: {
            200: answer('The token', z.object({ data: signInLink.answer })),
            ...refusals,
            401: errorAnswer('The code was used or is too old'),
          },
        },
      ),
    },
    '/': { get: get('health', 'root', 'Leads to the dashboard', { 302: { description: 'To /admin' } }) },
    '/healthz': { get: get('health', 'healthz', 'This process answers', { 200: answer('It does', alive) }) },
    '/readyz': {
      get: get('health', 'readyz', 'This process should get traffic', {
        200: answer('It should', readiness),
        503: answer('It should not', readiness),
      }),
    },
    '/metrics': {
      get: {
        ...get('health', 'metrics', 'Figures for Prometheus', {
          200: { description: 'Figures', content: { 'text/plain': { schema: { type: 'string' } } } },
          401: errorAnswer('METRICS_TOKEN is set and was not shown'),
          403: errorAnswer('METRICS_TOKEN is not set and the client is on another machine'),
        }),
        security: [{}, { bearer: [] }],
      },
    },
    '/api/openapi.json': {
      get: get('health', 'openapi', 'This document', {
        200: answer('OpenAPI 3.1', z.looseObject({ openapi: z.string() })),
      }),
    },
  };
}
