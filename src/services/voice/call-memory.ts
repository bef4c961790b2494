import { z } from 'zod';
import { StoreUnavailable } from '../../errors';
import type { LocalDate, TenantId } from '../../domain';
import type { SpokenWhen } from './chosen-offer';
import type { NextWish } from './phrases';

/** What was said earlier in the call, so that "um 15 Uhr dann" means the day just talked about. */
export interface CallMemory {
  /** The caller has heard the greeting. */
  greeted: boolean;
  /** The service being talked about: what was checked is what is booked. */
  serviceId: string | null;
  /** The day last talked about, local date. */
  day: LocalDate | null;
  /** Starts that the caller was offered, epoch milliseconds. */
  offeredMs: number[];
  /** What of it was read out last, in that order: "den zweiten". */
  choicesMs: number[];
  /** The start last asked about, free or not: "zur gleichen Zeit". */
  askedMs: number | null;
  /** The start last confirmed as free. */
  checkedMs: number | null;
  /** Another length than the usual one, asked for of that service; minutes. */
  length: { serviceId: string; minutes: number } | null;
  /** Words about a start that came with something else which had to be asked about first. */
  unansweredWhen: SpokenWhen | null;
  /** Wished hosts (Cal.com user ids). */
  hostIds: number[];
  /** A collected appointment that waits for the caller's yes. */
  awaiting: {
    serviceId: string;
    startMs: number;
    name: string;
    phone: string | null;
    email: string | null;
    /** Of the service; minutes. */
    lengthMinutes: number | null;
    /** Only with the wished host. */
    isHostRequired: boolean;
  } | null;
  /** A second booking that the caller was asked about. */
  secondBooking: { serviceId: string; startMs: number; name: string } | null;
  /** The name under which an appointment was looked for, not booked yet. */
  customerName: string | null;
  reservations: { uid: string; startMs: number; calcomUid: string | null }[];
  /** Operations whose outcome the caller has not heard yet. */
  pendingOperationIds: string[];
  /** Appointments made in this call. */
  appointmentIds: string[];
  /** Why a person was asked for: the platform may ask for the number once more. */
  handOver: { reason: string | null; summary: string | null };
  /** What the caller was asked to confirm, e.g. a date with its year. */
  confirmDate: LocalDate | null;
  contact: {
    /** A number or address was not understood and asked for again. */
    phoneAsked: boolean;
    emailAsked: boolean;
    /** Asked about because it could be another country's; said again it is taken. E.164 */
    doubtedPhone: string | null;
    /** Sentences about numbers and addresses that the caller has heard. */
    readBack: string[];
  };
  /** Several services or people in one breath: each is booked by itself. */
  wishes: {
    /** The words for which the caller has been told so. */
    text: string | null;
    /** What the conversation comes back to; services by name. */
    later: NextWish[];
  };
}

export const emptyMemory = (): CallMemory => ({
  greeted: false,
  serviceId: null,
  day: null,
  offeredMs: [],
  choicesMs: [],
  askedMs: null,
  checkedMs: null,
  length: null,
  unansweredWhen: null,
  hostIds: [],
  awaiting: null,
  secondBooking: null,
  customerName: null,
  reservations: [],
  pendingOperationIds: [],
  appointmentIds: [],
  handOver: { reason: null, summary: null },
  confirmDate: null,
  contact: { phoneAsked: false, emailAsked: false, doubtedPhone: null, readBack: [] },
  wishes: { text: null, later: [] },
});

const stored: z.ZodType<CallMemory> = z.object({
  greeted: z.boolean().default(false),
  serviceId: z.string().nullable(),
  day: z.string().nullable(),
  offeredMs: z.array(z.number()),
  choicesMs: z.array(z.number()),
  askedMs: z.number().nullable(),
  checkedMs: z.number().nullable(),
  length: z.object({ serviceId: z.string(), minutes: z.number() }).nullable().default(null),
  unansweredWhen: z
    .object({ date: z.string().optional(), time: z.string().optional(), datetime: z.string().optional() })
    .nullable()
    .default(null),
  hostIds: z.array(z.number()),
  awaiting: z
    .object({
      serviceId: z.string(),
      startMs: z.number(),
      name: z.string(),
      phone: z.string().nullable(),
      email: z.string().nullable(),
      lengthMinutes: z.number().nullable().default(null),
      isHostRequired: z.boolean().default(false),
    })
    .nullable(),
  secondBooking: z.object({ serviceId: z.string(), startMs: z.number(), name: z.string() }).nullable().default(null),
  customerName: z.string().nullable().default(null),
  reservations: z.array(z.object({ uid: z.string(), startMs: z.number(), calcomUid: z.string().nullable() })),
  pendingOperationIds: z.array(z.string()),
  appointmentIds: z.array(z.string()),
  handOver: z
    .object({ reason: z.string().nullable(), summary: z.string().nullable() })
    .default(() => emptyMemory().handOver),
  confirmDate: z.string().nullable(),
  contact: z
    .object({
      phoneAsked: z.boolean(),
      emailAsked: z.boolean(),
      doubtedPhone: z.string().nullable(),
      readBack: z.array(z.string()),
    })
    .default(() => emptyMemory().contact),
  wishes: z
    .object({
      text: z.string().nullable(),
      later: z.array(z.object({ services: z.array(z.string()), forNextPerson: z.boolean() })),
    })
    .default(() => emptyMemory().wishes),
});

/** Whether something was said in this call before. */
export function isUnderWay({ greeted, serviceId, day, appointmentIds, customerName }: CallMemory): boolean {
  return greeted || serviceId !== null || day !== null || customerName !== null || appointmentIds.length > 0;
}

/** Short-lived text by key, shared between processes; `null` when absent or the store is away. */
export interface TextStore {
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
      const parsed = stored.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : emptyMemory();
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
