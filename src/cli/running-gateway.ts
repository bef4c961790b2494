import { loadConfig, type GatewayConfig } from '../config';
import { DataDir, type RuntimeFile } from '../infra/data-dir';

export interface GatewayPlace {
  url: string;
  config: GatewayConfig;
  /** What the gateway at `url` announced on DATA_DIR; null when another one is meant. */
  announced: RuntimeFile | null;
}

/** Where the gateway that a command talks to can be reached: `--url`, else the one running on DATA_DIR, else PORT. */
export function gatewayPlace(option: string | undefined): GatewayPlace {
  const config = loadConfig();
  const running = new DataDir(config.DATA_DIR).running();
  const url = (option ?? running?.gatewayUrl ?? `http://127.0.0.1:${config.PORT}`).replace(/\/$/, '');
  return { url, config, announced: running?.gatewayUrl === url ? running : null };
}

/**
 * `fetch`, except that a failure names the address and the cause.
 * @throws Error with a sentence for the operator
 */
export async function askGateway(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { origin } = new URL(url);
    const todo = 'Start the gateway (npm start), or name its address with --url.';
    throw new Error(`No answer from ${origin}: ${causeOf(error)}. ${todo}`, { cause: error });
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : null;
  // Several addresses of one name fail together, without a message of their own.
  const message = cause instanceof Error && cause.message !== '' ? cause.message : 'the connection failed';
  return code === null || message.includes(code) ? message : `${message} (${code})`;
}
