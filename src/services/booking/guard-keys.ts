import type { Operation } from './ledger';

/** A host's time is guarded in steps of this many minutes. */
const GUARD_STEP_MS = 15 * 60_000;

/** What a write must be alone with: the hosts who may get the appointment, for its time, and the booking it changes. */
export function guardKeys(operation: Operation): string[] {
  const subjects =
    operation.payload.hostIds.length > 0
      ? operation.payload.hostIds.map((id) => `host:${id}`)
      : [`event-type:${operation.eventTypeId}`];
  const first = Math.floor(operation.startAt.getTime() / GUARD_STEP_MS);
  const last = Math.ceil(operation.endAt.getTime() / GUARD_STEP_MS);
  const keys: string[] = [];
  for (let step = first; step < last; step++) {
    for (const subject of subjects) keys.push(`{${operation.companyId}}:${subject}:${step}`);
  }
  if (operation.previousUid) keys.push(`{${operation.companyId}}:uid:${operation.previousUid}`);
  return keys.sort();
}
