import { percentile } from '../src/support/caller';
import { linePicture, savePicture, type Panel } from '../src/support/picture';
import type { Asked } from './callers';
import type { Gauges } from './gauges';
import type { Scenario } from './scenario';

const PIECES = 40;
type Point = [number, number];

/** Latency and budget over time, drawn to `results/load-<name>.svg`. */
export function drawCourse(
  scenario: Scenario,
  run: { asked: readonly Asked[]; gauges: Gauges; seconds: number },
): { file: string; panels: Panel[] } {
  const { asked, gauges, seconds } = run;
  const minute = (at: number): number => at / 60;
  const pieces = Array.from({ length: PIECES }, (_, index) => (index * seconds) / PIECES);
  const latency = (tools: Asked['tool'][], p: number): Point[] =>
    pieces.map((from): Point => {
      const within = asked.filter((one) => one.at >= from && one.at < from + seconds / PIECES);
      const took = within.flatMap((one) => (one.heard && tools.includes(one.tool) ? [one.heard.ms] : []));
      return [minute(from + seconds / PIECES / 2), percentile(took, p)];
    });
  const questions: Asked['tool'][] = ['check_availability', 'find_alternatives'];
  const panels: Panel[] = [
    {
      title: 'Latency',
      yLabel: 'ms',
      log: true,
      lines: [
        { name: 'questions, p50', points: latency(questions, 50) },
        { name: 'bookings, p50', points: latency(['create_booking'], 50) },
        { name: 'questions, p95', points: latency(questions, 95), dashed: true },
        { name: 'bookings, p95', points: latency(['create_booking'], 95), dashed: true },
      ],
      limits: [{ value: scenario.p95Ms, label: `p95 of all < ${scenario.p95Ms} ms` }],
    },
    {
      title: "Cal.com's budget",
      yLabel: 'requests in 60 s',
      lines: [
        {
          name: 'requests to Cal.com in the last 60 s',
          points: gauges.budget().map(([at, n]): Point => [minute(at), n]),
        },
      ],
      limits: [{ value: 120, label: 'limit 120' }],
    },
    {
      title: 'Cache',
      yLabel: '%',
      lines: [
        {
          name: 'hit rate of the minute before',
          points: gauges.samples.map(({ at }): Point => [minute(at), gauges.hitRate(Math.max(0, at - 60), at)]),
        },
      ],
      limits: [{ value: 75, label: '75 %' }],
      height: 110,
    },
  ];
  if (scenario.name === 'soak') {
    panels.push({
      title: 'A process that runs all the time',
      yLabel: 'MB, handles',
      lines: [
        { name: 'memory (MB)', points: gauges.samples.map((one): Point => [minute(one.at), one.residentMb]) },
        { name: 'handles', points: gauges.samples.map((one): Point => [minute(one.at), one.handles]) },
      ],
      height: 110,
    });
  }
  const picture = linePicture({
    title: `${scenario.title}: ${scenario.callers} callers, ${Number((seconds / 60).toFixed(1))} minutes`,
    subtitle: `${scenario.questionsPerMinute} questions a minute, ${scenario.processes} process${scenario.processes > 1 ? 'es' : ''}, Cal.com's own latencies and its limit of 120 a minute`,
    xLabel: 'minutes',
    panels,
  });
  return { file: savePicture(`load-${scenario.name}`, picture), panels };
}
