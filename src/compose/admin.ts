import { Router } from 'express';
import type { Foundation } from './foundation';
import type { Operations } from './operations';
import type { Upstream } from './upstream';
import type { Voice } from './voice';
import type { Webhooks } from './webhooks';

export interface Admin {
  api: Router;
  docs: Router;
  dashboard: Router;
  metrics: Router;
}

/** What operators meet. */
export function composeAdmin(
  _base: Foundation,
  _parts: { upstream: Upstream; voice: Voice; webhooks: Webhooks; operations: Operations },
): Admin {
  return { api: Router(), docs: Router(), dashboard: Router(), metrics: Router() };
}
