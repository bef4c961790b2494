import { z } from 'zod';
import { type SeededRandom } from '../seeded-random';
import { ERROR_SHAPES } from './api-error';

const forMs = z.number().min(0).max(600_000);

const faultSpec = z.discriminatedUnion('kind', [
  /** Answers with this error instead of handling the request. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    shape: z.enum(ERROR_SHAPES).default('E1'),
    message: z.string().default('Injected fault'),
  }),
  /** Handles the request, later. */
  z.strictObject({ kind: z.literal('delay'), delayMs: forMs }),
  /** Neither handles nor answers. */
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('reset-before-commit') }),
  z.strictObject({ kind: z.literal('reset-after-commit') }),
  /** Commits and never answers. */
  z.strictObject({ kind: z.literal('timeout-after-commit') }),
  /** Commits and answers the opaque 500. */
  z.strictObject({ kind: z.literal('error-after-commit') }),
  /** Commits and answers as if another request had been faster. */
  z.strictObject({ kind: z.literal('conflict-after-commit') }),
  /** Commits; the answer's `data` lies about what was done. */
  z.strictObject({ kind: z.literal('edited-answer'), data: z.record(z.string(), z.unknown()) }),
  z.strictObject({
    kind: z.literal('rate-limited'),
    /** Without: a 429 of the CDN, which knows nothing about the quota. */
    withHeaders: z.boolean().default(true),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  /** Announced as JSON, but is not. */
  z.strictObject({ kind: z.literal('malformed-body') }),
  /** Valid JSON that no schema fits. */
  z.strictObject({ kind: z.literal('wrong-shape') }),
  /** The real answer, cut in the middle. */
  z.strictObject({ kind: z.literal('truncated-json') }),
  z.strictObject({ kind: z.literal('html-502') }),
  /** The real answer, dripping out over this time. */
  z.strictObject({ kind: z.literal('slow-body'), durationMs: forMs }),
]);

export const faultRuleSpec = z.strictObject({
  match: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).optional(),
      /** The path without its query; `*` stands for one segment, `**` for any rest. */
      path: z.string().startsWith('/').optional(),
    })
    .default({}),
  /** How many requests it hits. Default: 1, or unlimited when a probability is given. */
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  fault: faultSpec,
});

export type Fault = z.output<typeof faultSpec>;
export type FaultRuleInput = z.input<typeof faultRuleSpec>;

interface ActiveRule {
  id: string;
  method: string | undefined;
  path: RegExp;
  pattern: string;
  timesLeft: number;
  probability: number;
  fault: Fault;
}

export interface FaultHit {
  ruleId: string;
  fault: Fault;
}

function pathExpression(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((segment) => {
      if (segment === '**') return '.*';
      return segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

/** Faults to come. The first rule that matches, still has hits left and wins its roll is applied. */
export class FaultBook {
  #rules: ActiveRule[] = [];
  #lastId = 0;

  constructor(private readonly random: SeededRandom) {}

  /** @throws ZodError on a bad rule. */
  add(input: FaultRuleInput): string {
    const rule = faultRuleSpec.parse(input);
    this.#lastId += 1;
    const id = `fault-${this.#lastId}`;
    const pattern = rule.match.path ?? '/**';
    this.#rules.push({
      id,
      method: rule.match.method,
      path: pathExpression(pattern),
      pattern,
      timesLeft: rule.times ?? (rule.probability === undefined ? 1 : Infinity),
      probability: rule.probability ?? 1,
      fault: rule.fault,
    });
    return id;
  }

  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
  }

  take(method: string, pathname: string): FaultHit | undefined {
    for (const rule of this.#rules) {
      if (rule.method !== undefined && rule.method !== method) continue;
      if (!rule.path.test(pathname)) continue;
      if (rule.probability < 1 && this.random.next() >= rule.probability) continue;
      rule.timesLeft -= 1;
      if (rule.timesLeft === 0) this.remove(rule.id);
      return { ruleId: rule.id, fault: rule.fault };
    }
    return undefined;
  }

  list(): {
    id: string;
    method: string | null;
    path: string;
    timesLeft: number | null;
    probability: number;
    fault: Fault;
  }[] {
    return this.#rules.map((rule) => ({
      id: rule.id,
      method: rule.method ?? null,
      path: rule.pattern,
      timesLeft: Number.isFinite(rule.timesLeft) ? rule.timesLeft : null,
      probability: rule.probability,
      fault: rule.fault,
    }));
  }
}
