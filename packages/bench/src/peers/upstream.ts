import { z } from 'zod';

/** Cal.com as the peers call it: one request, no queue, no budget. */
export class UpstreamFault extends Error {
  constructor(readonly status: number) {
    super(`answered ${status}`);
  }
}

const slotsAnswer = z.object({ data: z.record(z.string(), z.array(z.object({ start: z.string() }))) });
export type Slots = z.infer<typeof slotsAnswer>;

export interface UpstreamOptions {
  /** Cal.com, or a proxy in front of it. */
  baseUrl: string;
  apiKey: string;
  slotsTimeoutMs?: number;
  bookingTimeoutMs?: number;
}

export class Upstream {
  constructor(private readonly options: UpstreamOptions) {}

  async slots(eventTypeId: number, start: string, end: string): Promise<Slots> {
    const where = `/slots?eventTypeId=${eventTypeId}&start=${start}&end=${end}&timeZone=Europe/Berlin`;
    return slotsAnswer.parse(await this.#send(where, '2024-09-04', this.options.slotsTimeoutMs ?? 3000));
  }

  async book(eventTypeId: number, start: string): Promise<void> {
    const attendee = { name: 'Bench Person', email: 'bench@example.com', timeZone: 'Europe/Berlin' };
    await this.#send('/bookings', '2024-08-13', this.options.bookingTimeoutMs ?? 10_000, {
      eventTypeId,
      start,
      attendee,
    });
  }

  async #send(where: string, version: string, timeoutMs: number, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.options.baseUrl}${where}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${this.options.apiKey}`,
        'cal-api-version': version,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    if (!answer.ok) throw new UpstreamFault(answer.status);
    return JSON.parse(text);
  }
}
