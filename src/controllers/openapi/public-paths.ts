import { z } from 'zod';
import { SIGN_IN_LINK, signInLink } from '../admin/sign-in-link';
import { errorAnswer, jsonContent, toSchema, type Json } from './schema-parts';

const open: Json[] = [];
const answer = (description: string, schema: z.ZodType): Json => ({
  description,
  content: jsonContent(toSchema(schema, 'output')),
});
const plain = (description: string, mediaType: string): Json => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' } } },
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

const limited = { 429: errorAnswer('Too many requests from this address; Retry-After says when') };
const refusals = {
  400: errorAnswer('The body cannot be read'),
  401: errorAnswer('The signature is missing or wrong'),
  413: errorAnswer('The body is larger than this route accepts'),
  ...limited,
};
const ping = z.object({ ping: z.literal('ok') });

/** Webhooks, health and figures. */
export function publicPaths(): Record<string, Json> {
  return {
    '/api/retell/webhook': {
      post: {
        ...{ tags: ['webhooks'], summary: 'Events of calls. Never books anything.', operationId: 'retell_webhook' },
        security: [{ retellSignature: [] }],
        requestBody: { required: true, content: jsonContent(toSchema(retellEvent, 'input')) },
        responses: {
          200: answer('call_inbound: the variables of the call', variables),
          204: { description: 'Stored; work follows' },
          ...refusals,
        },
      },
    },
    '/api/calcom/webhook': {
      get: {
        ...{ tags: ['webhooks'], summary: 'Whether the address is right', operationId: 'calcom_webhook_ping' },
        security: open,
        responses: { 200: answer('It is', ping), ...limited },
      },
      post: {
        ...{ tags: ['webhooks'], summary: 'What happens to bookings at Cal.com', operationId: 'calcom_webhook' },
        security: [{ calcomSignature: [] }],
        requestBody: { required: true, content: jsonContent(toSchema(calcomEvent, 'input')) },
        responses: { 200: answer('Stored; duplicates are harmless', z.looseObject({})), ...refusals },
      },
    },
    [SIGN_IN_LINK]: {
      post: {
        ...{ tags: ['session'], operationId: 'sign_in_by_link', security: open },
        summary: 'Exchanges the code of the link that `askpro open` prints for a token of twelve hours; works once',
        requestBody: { required: true, content: jsonContent(toSchema(signInLink.body, 'input')) },
        responses: {
          200: answer('The token', z.object({ data: signInLink.answer })),
          ...refusals,
          401: errorAnswer('The code was used or is too old'),
        },
      },
    },
    '/': {
      get: {
        ...{ tags: ['health'], summary: 'Leads to the dashboard', operationId: 'root', security: open },
        responses: {
          302: { description: 'To /admin' },
          ...limited,
        },
      },
    },
    '/healthz': {
      get: {
        ...{ tags: ['health'], summary: 'This process answers', operationId: 'healthz', security: open },
        responses: { 200: answer('It does', z.object({ status: z.literal('ok'), version: z.string() })), ...limited },
      },
    },
    '/readyz': {
      get: {
        ...{ tags: ['health'], summary: 'This process should get traffic', operationId: 'readyz', security: open },
        responses: { 200: answer('It should', readiness), 503: answer('It should not', readiness), ...limited },
      },
    },
    '/metrics': {
      get: {
        ...{
          tags: ['health'],
          summary: 'Figures for Prometheus',
          operationId: 'metrics',
          security: [{}, { bearer: [] }],
        },
        responses: {
          200: plain('Figures', 'text/plain'),
          401: errorAnswer('METRICS_TOKEN is set and was not shown'),
          403: errorAnswer('METRICS_TOKEN is not set and the client is on another machine'),
          ...limited,
        },
      },
    },
    '/api/openapi.json': {
      get: {
        ...{ tags: ['health'], summary: 'This document', operationId: 'openapi', security: open },
        responses: { 200: answer('OpenAPI 3.1', z.looseObject({ openapi: z.string() })), ...limited },
      },
    },
  };
}
