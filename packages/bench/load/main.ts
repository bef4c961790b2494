import { parseArgs } from 'node:util';
import { envelope, percentile, run, weekday, type Report } from '../src/support/caller';
import { startFleet } from '../src/support/fleet';
import { resetCounts } from '../src/support/sandbox-ledger';
import { addServices } from '../src/support/workload';
import { Balancer } from './balancer';
import { Callers } from './callers';
import { drawCourse } from './course';
import { Gauges } from './gauges';
import { judge, milliseconds } from './judgement';
import { Progress } from './progress';
import { SCENARIOS, type Scenario } from './scenario';
import { Soak } from './soak';

const USAGE = `Usage: npm run bench -- load normal|peak|cold|soak [--minutes=<number>]

The load scenarios against the sandbox with Cal.com's latencies and its limit of 120
requests a minute. Results: results/load-<scenario>.json and .svg.`;

function scenarioOf(): { scenario: Scenario; seconds: number } {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } });
  const name = positionals[0] ?? '';
  const scenario = Object.values(SCENARIOS).find((one) => one.name === name);
  const minutes = Number(values.minutes ?? scenario?.minutes);
  if (!scenario || !(minutes > 0)) {
    console.error(USAGE);
    process.exit(1);
  }
  return { scenario, seconds: minutes * 60 };
}

async function load(scenario: Scenario, seconds: number, report: Report): Promise<void> {
  const soak = scenario.name === 'soak' ? new Soak(seconds) : null;
  const fleet = await startFleet({ processes: scenario.processes, ...soak?.fleetOptions() });
  const balancer = new Balancer(fleet.urls);
  try {
    await soak?.enter(fleet);
    const services = await addServices(fleet, scenario.services, { ofTeam: true });
    if (scenario.warm) await warm(balancer, services);
    await resetCounts(fleet);
    soak?.start(fleet);
    const gauges = new Gauges(fleet);
    await gauges.start();
    const callers = new Callers(scenario, services, (where, body) => balancer.post(where, body));
    const progress = new Progress(seconds);
    const { asked } = callers;
    const showing = setInterval(() => {
      const at = gauges.samples.at(-1)?.at ?? 0;
      const lost = asked.filter((one) => one.heard?.status !== 200).length;
      progress.show(
        at,
        `${asked.length} questions, p95 ${Math.round(percentile(milliseconds(asked), 95)) || 0} ms, ` +
          `hit rate ${(gauges.hitRate(0, at) || 0).toFixed(0)} %, budget ${gauges.budget().at(-1)?.[1] ?? 0}/120, lost ${lost}` +
          (soak ? `, ${soak.said}` : ''),
      );
    }, 1000);
    try {
      await callers.run(seconds);
    } finally {
      clearInterval(showing);
      progress.done();
      await gauges.stop();
    }
    await soak?.stop();
    await judge(scenario, { fleet, asked, gauges, seconds }, report);
    await soak?.judge(gauges, asked, report);
    const { file, panels } = drawCourse(scenario, { asked, gauges, seconds });
    report.keep('panels', panels);
    report.note(`picture: ${file}`);
  } finally {
    balancer.stop();
    await soak?.stop();
    await fleet.stop();
  }
}

/** Every service asked about once, as the night's warming does. */
async function warm(balancer: Balancer, services: readonly { id: string }[]): Promise<void> {
  for (const { id } of services)
    await balancer.post(
      '/api/retell/check_availability',
      envelope('check_availability', { service_id: id, desired_date: weekday(2), desired_time: '11:00' }),
    );
}

const { scenario, seconds } = scenarioOf();
run((report) => load(scenario, seconds, report), `Load ${scenario.name}`);
