import { DEMO_API_KEY } from '../../packages/calcom-sandbox/src/world/demo-world';
import { type Sandbox, startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { tenantId } from '../../src/domain';
import { CalcomAccount } from '../../src/services/calcom/calcom-account';
import { describeBookingUpstream } from '../contracts/booking-upstream.contract';
import { FakeClock } from '../support/fake-clock';
import { makeClient, VERSIONS } from './wire-server';

/** A Monday, 08:00 in Berlin. */
const MONDAY = Date.parse('2027-06-07T06:00:00Z');
const stops: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describeBookingUpstream('CalcomAccount over HTTP', async () => {
  let nowMs = MONDAY;
  const sandbox: Sandbox = await startSandbox({ clock: { nowMs: () => nowMs }, seed: 7, rateLimit: 'off' });
  const timeouts = { slotsMs: 5000, bookingMs: 5000, bookingCeilingMs: 5000, testMs: 5000 };
  const client = makeClient(sandbox.url, { versions: VERSIONS, timeouts }, new FakeClock(MONDAY));
  stops.push(
    () => client.close(),
    () => sandbox.stop(),
  );
  const credential = { id: 'key', apiKey: DEMO_API_KEY };
  const account = new CalcomAccount({
    tenantId: tenantId('00000000-0000-4000-8000-000000000001'),
    credential,
    api: client,
    egress: {
      run: async ({ mayLeave }, send) => {
        await mayLeave?.();
        return send({ credential, signal: AbortSignal.timeout(5000) });
      },
      countFault: async () => undefined,
    },
    timeouts,
    faults: null,
  });
  return {
    upstream: account,
    eventTypeId: 1001,
    hostIds: [501, 502],
    startAt: new Date('2027-06-08T08:00:00Z'),
    pass: (ms) => void (nowMs += ms),
  };
});
