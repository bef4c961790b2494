import net from 'node:net';
import { summary } from '../support/caller';
import type { RawRequest } from './lineup';

export interface Throughput {
  perSecond: number;
  p50: number;
  p99: number;
  failed: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * As many answers as there are to be had: every connection asks again as soon as it has been answered. Plain sockets and
 * prepared bytes, so that the client takes little of the machine it shares, and microseconds are still told apart.
 */
export async function withoutPause(
  url: string,
  requests: readonly RawRequest[],
  options: { connections: number; ms: number },
): Promise<Throughput> {
  const { hostname, port } = new URL(url);
  const prepared = requests.map(({ method, path, headers, body }) => {
    const lines = Object.entries({ host: hostname, 'content-length': String(Buffer.byteLength(body)), ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
    return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n\r\n${body}`);
  });
  const tookMs: number[] = [];
  let failed = 0;
  let next = 0;
  const beganMs = performance.now();
  const untilMs = beganMs + options.ms;
  const connection = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = net.connect(Number(port), hostname);
      let sentMs = 0;
      let heard: Buffer = Buffer.alloc(0);
      const send = (): void => {
        sentMs = performance.now();
        socket.write(prepared[next++ % prepared.length] ?? Buffer.alloc(0));
      };
      socket.setNoDelay(true);
      socket.on('connect', send);
      socket.on('data', (data) => {
        heard = heard.length === 0 ? data : Buffer.concat([heard, data]);
        const length = wholeLength(heard);
        if (length === null || heard.length < length) return;
        if (heard.subarray(9, 12).toString('latin1') === '200') tookMs.push(performance.now() - sentMs);
        else failed += 1;
        heard = heard.subarray(length);
        if (performance.now() < untilMs) send();
        else socket.destroy();
      });
      socket.on('error', () => (failed += 1));
      socket.on('close', () => resolve());
    });
  await Promise.all(Array.from({ length: options.connections }, connection));
  const { p50, p99 } = tookMs.length > 0 ? summary(tookMs) : { p50: NaN, p99: NaN };
  return { perSecond: Math.round(tookMs.length / ((performance.now() - beganMs) / 1000)), p50, p99, failed };
}

/** Of the first answer in the buffer; null while its head or its last chunk is still to come. */
function wholeLength(heard: Buffer): number | null {
  const headEnds = heard.indexOf(HEAD_END);
  if (headEnds < 0) return null;
  const head = heard.subarray(0, headEnds).toString('latin1').toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head);
  if (length) return headEnds + 4 + Number(length[1]);
  const last = heard.indexOf('\r\n0\r\n\r\n', headEnds);
  return last < 0 ? null : last + 7;
}
