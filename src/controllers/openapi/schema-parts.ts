import { z } from 'zod';

export type Json = Record<string, unknown>;

/** A zod schema as JSON Schema. @param side what may be sent, or what is answered */
export function toSchema(schema: z.ZodType, side: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: side, unrepresentable: 'any' });
  return rest;
}

export function jsonContent(schema: Json): Json {
  return { 'application/json': { schema } };
}

export function errorAnswer(description: string): Json {
  return { description, content: jsonContent({ $ref: '#/components/schemas/Error' }) };
}
