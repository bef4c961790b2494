import { z } from 'zod';
import { TOOLS } from '../../services/voice/tools';
import { errorAnswer, jsonContent, toSchema, type Json } from './schema-parts';

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

const refusals = {
  400: errorAnswer('The body is not JSON'),
  401: errorAnswer('The signature is missing, wrong or older than five minutes'),
  413: errorAnswer('The body is larger than 5 MB'),
  429: errorAnswer('Too many requests from this address'),
};

/** What a Retell agent calls. Other names and spellings of the arguments are understood too. */
export function voicePaths(): Record<string, Json> {
  const paths = TOOLS.map(({ name, describe, args, answer }): [string, Json] => {
    const envelope = z.looseObject({ name: maybe, args, call: call.optional() });
    return [`/api/retell/${name}`, { post: operation(name, describe.en, z.union([envelope, args]), answer) }];
  });
  return {
    ...Object.fromEntries(paths),
    '/api/retell/function': { post: operation('function', 'Any tool, named in the body', anyTool, anyAnswer) },
  };
}

function operation(name: string, summary: string, body: z.ZodType, answer: z.ZodType): Json {
  return {
    tags: ['voice'],
    summary,
    operationId: `tool_${name}`,
    security: [{ retellSignature: [] }],
    requestBody: { required: true, content: jsonContent(toSchema(body, 'input')) },
    responses: {
      200: { description: 'What to say, and the facts behind it', content: jsonContent(toSchema(answer, 'output')) },
      ...refusals,
    },
  };
}
