import type { BackgroundTasks } from '../../background-tasks';
import type { Platform, TenantId } from '../../domain';
import { ALERTS } from '../admin/alert-texts';
import { inZone } from '../../local-time';
import type { Alerts } from '../admin/alerts';
import { onlyOne, type UnknownLine } from './signature-owners';
import { e164, lineOf } from './resolve-call';

/** An agent's id or a line's number; whatever else a caller's platform sends may be a person's. */
const NAME = /^\+?[\w-]{1,100}$/;

export interface UnmappedCall {
  /** The company whose key signed; null: the platform's. */
  companyId: TenantId | null;
  platform: Platform;
  callId: string;
  /** The number that was called (E.164), else the agent's id. */
  line: string;
}

export interface UnmappedCalls {
  /** @returns how many calls the line had since then, this one included; null for a call that is known already */
  note(call: UnmappedCall, since: Date): Promise<number | null>;
}

interface UnknownLineDeps {
  unmappedCalls: UnmappedCalls;
  alerts: Pick<Alerts, 'raise'>;
  now: () => Date;
  /** In which today began; IANA. */
  timeZone: string;
  background: BackgroundTasks;
}

/** Keeps calls to lines and agents of no company, and raises an alert that counts them. */
export function noteUnknownLine(deps: UnknownLineDeps): UnknownLine {
  const { unmappedCalls, alerts, now, timeZone, background } = deps;
  return (speaker, call) => {
    const line = e164(lineOf(call)) ?? call.agentId;
    const { callId, platform } = call;
    if (!line || !NAME.test(line) || callId === null) return;
    const companyId = onlyOne(speaker);
    const work = async (): Promise<void> => {
      const since = inZone(now(), timeZone).startOf('day').toJSDate();
      const today = await unmappedCalls.note({ companyId, platform, callId, line }, since);
      if (today === null) return;
      const text = ALERTS.unknown_line({ line, today });
      alerts.raise(text, `unknown_line:${companyId ?? 'platform'}:${line}`, companyId, { line, platform });
    };
    background.run('note a call of no company', work());
  };
}
