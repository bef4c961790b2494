import type { AddressInfo } from 'node:net';
import { play } from '../../packages/bench/src/conversations/play';
import { openSalons } from '../../packages/bench/src/conversations/salons';
import { redisUrl } from '../support/servers';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, type TestGateway } from '../support/gateway';

/** The short form of `npm run bench -- conversations`. */
const CONVERSATIONS = 20;
const FIRST = Number(process.env.CONVERSATIONS_FROM ?? 0);

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

test('scripted callers hear nothing untrue and end as they wanted', async () => {
  const { port } = t.gateway.server.address() as AddressInfo;
  const stage = {
    gatewayUrl: `http://127.0.0.1:${port}`,
    ...{ controlUrl: t.sandbox.controlUrl, sandboxUrl: t.sandbox.url, redisUrl: redisUrl() },
    ...{ retellKey: RETELL_KEY, adminToken: ADMIN_TOKEN },
  };
  const salons = await openSalons(stage, 4);
  const indexes = Array.from({ length: CONVERSATIONS }, (_, at) => FIRST + at);
  const problems: string[] = [];
  const next = async (): Promise<void> => {
    for (let index = indexes.shift(); index !== undefined; index = indexes.shift()) {
      const played = await play(stage, salons, index);
      problems.push(...played.problems.map((one) => `${index} ${played.story} (${played.language}): ${one}`));
      if (played.honestNo) problems.push(`${index} ${played.story}: ${played.honestNo}`);
    }
  };
  await Promise.all([next(), next()]);
  expect(problems).toEqual([]);
});
