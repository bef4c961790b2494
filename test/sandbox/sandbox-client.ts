import { type SandboxOptions, type Sandbox, startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { type TimeSource } from '../../packages/calcom-sandbox/src/sandbox-clock';
import { type WorldInput } from '../../packages/calcom-sandbox/src/world/world-spec';

export const DEMO_KEY = 'cal_sandbox_demo';
/** A Monday, 08:00 in Berlin (summer time). */
export const MONDAY = Date.parse('2027-06-07T06:00:00Z');

export class ManualTime implements TimeSource {
  constructor(public atMs = MONDAY) {}

  nowMs(): number {
    return this.atMs;
  }

  advance(byMs: number): void {
    this.atMs += byMs;
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  // Bodies are what the tests look into freely.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export const VERSION = {
  slots: '2024-09-04',
  bookings: '2024-08-13',
  eventTypes: '2024-06-14',
  schedules: '2024-06-11',
};

interface Ask {
  version?: string;
  key?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export class SandboxClient {
  constructor(readonly sandbox: Sandbox) {}

  async ask(method: string, path: string, { version, key = DEMO_KEY, body, headers }: Ask = {}): Promise<Answer> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      headers: {
        ...(version !== undefined && { 'cal-api-version': version }),
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  async control(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.sandbox.controlUrl}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  slots(query: Record<string, string>): Promise<Answer> {
    return this.ask('GET', `/slots?${new URLSearchParams(query).toString()}`, { version: VERSION.slots, key: null });
  }

  book(body: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask('POST', '/bookings', { version: VERSION.bookings, body, ...ask });
  }

  booking(method: string, path: string, body?: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask(method, `/bookings${path}`, { version: VERSION.bookings, body, ...ask });
  }
}

export async function openSandbox(
  options: SandboxOptions = {},
): Promise<{ client: SandboxClient; sandbox: Sandbox; time: ManualTime }> {
  const time = new ManualTime();
  const sandbox = await startSandbox({ clock: time, seed: 7, rateLimit: 'off', ...options });
  return { client: new SandboxClient(sandbox), sandbox, time };
}

/** A booking request that the demo world accepts; times are Berlin wall clock minus two hours. */
export function bookingBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    start: '2027-06-08T08:00:00Z',
    eventTypeId: 1001,
    attendee: { name: 'Erika Muster', email: 'erika@example.com', timeZone: 'Europe/Berlin', language: 'de' },
    ...overrides,
  };
}

type EventTypeInput = NonNullable<WorldInput['eventTypes']>[number];

/** One person (7, Berlin, every day 09–17) with one event type (1), and a second person (8) with the same hours. */
export function smallWorld(eventType: Partial<EventTypeInput> = {}, extra: Partial<WorldInput> = {}): WorldInput {
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
  const availability = [{ days: [...days], startTime: '09:00', endTime: '17:00' }];
  return {
    users: [
      { id: 7, username: 'kim', name: 'Kim', email: 'kim@example.com', defaultScheduleId: 70 },
      { id: 8, username: 'lou', name: 'Lou', email: 'lou@example.com', defaultScheduleId: 80 },
    ],
    schedules: [
      { id: 70, ownerId: 7, timeZone: 'Europe/Berlin', availability },
      { id: 80, ownerId: 8, timeZone: 'Europe/Berlin', availability },
    ],
    teams: [
      {
        id: 5,
        name: 'Duo',
        slug: 'duo',
        members: [
          { id: 1, userId: 7, role: 'OWNER' },
          { id: 2, userId: 8 },
        ],
      },
    ],
    eventTypes: [
      {
        id: 1,
        title: 'Talk',
        slug: 'talk',
        lengthInMinutes: 60,
        ...(eventType.teamId === undefined && { ownerId: 7 }),
        ...eventType,
      },
    ],
    apiKeys: [
      { key: 'cal_kim', userId: 7 },
      { key: 'cal_lou', userId: 8 },
    ],
    ...extra,
  };
}
