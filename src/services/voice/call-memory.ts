import { z } from 'zod';
import { StoreUnavailable } from '../../errors';
import type { TenantId } from '../../domain';

const text = z.string().nullable().default(null);
const texts = z.array(z.string()).default([]);
const numbers = z.array(z.number()).default([]);
const number = z.number().nullable().default(null);
const flag = z.boolean().default(false);

/** What was said about a start, in whichever of the fields. */
const spokenWhen = z.object({
  date: z.string().optional(),
  time: z.string().optional(),
  datetime: z.string().optional(),
});
export type SpokenWhen = z.output<typeof spokenWhen>;

/** What was said earlier in the call, so that "um 15 Uhr dann" means the day just talked about. */
const callMemory = z.object({
  /** The caller has heard the greeting. */
  greeted: flag,
  /** The service being talked about: what was checked is what is booked. */
  serviceId: text,
  /** The day last talked about, local date. */
  day: text,
  /** Starts that the caller was offered, epoch milliseconds. */
  offeredMs: numbers,
  /** What of it was read out last, in that order: "den zweiten". */
  choicesMs: numbers,
  /** The start last asked about, free or not: "zur gleichen Zeit". */
  askedMs: number,
  /** The start last confirmed as free. */
  checkedMs: number,
  /** Another length than the usual one, asked for of that service; minutes. */
  length: z.object({ serviceId: z.string(), minutes: z.number() }).nullable().default(null),
  /** Words about a start that came with something else which had to be asked about first. */
  unansweredWhen: spokenWhen.nullable().default(null),
  /** Wished hosts (Cal.com user ids). */
  hostIds: numbers,
  /** A collected appointment that waits for the caller's yes. */
  awaiting: z
    .object({
      serviceId: z.string(),
      startMs: z.number(),
      name: z.string(),
      phone: z.string().nullable(),
      email: z.string().nullable(),
      /** Of the service; minutes. */
      lengthMinutes: number,
      /** Only with the wished host. */
      isHostRequired: flag,
    })
    .nullable()
    .default(null),
  /** A second booking that the caller was asked about. */
  secondBooking: z.object({ serviceId: z.string(), startMs: z.number(), name: z.string() }).nullable().default(null),
  /** The name under which an appointment was looked for, not booked yet. */
  customerName: text,
  reservations: z
    .array(z.object({ uid: z.string(), startMs: z.number(), calcomUid: z.string().nullable() }))
    .default([]),
  /** Operations whose outcome the caller has not heard yet. */
  pendingOperationIds: texts,
  /** Appointments made in this call. */
  appointmentIds: texts,
  /** Why a person was asked for: the platform may ask for the number once more. */
  handOver: z.object({ reason: text, summary: text }).prefault({}),
  /** What the caller was asked to confirm, e.g. a date with its year. */
  confirmDate: text,
  contact: z
    .object({
      /** A number or address was not understood and asked for again. */
      phoneAsked: flag,
      emailAsked: flag,
      /** Asked about because it could be another country's; said again it is taken. E.164 */
      doubtedPhone: text,
      /** Sentences about numbers and addresses that the caller has heard. */
      readBack: texts,
    })
    .prefault({}),
  /** Several services or people in one breath: each is booked by itself. */
  wishes: z
    .object({
      /** The words for which the caller has been told so. */
      text,
      /** What the conversation comes back to; services by name, none: not said yet. */
      later: z.array(z.object({ services: z.array(z.string()), forNextPerson: z.boolean() })).default([]),
    })
    .prefault({}),
});
export type CallMemory = z.output<typeof callMemory>;

export const emptyMemory = (): CallMemory => callMemory.parse({});

/** Whether something was said in this call before. */
export function isUnderWay({ greeted, serviceId, day, appointmentIds, customerName }: CallMemory): boolean {
  return greeted || serviceId !== null || day !== null || customerName !== null || appointmentIds.length > 0;
}

/** Short-lived text by key, shared between processes; `null` when absent or the store is away. */
interface TextStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, lifeMs: number): Promise<void>;
  /** Deletes keys with this beginning for which `isMeant` says yes. Unlike the others it fails while the store is away. */
  forget(prefix: string, isMeant: (key: string, value: string) => boolean): Promise<void>;
}

/** Calls end; Retell's longest is two hours. */
const LIFE_MS = 4 * 3_600_000;

export class CallMemories {
  constructor(private readonly store: TextStore) {}

  async load(companyId: TenantId, callId: string): Promise<CallMemory> {
    const text = await this.store.get(memoryKey(companyId, callId));
    if (!text) return emptyMemory();
    try {
      return callMemory.parse(JSON.parse(text));
    } catch {
      return emptyMemory();
    }
  }

  /** @param memory as JSON */
  save(companyId: TenantId, callId: string, memory: string): Promise<void> {
    return this.store.set(memoryKey(companyId, callId), memory, LIFE_MS);
  }

  /**
   * Deletes what is remembered of these calls, and of any other call in which the person is named.
   * @throws StoreUnavailable
   */
  async forget(companyId: TenantId, callIds: readonly string[], isNamedIn: (text: string) => boolean): Promise<void> {
    const keys = new Set(callIds.map((callId) => memoryKey(companyId, callId)));
    try {
      await this.store.forget(memoryKey(companyId, ''), (key, text) => keys.has(key) || isNamedIn(text));
    } catch (error) {
      throw new StoreUnavailable('the memory of calls cannot be reached', error);
    }
  }
}

function memoryKey(companyId: TenantId, callId: string): string {
  return `call-memory:${companyId}:${callId}`;
}
