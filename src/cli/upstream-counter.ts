import { DataDir } from '../infra/data-dir';
import type { GatewayConfig } from '../config';

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
export function upstreamCounter(gatewayUrl: string, config: GatewayConfig, token: string | undefined): UpstreamCounter {
  const dataDir = new DataDir(config.DATA_DIR);
  const running = dataDir.running();
  const beside = running?.gatewayUrl === gatewayUrl ? running : null;
  const embedded = beside && !config.CALCOM_API_KEY ? new URL('/__control/counters', beside.calcomBaseUrl).href : null;
  const bearer = token ?? config.ADMIN_TOKEN ?? (beside ? dataDir.secret('admin-token', 24).value : null);
  const headers = bearer ? { authorization: `Bearer ${bearer}` } : undefined;

  return {
    async sent() {
      if (embedded) return numberIn(await json(embedded, {}), 'requestsTotal');
      if (!headers) return null;
      const answer = await json(`${gatewayUrl}/api/admin/rate-limit`, { headers });
      const keys = fieldOf(answer, 'data');
      return Array.isArray(keys)
        ? keys.reduce<number>((sum, key) => sum + (numberIn(key, 'requests_last_60s') ?? 0), 0)
        : null;
    },
    async forgetCache() {
      if (!headers) return false;
      const response = await fetch(`${gatewayUrl}/api/admin/cache`, { method: 'DELETE', headers }).catch(() => null);
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
