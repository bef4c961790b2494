import { loadConfig, type GatewayConfig } from '../config';
import { DataDir } from '../infra/data-dir';

/** Where the gateway that a command talks to can be reached: `--url`, else the one running on DATA_DIR, else PORT. */
export function gatewayUrl(option: string | undefined): { url: string; config: GatewayConfig } {
  const config = loadConfig();
  const url = option ?? new DataDir(config.DATA_DIR).running()?.gatewayUrl ?? `http://127.0.0.1:${config.PORT}`;
  return { url, config };
}
