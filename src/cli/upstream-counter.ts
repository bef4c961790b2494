import { DataDir } from '../infra/data-dir';
import type { GatewayPlace } from './running-gateway';

/** What a command may learn about a running gateway with an operator's token. */
export interface UpstreamCounter {
  /** Requests to Cal.com so far; null when the gateway does not tell. */
  sent(): Promise<number | null>;
  /** Forgets what is cached, so that the next call is a cold one; false without a token. */
  forgetCache(): Promise<boolean>;
}

/**
 * Counts what reaches Cal.com while a call is played: the embedded sandbox keeps count itself, any other gateway tells
 * an operator how many requests left in the last minute.
 */
export function upstreamCounter({ url, config, announced }: GatewayPlace, token: string | undefined): UpstreamCounter {
  const embedded =
    announced && !config.CALCOM_API_KEY ? new URL('/__control/counters', announced.calcomBaseUrl).href : null;
  const known = announced ? new DataDir(config.DATA_DIR).knownSecret('admin-token') : null;
  const bearer = token ?? config.ADMIN_TOKEN ?? known;
  const headers = bearer ? { authorization: `Bearer ${bearer}` } : undefined;

  return {
    async sent() {
      if (embedded) return numberIn(await json(embedded, {}), 'requestsTotal');
      if (!headers) return null;
      const answer = await json(`${url}/api/admin/rate-limit`, { headers });
      const keys = fieldOf(answer, 'data');
      return Array.isArray(keys)
        ? keys.reduce<number>((sum, key) => sum + (numberIn(key, 'requests_last_60s') ?? 0), 0)
        : null;
    },
    async forgetCache() {
      if (!headers) return false;
      const response = await fetch(`${url}/api/admin/cache`, { method: 'DELETE', headers }).catch(() => null);
      return response?.ok === true;
    },
  };
}

async function json(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init).catch(() => null);
  return response?.ok ? response.json().catch(() => null) : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberIn(value: unknown, name: string): number | null {
  const field = fieldOf(value, name);
  return typeof field === 'number' ? field : null;
}
