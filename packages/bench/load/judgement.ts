import { statusOf, summary, type Report } from '../src/support/caller';
import { arrivals, counters } from '../src/support/sandbox-ledger';
import type { Fleet } from '../src/support/fleet';
import type { Asked } from './callers';
import type { Gauges } from './gauges';
import { repeats } from './repeats';
import type { Scenario } from './scenario';

const percent = (value: number): string => `${value.toFixed(1)} %`;

export function milliseconds(asked: readonly Asked[], tool?: Asked['tool']): number[] {
  return asked.flatMap((one) => (one.heard && (tool === undefined || one.tool === tool) ? [one.heard.ms] : []));
}

/** Every criterion of the scenario, each with what was measured. */
export async function judge(
  scenario: Scenario,
  run: { fleet: Fleet; asked: readonly Asked[]; gauges: Gauges; seconds: number },
  report: Report,
): Promise<void> {
  const { fleet, asked, gauges, seconds } = run;
  const all = summary(milliseconds(asked));
  report.check('p95 of all answers', `${all.p95} ms`, `< ${scenario.p95Ms} ms`, all.p95 < scenario.p95Ms);
  for (const tool of ['check_availability', 'find_alternatives', 'create_booking'] as const) {
    const { n, p50, p95, p99 } = summary(milliseconds(asked, tool));
    report.note(`${tool}: ${n} answers, p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`);
  }
  const lost = asked.filter((one) => one.heard?.status !== 200);
  const lostText = lost[0] ? `${lost.length} (${lost[0].error ?? lost[0].heard?.status})` : '0';
  report.check('questions without an answer', lostText, '< 1 %', lost.length < asked.length / 100);
  const { maxInAny60s, rateLimited, requestsTotal } = await counters(fleet);
  report.check('rate limit violations (429)', rateLimited, '0', rateLimited === 0);
  report.check('most requests in any 60 s', maxInAny60s, '<= 120', maxInAny60s <= 120);
  const perMinute = asked.length / (seconds / 60);
  report.note(`${asked.length} questions (${perMinute.toFixed(0)} a minute), ${requestsTotal} requests to Cal.com`);
  report.note(statuses(asked));
  const hitRate = gauges.hitRate(0, seconds);
  if (scenario.warm) report.check('cache hit rate', percent(hitRate), '> 75 %', hitRate > 75);
  if (scenario.name === 'soak') return;
  const open = gauges.samples.filter((sample) => sample.circuitsOpen > 0).length;
  report.check('circuit breaker open', `${open} of ${gauges.samples.length} looks`, '0', open === 0);
  const repeated = repeats(await arrivals(fleet));
  report.check('cache stampede events', repeated.moments, '< 2', repeated.moments < 2);
  report.check('duplicate requests', repeated.requests, '< 10', repeated.requests < 10);
  const shared = gauges.samples.at(-1)?.reads.coalesced ?? 0;
  const efficiency = (shared / (shared + repeated.requests)) * 100;
  if (shared + repeated.requests > 0)
    report.check('questions that shared a request under way', percent(efficiency), '> 70 %', efficiency > 70);
  if (scenario.warm) return;
  const grown = gauges.hitRate(seconds * 0.8, seconds);
  const first = gauges.hitRate(0, Math.min(2, seconds / 10));
  report.check(
    'hit rate, from the first questions to the last fifth',
    `${percent(Number.isNaN(first) ? 0 : first)} → ${percent(grown)}`,
    '0 → 60 % within 5 minutes',
    grown >= 60,
  );
}

function statuses(asked: readonly Asked[]): string {
  const counts = new Map<string, number>();
  for (const { tool, heard, error } of asked) {
    const name = `${tool} ${heard ? statusOf(heard) : (error ?? '').slice(0, 40)}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
