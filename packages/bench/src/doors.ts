import { PLATFORMS, type Platform } from '../../../src/domain';
import { callerOn } from '../../../src/platforms/callers';
import type { PlatformCaller } from '../../../src/platforms/callers';
import { median, percentile, run, weekday } from './support/caller';
import { ADMIN_TOKEN, RETELL_KEY, startFleet } from './support/fleet';

/**
 * What each platform's door costs: one known question is asked on every platform in turn, so that whatever else the
 * machine does falls on all alike. `npm run bench -- doors [short]`
 */
const ROUNDS = process.argv.includes('short') ? 300 : 2000;
const WARM_UP = 200;
/** A call's transcript grows with every turn at Retell; as many as in a usual call. */
const TURNS = 10;
const MOST_MORE_MS = 1;

run(async (report) => {
  const fleet = await startFleet({ processes: 1, latencyScale: 0, rateLimit: 'off' });
  try {
    const [baseUrl = ''] = fleet.urls;
    const secrets = await prove(baseUrl);
    const callers = new Map<Platform, PlatformCaller>();
    const callOf = (platform: Platform, round: number): PlatformCaller => {
      const known = round % TURNS === 0 ? undefined : callers.get(platform);
      const caller =
        known ??
        callerOn(platform, {
          ...{ baseUrl, secret: secrets[platform], fromNumber: '+4930901820', toNumber: '+493012345678' },
          ...{ agentId: 'agent_demo', language: 'de' },
        });
      callers.set(platform, caller);
      return caller;
    };
    const wish = { service_name: 'Herrenhaarschnitt', desired_date: weekday(3), desired_time: '11:00' };
    const times: Record<Platform, number[]> = { retell: [], vapi: [], elevenlabs: [], mcp: [] };
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      // The first request after a pause is slower, so each platform is first in turn.
      const order = PLATFORMS.map((_, index) => PLATFORMS[(index + round) % PLATFORMS.length] ?? 'retell');
      for (const platform of order) {
        const { ms, answer } = await callOf(platform, round).tool('check_availability', wish);
        if (answer.status !== 'available') throw new Error(`${platform}: ${JSON.stringify(answer).slice(0, 200)}`);
        // The first turn of a call opens it.
        if (round >= WARM_UP && round % TURNS !== 0) times[platform].push(ms);
      }
    }
    const retell = median(times.retell);
    for (const platform of PLATFORMS) {
      const own = times[platform];
      const shown = `${median(own).toFixed(2)} / ${percentile(own, 95).toFixed(2)} ms`;
      const moreMs = median(own) - retell;
      if (platform === 'retell') report.check('a known answer through Retell’s door, p50 / p95', shown, 'shown', true);
      else
        report.check(
          `… through the door of ${platform} (${moreMs >= 0 ? '+' : ''}${moreMs.toFixed(2)} ms at p50)`,
          ...([shown, `<= Retell’s + ${MOST_MORE_MS} ms`, moreMs <= MOST_MORE_MS] as const),
        );
    }
    report.note(`${times.retell.length} answers on each platform, one after the other, in one paired run`);
  } finally {
    await fleet.stop();
  }
}, 'Doors');

/** Gives the demo company what each platform proves its calls with. */
async function prove(baseUrl: string): Promise<Record<Platform, string>> {
  const admin = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${baseUrl}/api/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const { data: companies } = (await admin('GET', '/companies')) as { data: { id: string; slug: string }[] };
  const id = companies.find(({ slug }) => slug === 'salon-sonnenschein')?.id ?? '';
  const secrets = { vapi_secret: 'vapi-secret-of-the-bench', elevenlabs_secret: 'elevenlabs-secret-of-the-bench' };
  await admin('PATCH', `/companies/${id}`, secrets);
  const made = (await admin('POST', '/tokens', { company_id: id, name: 'bench', role: 'voice' })) as {
    data: { token: string };
  };
  return {
    ...{ retell: RETELL_KEY, vapi: secrets.vapi_secret },
    ...{ elevenlabs: secrets.elevenlabs_secret, mcp: made.data.token },
  };
}
