import type { Response } from 'supertest';
import type { Logger } from '../../src/infra/logger';
import { toolByName } from '../../src/retell/tool-names';
import { toolOf } from '../../src/services/voice/tools';

/** A logger that fails the suite's next answer once a tool has answered fields that its definition lacks. */
export function watchUndeclared(logger: Logger): { logger: Logger; undeclared: object[] } {
  const undeclared: object[] = [];
  const error = (fields: object, message: string): void => {
    if ('undeclared' in fields) undeclared.push(fields);
    logger.error(fields, message);
  };
  return { logger: { ...logger, error }, undeclared };
}

/**
 * Fails unless a tool's answer has exactly the fields that its definition names, each of its type. What is no answer of
 * a tool passes: refusals, webhooks, names that no tool has.
 */
export function expectDeclared(path: string, sent: unknown, response: Response): void {
  const named = /^\/api\/(?:retell|webhooks\/retell)\/([^?]+)$/.exec(path)?.[1];
  if (named === undefined || response.status !== 200) return;
  const isDispatcher = /^function(-call)?$/.test(named);
  const name = isDispatcher ? (sent as { name?: unknown } | null)?.name : named;
  const tool = typeof name === 'string' ? toolByName(name) : null;
  if (!tool) return;
  const body: unknown = isDispatcher ? (response.body as { data: unknown }).data : response.body;
  const { error } = toolOf(tool).answer.safeParse(body);
  if (error) throw new Error(`${path} (${tool}) is not as defined: ${error.message}\n${JSON.stringify(body)}`);
}
