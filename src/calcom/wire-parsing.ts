import { z } from 'zod';
import { UpstreamMalformed } from '../errors';

/** Optional texts may be absent, null or empty; all three mean "none". */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === null || text === '' ? null : text));

export const optionalNumber = z
  .number()
  .nullish()
  .transform((number) => number ?? null);

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** An instant with its offset; a wall clock without one could mean any time. */
export const instantMs = z.string().transform((text, context): number => {
  const atMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  context.addIssue({ code: 'custom', message: 'is not an instant' });
  return z.NEVER;
});

export const instant = instantMs.transform((atMs) => new Date(atMs));

/** Cal.com writes "unknown" where there is no number. */
export const idIfAny = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : null));

export const optionalInstant = z
  .union([z.literal('').transform(() => null), instant])
  .nullish()
  .transform((at) => at ?? null);

/**
 * The body of a success.
 * @param seen told of the answer before it is parsed
 * @throws UpstreamMalformed naming the paths that do not fit, never their values
 */
export function parseAnswer<Output>(
  schema: z.ZodType<Output>,
  text: string,
  what: string,
  seen: (answer: unknown) => void = () => undefined,
): Output {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new UpstreamMalformed(`${what}: not JSON`);
  }
  seen(body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.map(String).join('.')} ${issue.code}`);
  throw new UpstreamMalformed(`${what}: ${paths.join(', ')}`);
}
