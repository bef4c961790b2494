import { naturalLoad } from './freshness/natural';
import { outsideWithoutWebhook, outsideWithWebhook } from './freshness/outside';
import { race } from './freshness/race';
import { pushFor, teamSalon } from './freshness/team';
import { run, weekday, ask, type Report } from './support/caller';
import { startFleet } from './support/fleet';
import { counters, resetCounts } from './support/sandbox-ledger';
import { addServices } from './support/workload';

/**
 * Is a start offered that was booked? A listing under way during the booking, minutes of natural load with four bookers
 * on two processes, and bookings made on Cal.com's own page, also of a team with and without webhooks.
 * `npm run bench -- freshness [short|team]`
 */
const SHORT = process.argv.includes('short');
const HOSTS = 10;

/** A team salon alone, on a fleet that has nothing else to do. */
async function teams(report: Report): Promise<void> {
  const fleet = await startFleet({ processes: 2, latencyScale: 0.1 });
  try {
    const team = await addServices(fleet, 20, { firstEventType: 7000, ofTeam: true });
    const [told, untold] = [team.slice(0, 10), team.slice(10)];
    await pushFor(fleet, told);
    await fleet.control('/behaviour', { slotCache: true });
    await teamSalon(fleet, told, report, { push: true, rounds: 2 });
    await teamSalon(fleet, untold, report, { push: false, rounds: 3 });
    const { maxInAny60s, rateLimited } = await counters(fleet);
    report.check('team salon: most upstream requests in any 60 s', maxInAny60s, '<= 120', maxInAny60s <= 120);
    report.check('… answered 429', rateLimited, '0', rateLimited === 0);
  } finally {
    await fleet.stop();
  }
}

run(async (report) => {
  if (!SHORT) await teams(report);
  if (process.argv.includes('team')) return;
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
    await resetCounts(fleet);
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
