import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CalcomHttpClient, type CalcomClientConfig } from '../../src/calcom/calcom-http-client';
import type { UpstreamAnswer, UpstreamCall } from '../../src/services/calcom/calcom-ports';
import { FakeClock } from '../support/fake-clock';

export interface Captured {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, captured: Captured) => void;

/** A Cal.com of which the test decides every byte. */
export class WireServer {
  readonly captured: Captured[] = [];
  sockets = 0;
  handler: Handler = (_request, response) => json(response, 200, { status: 'success', data: {} });
  readonly #server: http.Server;

  constructor({ announces = true } = {}) {
    this.#server = http.createServer((request, response) => {
      if (!announces) response.setHeader('Connection', 'keep-alive');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const captured = {
          method: request.method ?? '',
          url: new URL(request.url ?? '', 'http://calcom'),
          headers: request.headers,
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        };
        this.captured.push(captured);
        this.handler(request, response, captured);
      });
    });
    this.#server.keepAliveTimeout = 30_000;
    this.#server.on('connection', () => this.sockets++);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v2`;
  }

  get last(): Captured {
    const last = this.captured.at(-1);
    if (!last) throw new Error('nothing was sent');
    return last;
  }

  /** Closes idle connections, as a server does whose patience ends; resolves when the clients know. */
  async closeIdle(): Promise<void> {
    this.#server.closeIdleConnections();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export const VERSIONS = { slots: '2024-09-04', bookings: '2024-08-13', eventTypes: '2024-06-14' };

export function makeClient(
  baseUrl: string,
  overrides: Partial<CalcomClientConfig> = {},
  clock: FakeClock = new FakeClock(),
): CalcomHttpClient {
  return new CalcomHttpClient(
    {
      baseUrl,
      version: '9.8.7',
      versions: VERSIONS,
      connectMs: 2000,
      timeouts: { slotsMs: 3000, bookingMs: 5000, testMs: 10_000 },
      http2: false,
      ...overrides,
    },
    clock,
  );
}

export function makeCall(
  apiKey = 'cal_live_secret',
  signal = new AbortController().signal,
): UpstreamCall & { answers: UpstreamAnswer[] } {
  const answers: UpstreamAnswer[] = [];
  return {
    credential: { id: 'f00dfacef00dface', apiKey },
    signal,
    onAnswer: (answer) => answers.push(answer),
    answers,
  };
}

/** A booking as Cal.com shows it. */
export function wireBooking(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 77,
    uid: 'bo0kingUid22characters',
    title: 'Haircut between Anna and Erika',
    status: 'accepted',
    start: '2027-06-08T08:00:00.000Z',
    end: '2027-06-08T08:30:00.000Z',
    duration: 30,
    eventTypeId: 1001,
    hosts: [{ id: 501, name: 'Anna', email: 'anna@example.com', username: 'anna', timeZone: 'Europe/Berlin' }],
    attendees: [
      {
        name: 'Erika',
        email: 'erika@example.com',
        timeZone: 'Europe/Berlin',
        absent: false,
        phoneNumber: '+4915123456789',
      },
    ],
    metadata: { gateway_key: 'k1' },
    createdAt: '2027-06-01T08:00:00.000Z',
    updatedAt: '2027-06-01T09:00:00.000Z',
    ...overrides,
  };
}

export const HAIRCUT = {
  eventTypeId: 1001,
  startAt: new Date('2027-06-08T08:00:00Z'),
  attendee: {
    name: 'Erika Muster',
    email: 'erika@example.com',
    phone: null,
    timeZone: 'Europe/Berlin',
    language: 'de' as const,
  },
  responses: {},
  metadata: { gateway_key: 'k1' },
};

export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it should have failed');
}
