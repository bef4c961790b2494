import type { Platform } from '../../domain';
import { ElevenLabsCaller } from './elevenlabs-caller';
import { McpCaller } from './mcp-caller';
import type { CallerOptions, PlatformCaller } from './platform-caller';
import { RetellCaller } from './retell-caller';
import { VapiCaller } from './vapi-caller';

const CALLERS: Record<Platform, new (options: CallerOptions) => PlatformCaller> = {
  retell: RetellCaller,
  vapi: VapiCaller,
  elevenlabs: ElevenLabsCaller,
  mcp: McpCaller,
};

/** A call as that platform plays it. */
export function callerOn(platform: Platform, options: CallerOptions): PlatformCaller {
  return new CALLERS[platform](options);
}
