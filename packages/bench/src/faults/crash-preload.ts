/**
 * Loaded into a gateway before its own code (`node -r`): wraps the methods at which it may be made to die. The gateway
 * itself knows nothing of this; without the parent's message nothing ever fires.
 */
import { ServerResponse } from 'node:http';
import { Client } from 'pg';
import { CalcomHttpClient } from '../../../../src/calcom/calcom-http-client';
import { KeyedMutex } from '../../../../src/infra/keyed-mutex';
import { BookingLedgerStore } from '../../../../src/models/booking-ledger-store';
import { PostgresJobStore } from '../../../../src/models/job-store';
import { PostgresSyncStore } from '../../../../src/models/sync-store';
import { WebhookInboxStore } from '../../../../src/models/webhook-inbox-store';
import { OperationRunner } from '../../../../src/services/booking/operation-runner';
import { AvailabilityInvalidation } from '../../../../src/services/availability/availability-invalidation';
import { CallMemories } from '../../../../src/services/voice/call-memory';
import { VoiceTools } from '../../../../src/services/voice/voice-tools';
import type { Arm, CrashPoint, Phase } from './crash-points';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Kind = Arm['kind'];

let armed: Arm | null = null;
process.on('message', (message) => {
  armed = message as Arm;
  process.send?.({ armed: armed.point });
});
process.channel?.unref();

function reach(point: CrashPoint, phase: Phase, kind: Kind): void {
  if (armed?.point !== point || armed.phase !== phase) return;
  if (armed.kind !== null && kind !== null && armed.kind !== kind) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;) {
    // Nothing more may happen: the signal arrives any moment.
  }
}

/** `kind` of undefined: this call is not that point. */
function around(
  owner: object,
  method: string,
  point: CrashPoint,
  kindOf: (args: unknown[]) => Kind | undefined = () => null,
): void {
  const methods = owner as Record<string, Method>;
  const original = methods[method];
  if (!original) throw new Error(`${method} does not exist any more: the crash point ${point} is lost`);
  const wrapped: Method = function (...args) {
    const kind = kindOf(args);
    if (kind === undefined) return original.apply(this, args);
    reach(point, 'before', kind);
    const result = original.apply(this, args);
    if (!(result instanceof Promise)) {
      reach(point, 'after', kind);
      return result;
    }
    return result.then((value: unknown) => {
      reach(point, 'after', kind);
      return value;
    });
  };
  Object.defineProperty(owner, method, { value: wrapped, writable: true, configurable: true });
}

const ofFirst = (args: unknown[]): Kind => (args[0] as { kind?: Kind }).kind ?? null;

around(BookingLedgerStore.prototype, 'open', 'intent', ofFirst);
around(BookingLedgerStore.prototype, 'overlapping', 'other-appointments');
around(BookingLedgerStore.prototype, 'markSent', 'mark-sent', ofFirst);
around(BookingLedgerStore.prototype, 'confirm', 'confirm', ofFirst);
around(BookingLedgerStore.prototype, 'reject', 'reject', ofFirst);
around(BookingLedgerStore.prototype, 'abandon', 'abandon', ofFirst);
around(BookingLedgerStore.prototype, 'markUnknown', 'mark-unknown', ofFirst);
around(BookingLedgerStore.prototype, 'markCompensated', 'mark-compensated', ofFirst);
around(BookingLedgerStore.prototype, 'claimDue', 'claim');
around(OperationRunner.prototype, 'lookUp', 'look-up', ofFirst);
around(OperationRunner.prototype, 'run', 'repost', (args) =>
  (args[0] as { reposts: number }).reposts > 0 ? ofFirst(args) : undefined,
);
around(CalcomHttpClient.prototype, 'createBooking', 'request', () => 'book');
around(CalcomHttpClient.prototype, 'rescheduleBooking', 'request', () => 'move');
around(CalcomHttpClient.prototype, 'cancelBooking', 'request', () => 'cancel');
// The runner's own reason for a cancellation that no caller asked for.
around(CalcomHttpClient.prototype, 'cancelBooking', 'undo', (args) =>
  args[1] === 'The start could not be confirmed' ? 'book' : undefined,
);
// The very last moment before a change is durable, and the first after it.
const IS_DURABLE_AT_ONCE = /^(with|insert|update)\b[^]*\bbooking_operations\b/i;
around(Client.prototype, 'query', 'commit', ([text]) =>
  text === 'commit' || (typeof text === 'string' && IS_DURABLE_AT_ONCE.test(text)) ? null : undefined,
);
for (const news of ['booked', 'released']) around(AvailabilityInvalidation.prototype, news, 'news');
around(PostgresJobStore.prototype, 'enqueue', 'follow-up-job');
around(CallMemories.prototype, 'save', 'memory');
around(WebhookInboxStore.prototype, 'store', 'store-event');
around(WebhookInboxStore.prototype, 'claim', 'claim-event');
around(WebhookInboxStore.prototype, 'finish', 'finish-event');
around(PostgresSyncStore.prototype, 'apply', 'take-over');

const TOOL_KINDS: Record<string, Kind> = {
  create_booking: 'book',
  reschedule_appointment: 'move',
  cancel_appointment: 'cancel',
};
around(VoiceTools.prototype, 'answer', 'answer', (args) => TOOL_KINDS[(args[0] as { tool: string }).tool]);

/** In line means that the lease is held and the work has not begun. */
around(KeyedMutex.prototype, 'runExclusive', 'line', (args) => {
  const work = args[2] as () => Promise<unknown>;
  args[2] = async (): Promise<unknown> => {
    reach('line', 'before', null);
    const result = await work();
    reach('line', 'after', null);
    return result;
  };
  return undefined;
});

/** The answer to a voice request, before and after it is handed to the socket. */
const end = ServerResponse.prototype.end as Method;
ServerResponse.prototype.end = function (this: ServerResponse, ...args: unknown[]) {
  if (!this.req.url?.startsWith('/api/retell/')) return end.apply(this, args);
  reach('reply', 'before', null);
  if (armed?.point === 'reply' && armed.phase === 'after') this.once('finish', () => reach('reply', 'after', null));
  return end.apply(this, args);
} as ServerResponse['end'];
