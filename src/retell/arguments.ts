import { toolOf, type ToolName } from '../services/voice/tools';
import type { VoiceArgs } from '../services/voice/voice-request';
import { ARGUMENT_VALUES } from './argument-values';

const PLAIN_NAME = /^[a-z_]{1,64}$/;
/**
 * Whatever a model sent, as the tool's canonical arguments: any known spelling, cleaned, absent when there is nothing
 * usable. Never throws.
 */
export function readArguments(tool: ToolName, given: Readonly<Record<string, unknown>>): VoiceArgs {
  const sent = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const spelt = spelling(name);
    if (!sent.has(spelt)) sent.set(spelt, value);
  }
  const read: Record<string, unknown> = {};
  for (const { name, details } of toolOf(tool).arguments) {
    for (const spelt of [name, ...details.spellings]) {
      const value = sent.get(spelt);
      const usable = value === undefined || value === null ? undefined : ARGUMENT_VALUES[details.kind].parse(value);
      if (usable === undefined) continue;
      read[name] = usable;
      break;
    }
  }
  return named(read);
}

/** Some agents put the service's name where its id belongs. */
function named(args: VoiceArgs): VoiceArgs {
  const { service_id: id, ...rest } = args;
  if (typeof id !== 'string') return rest;
  if (/^(?=.*\d)[\w-]{1,64}$/.test(id)) return args;
  return rest.service_name === undefined ? { ...rest, service_name: id } : rest;
}

/** `serviceName`, `service-name` and `Service Name` are `service_name`; umlauts are written out. */
function spelling(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  return name
    .slice(0, 64)
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue');
}
