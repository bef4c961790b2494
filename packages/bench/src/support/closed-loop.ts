import autocannon from 'autocannon';
import { signBody } from '../../../../src/retell/signature';
import { RETELL_KEY } from './fleet';

export interface Throughput {
  perSecond: number;
  p50: number;
  p99: number;
  answers: number;
  failed: number;
}

/** As many signed questions as get through: every connection asks again as soon as it has its answer. */
export async function askWithoutPause(
  url: string,
  tool: string,
  bodies: readonly string[],
  options: { connections: number; seconds: number },
): Promise<Throughput> {
  const requests = bodies.map((body) => ({
    method: 'POST',
    path: `/api/retell/${tool}`,
    headers: {
      'content-type': 'application/json',
      'x-retell-signature': signBody(Buffer.from(body), RETELL_KEY, Date.now()),
    },
    body,
  }));
  const result = await autocannon({ url, connections: options.connections, duration: options.seconds, requests });
  return {
    perSecond: Math.round(result['2xx'] / result.duration),
    p50: result.latency.p50,
    p99: result.latency.p99,
    answers: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
  };
}
