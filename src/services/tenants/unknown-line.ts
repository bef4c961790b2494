import type { TenantId } from '../../domain';
import { onlyOne, type UnknownLine } from './ownership';
import { e164, lineOf } from './resolve-call';

/** An agent's id or a line's number; whatever else a caller's platform sends may be a person's. */
const NAME = /^\+?[\w-]{1,100}$/;

/** Raises an alert for a line or agent that calls arrive for and no company has. */
export function alertUnknownLine(alerts: {
  raise(kind: string, key: string, message: string, companyId: TenantId | null): void;
}): UnknownLine {
  return (speaker, call) => {
    const named = e164(lineOf(call)) ?? call.agentId;
    if (speaker.unsigned || !named || !NAME.test(named)) return;
    const companyId = onlyOne(speaker);
    alerts.raise(
      'unknown_line',
      `unknown_line:${companyId ?? 'platform'}:${named}`,
      `Calls arrive for ${named}, which belongs to no company. Add it to the company's numbers or agents.`,
      companyId,
    );
  };
}
