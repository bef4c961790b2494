import { z } from 'zod';
import type { AnswerDifference } from '../services/calcom/drift-watch';

interface Expectation {
  /** Absent, its reader would take a default that may be wrong. */
  present?: boolean;
  oneOf?: readonly string[];
}

/**
 * What Cal.com's answers are expected to hold beyond what their parsers insist on. Parsers stay tolerant of what is not
 * kept here; the comparison of shapes does not.
 */
const expectations = z.registry<Expectation>();

/** Always there on the Cal.com versions that were seen. */
export function present<Schema extends z.ZodType>(schema: Schema): Schema {
  return expected(schema, { present: true });
}

export function oneOf<Schema extends z.ZodType>(schema: Schema, values: readonly string[]): Schema {
  return expected(schema, { oneOf: values });
}

function expected<Schema extends z.ZodType>(schema: Schema, more: Expectation): Schema {
  const copy = schema.clone();
  expectations.add(copy, { ...expectations.get(schema), ...more });
  return copy;
}

const MOST_DIFFERENCES = 20;
const VALUE_LENGTH = 40;

/** Where an answer does not look as its parser expects; each path and kind once. */
export function shapeDifferences(schema: z.ZodType, answer: unknown): AnswerDifference[] {
  const found = new Map<string, AnswerDifference>();
  compare(schema, answer, '', (difference) => {
    const key = Object.values(difference).join(' ');
    if (found.size < MOST_DIFFERENCES) found.set(key, difference);
  });
  return [...found.values()];
}

type Report = (difference: AnswerDifference) => void;

function compare(schema: z.ZodType, value: unknown, path: string, report: Report): void {
  const { oneOf: values } = expectations.get(schema) ?? {};
  if (values && typeof value === 'string' && value !== '' && !values.includes(value.toLowerCase()))
    report({ path, what: 'unknown value', value: value.slice(0, VALUE_LENGTH) });
  const inner = innerOf(schema);
  if (inner) {
    let beneath = 0;
    const isNone = value === undefined || value === null;
    if (!isNone || !schema.safeParse(value).success)
      compare(inner, value, path, (difference) => (beneath++, report(difference)));
    if (beneath === 0 && !schema.safeParse(value).success) report({ path, what: 'unreadable', value: null });
  } else if (schema instanceof z.ZodObject && isRecord(value)) {
    compareFields(schema, value, path, report);
  } else if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const item of value) compare(schema.element as z.ZodType, item, `${path}[]`, report);
  } else if (schema instanceof z.ZodTuple && Array.isArray(value)) {
    const [first] = schema.def.items as z.ZodType[];
    for (const item of first ? value : []) compare(first as z.ZodType, item, `${path}[]`, report);
  } else if (schema instanceof z.ZodRecord && isRecord(value)) {
    for (const item of Object.values(value)) compare(schema.valueType as z.ZodType, item, `${path}.*`, report);
  } else if (schema instanceof z.ZodUnion) {
    const options = schema.options as z.ZodType[];
    const chosen = options.find((option) => option.safeParse(value).success) ?? options[0];
    if (chosen) compare(chosen, value, path, report);
  } else if (!schema.safeParse(value).success) {
    report({ path, what: 'unreadable', value: null });
  }
}

function compareFields(schema: z.ZodObject, value: Record<string, unknown>, path: string, report: Report): void {
  for (const [name, field] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const at = path === '' ? name : `${path}.${name}`;
    if (name in value) compare(field, value[name], at, report);
    else if (expectations.get(field)?.present || !field.safeParse(undefined).success)
      report({ path: at, what: 'missing', value: null });
  }
}

/** What a wrapper such as optional, default or a transformation reads. */
function innerOf(schema: z.ZodType): z.ZodType | null {
  if (schema instanceof z.ZodPipe) return schema.in as z.ZodType;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodCatch || schema instanceof z.ZodDefault) return schema.def.innerType as z.ZodType;
  return null;
}

const SAMPLE_DEPTH = 6;
/** Their keys and values are an owner's and his customers'. */
const PRIVATE = new Set(['metadata', 'bookingFieldsResponses', 'responses']);

/** An answer without anything a person wrote: its fields, and of each value only the kind. */
export function sampleOf(answer: unknown, depth = 0): unknown {
  if (Array.isArray(answer)) return answer.length > 0 && depth < SAMPLE_DEPTH ? [sampleOf(answer[0], depth + 1)] : [];
  if (!isRecord(answer)) return answer === null ? null : typeof answer;
  if (depth >= SAMPLE_DEPTH) return 'object';
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      PRIVATE.has(name) ? typeof value : sampleOf(value, depth + 1),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
