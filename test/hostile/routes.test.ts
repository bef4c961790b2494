import { families, provoke } from '../../packages/bench/src/support/hostile-families';
import { PERSONAL } from '../../packages/bench/src/support/hostile-values';
import { BROKEN_MESSAGES } from '../../packages/bench/src/support/hostile-wire';
import { SEED, THOROUGHNESS } from '../support/generated-cases';
import { startHostileKit, type HostileKit } from './kit';

const CASES = 1200 * THOROUGHNESS;

let kit: HostileKit;
beforeAll(async () => {
  kit = await startHostileKit();
});
afterAll(() => kit.stop());

const NAMES = [
  ...['voice tools, signed', 'voice tools, not or wrongly signed', 'Retell webhook, signed'],
  ...['Retell webhook, not or wrongly signed', 'Cal.com webhook, signed', 'Cal.com webhook, not or wrongly signed'],
  ...['admin routes with a token', 'admin routes without a token', 'pages, health, addresses of nothing'],
  'bodies larger than any route takes',
];

test('every kind of request is here', () => {
  expect(families(kit.requests).map((family) => family.name)).toEqual(NAMES);
});

test.each(NAMES)('%s: nothing but documented answers', async (name) => {
  const family = families(kit.requests).find((one) => one.name === name)!;
  expect(await provoke(family, Math.ceil((CASES * family.share) / 100), SEED, kit.fault)).toEqual([]);
});

test.each(BROKEN_MESSAGES)('$name is answered with a refusal or cut off', async ({ bytes }) => {
  const heard = await kit.wire.raw(Buffer.from(bytes, 'latin1'), 11_000);
  expect(heard).not.toBeNull();
  expect(heard === '' ? 'cut off' : heard!.split('\r\n')[0]).toMatch(/^cut off$|^HTTP\/1\.1 [24]\d\d /);
});

test('a broken message never reaches the tools', async () => {
  expect(kit.log.lines.filter((line) => line.includes('a request failed'))).toEqual([]);
});

test('nothing of a person stands in the log', () => {
  const leaks = kit.log.lines.filter((line) => PERSONAL.some((word) => line.includes(word)));
  expect(leaks).toEqual([]);
});

test('the process still answers a caller', async () => {
  const { status, body } = await kit.t.tool('current_context', {});
  expect([status, body.status]).toEqual([200, 'ok']);
});
