import { naturalLoad } from './freshness/natural';
import { outsideWithoutWebhook, outsideWithWebhook } from './freshness/outside';
import { race } from './freshness/race';
import { run, weekday, ask } from './support/caller';
import { startFleet } from './support/fleet';
import { countAnew } from './support/sandbox-ledger';
import { addServices } from './support/workload';

/**
 * Is a start offered that was booked? A listing under way during the booking, minutes of natural load with four bookers
 * on two processes, and bookings made on Cal.com's own page. `npm run bench -- freshness [short]`
 */
const SHORT = process.argv.includes('short');
const HOSTS = 10;

run(async (report) => {
  const fleet = await startFleet({ processes: 2, env: { MAX_INFLIGHT_REQUESTS: '1000' } });
  try {
    // All before the first question: a process reads a company's services every 30 s.
    const own = await addServices(fleet, 13);
    const shared = await addServices(fleet, 2 * HOSTS, { firstEventType: 6000, perHost: 2 });
    const [watched, forgotten, warm, ...raced] = own;
    if (!watched || !forgotten || !warm) throw new Error('services are missing');
    for (let index = 0; index < 20; index++)
      await ask(fleet.urls[index % 2] ?? '', 'check_availability', { service_id: warm.id, desired_date: weekday(2) });
    await race(fleet, raced, report, SHORT ? [1400] : [1400, 8000, 30_000]);
    await outsideWithWebhook(fleet, watched, report, SHORT ? 2 : 20);

    await fleet.control('/latency', { scale: SHORT ? 0.2 : 1 });
    await countAnew(fleet);
    const load = naturalLoad(
      fleet,
      shared,
      report,
      SHORT ? { lastsMs: 12_000, atLeast: 10 } : { lastsMs: 600_000, atLeast: 500 },
    );
    await Promise.all([load, SHORT ? undefined : outsideWithoutWebhook(fleet, forgotten, report)]);
  } finally {
    await fleet.stop();
  }
}, 'Freshness');
