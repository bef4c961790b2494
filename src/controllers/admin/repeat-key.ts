import type { Request } from 'express';
import { InvalidInput } from '../../errors';

export const REPEATS =
  'A header Idempotency-Key makes repeats harmless. 202: the outcome is still being settled with Cal.com.';

const LONGEST_KEY = 200;

/** @throws InvalidInput for one that is too long */
export function repeatKey(req: Request): string | null {
  const key = req.get('idempotency-key') ?? null;
  if (key !== null && key.length > LONGEST_KEY) {
    throw new InvalidInput('The header cannot be accepted as it is.', [
      { path: 'Idempotency-Key', message: `must have at most ${LONGEST_KEY} characters` },
    ]);
  }
  return key;
}
