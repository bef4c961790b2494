import type { Request } from 'express';
import { wrongField } from '../../errors';

export const REPEATS =
  'A header Idempotency-Key makes repeats harmless. 202: the outcome is still being settled with Cal.com.';

const LONGEST_KEY = 200;

/** @throws InvalidInput for one that is too long */
export function repeatKey(req: Request): string | null {
  const key = req.get('idempotency-key') ?? null;
  if (key !== null && key.length > LONGEST_KEY) {
    const problem = `must have at most ${LONGEST_KEY} characters`;
    throw wrongField('Idempotency-Key', problem, 'The header cannot be accepted as it is.');
  }
  return key;
}
