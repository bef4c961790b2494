import { z } from 'zod';
import { isIanaZone, parseInstant } from '../world/zone-time';

/** One wrong property, in the tree form of the official validation library. */
export interface FieldFailure {
  property: string;
  constraints?: Record<string, string>;
  children: FieldFailure[];
}

const CONSTRAINT_NAMES: readonly (readonly [RegExp, string])[] = [
  [/should not exist/, 'whitelistValidation'],
  [/should not be (null|empty)/, 'isDefined'],
  [/must be a string/, 'isString'],
  [/integer number/, 'isInt'],
  [/must be a number/, 'isNumber'],
  [/boolean value/, 'isBoolean'],
  [/must contain at least/, 'arrayMinSize'],
  [/must be an array/, 'isArray'],
  [/must be an object/, 'isObject'],
  [/must be an email/, 'isEmail'],
  [/ISO 8601/, 'isDateString'],
  [/time ?zone/i, 'isTimeZone'],
  [/must be one of/, 'isEnum'],
  [/must not be less than/, 'min'],
  [/must not be greater than/, 'max'],
];

function constraintName(message: string): string {
  return CONSTRAINT_NAMES.find(([pattern]) => pattern.test(message))?.[1] ?? 'customValidation';
}

function record(into: FieldFailure[], path: readonly string[], message: string): void {
  const [property, ...rest] = path;
  if (property === undefined) return;
  let failure = into.find((candidate) => candidate.property === property);
  if (!failure) {
    failure = { property, children: [] };
    into.push(failure);
  }
  if (rest.length > 0) record(failure.children, rest, message);
  else failure.constraints = { ...failure.constraints, [constraintName(message)]: message };
}

/** Zod's flat issues as the nested failures of the official API. Unknown keys become one failure per key. */
export function failuresOf(error: z.ZodError): FieldFailure[] {
  const failures: FieldFailure[] = [];
  for (const issue of error.issues) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) record(failures, [...path, key], `property ${key} should not exist`);
    } else {
      // The official library has no name for a body that is no object.
      const message = path.length > 0 ? issue.message : 'an unknown value was passed to the validate function';
      record(failures, path.length > 0 ? path : ['undefined'], message);
    }
  }
  return failures;
}

export const text = (name: string) => z.string({ error: `${name} must be a string` });
export const integer = (name: string) => z.int({ error: `${name} must be an integer number` });
export const flag = (name: string) => z.boolean({ error: `${name} must be a boolean value` });
export const email = (name: string) => z.email({ error: `${name} must be an email` });

export const timeZone = (name: string) =>
  text(name).refine(isIanaZone, { error: `${name} must be a valid IANA time-zone` });

/** An ISO 8601 text; without a zone it is read as UTC. */
export const isoText = (name: string) => {
  const error = `${name} must be a valid ISO 8601 date string`;
  return z.string({ error }).refine((value) => parseInstant(value) !== undefined, { error });
};

/** The same, parsed to epoch milliseconds. */
export const instantMs = (name: string) => isoText(name).transform((value) => parseInstant(value) ?? 0);

/** An integer that arrives as text, as everything in a query does. */
export const integerText = (name: string) =>
  text(name)
    .regex(/^-?\d+$/, { error: `${name} must be an integer number` })
    .transform(Number);

/** A number at the beginning of a text is enough: `30min` is 30. */
export const leadingInteger = (name: string) =>
  z
    .string({ error: `${name} must be a number conforming to the specified constraints` })
    .transform((value) => Number.parseInt(value, 10))
    .pipe(z.number({ error: `${name} must be a number conforming to the specified constraints` }));

/** What is wrong with any item of a list is said of the list. `kind`: what each must be, as in "a string". */
export function listOf<Item>(name: string, item: z.ZodType<Item>, kind: string) {
  const error = `each value in ${name} must be ${kind}`;
  return z
    .custom<Item[]>((value) => !Array.isArray(value) || value.every((one) => item.safeParse(one).success), { error })
    .refine((value) => Array.isArray(value), { error: `${error}, ${name} must be an array` });
}

export const oneOf = <const Values extends readonly [string, ...string[]]>(name: string, values: Values) =>
  z.enum(values, { error: `${name} must be one of the following values: ${values.join(', ')}` });
