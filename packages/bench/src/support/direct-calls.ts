import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { API_KEY, type Fleet } from './fleet';
import type { BenchService } from './workload';

/** The sandbox closes a connection that was idle for 5 s. */
const agent = new Agent({ keepAlive: true, timeout: 4000 });

/** Cal.com asked without any gateway, for what a gateway adds. Milliseconds. */
export function directSlots(fleet: Fleet, service: BenchService, from: string, days: number): Promise<number> {
  const end = new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
  const query = `eventTypeId=${service.eventTypeId}&start=${from}&end=${end}&timeZone=Europe/Berlin`;
  return timed(`${fleet.sandboxUrl}/slots?${query}`, 'GET', '2024-09-04', null);
}

/** A booking by a stranger; resolves to milliseconds. */
export function directBooking(fleet: Fleet, service: BenchService, startAt: Date): Promise<number> {
  const body = {
    eventTypeId: service.eventTypeId,
    start: startAt.toISOString(),
    attendee: {
      name: 'Dora Direkt',
      email: `dora-${randomBytes(4).toString('hex')}@example.com`,
      timeZone: 'Europe/Berlin',
      language: 'de',
    },
  };
  return timed(`${fleet.sandboxUrl}/bookings`, 'POST', '2024-08-13', JSON.stringify(body));
}

function timed(url: string, method: string, version: string, body: string | null): Promise<number> {
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${API_KEY}`,
      'cal-api-version': version,
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(url, { method, agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if ((answer.statusCode ?? 500) >= 300)
          return reject(new Error(`${method} ${url}: ${answer.statusCode} ${text}`));
        JSON.parse(text);
        resolve(performance.now() - beganMs);
      });
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}
