import { InvalidArgumentError, type Command } from 'commander';
import { companyNames, withCompanies } from '../services/calcom/calcom-keys';
import { MOST_REPORT_MINUTES } from '../services/calcom/calcom-performance-monitor';
import { companyOption } from './company-option';
import { withGateway } from './context';
import { Output, table } from './output';

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

/** The runbook's commands about Cal.com: warming, report, circuit, budget, reconciliation. */
export function addCalcomCommands(program: Command): void {
  program
    .command('calcom:warm-cache')
    .description(
      'read ahead the availability of the services most booked lately, in the background share of the budget',
    )
    .option('--days <n>', 'days to read', wholeNumber, 7)
    .option('--min-bookings <n>', 'bookings of the last 30 days that make a service popular', wholeNumber, 5)
    .option('--delay <ms>', 'pause between two requests, milliseconds', wholeNumber, 100)
    .option('--company <id>', 'only this company: its id, slug or name')
    .option('--json', 'print one JSON document')
    .action((options: { days: number; minBookings: number; delay: number; company?: string; json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const out = new Output(options);
        const { warmer } = gateway.parts.operations;
        const companyId = await companyOption(gateway, options.company);
        const wish = {
          days: options.days,
          minBookings: options.minBookings,
          delayMs: options.delay,
          ...(companyId === null ? {} : { companyId }),
        };
        const total = (await warmer.candidates(wish)).length;
        if (total === 0) {
          out.result(
            { services: 0, warmed: 0, failed: 0 },
            `no service has ${options.minBookings} bookings in the last 30 days; nothing to warm`,
          );
          return;
        }
        const bar = out.progress('warming', total);
        const report = await warmer.run(wish, (_done, _total, step) => {
          if (!step) return;
          const { service, outcome, starts, error } = step;
          bar.step(outcome === 'warmed' ? `${service}: ${starts} starts` : `${service}: failed (${error})`);
        });
        bar.done();
        const peaks = [...new Set(Object.values(report.peakHours).flat())].slice(0, 5);
        out.result(
          report,
          `${report.warmed} of ${report.services} services warmed for ${options.days} days${peaks.length > 0 ? `; busiest hours ${peaks.join(', ')}` : ''}`,
        );
        if (report.failed > 0) process.exitCode = 1;
      }),
    );

  program
    .command('calcom:performance-report')
    .description('how Cal.com and the cache did lately')
    .option('--last <minutes>', 'how far to look back: 60, 60m, 2h or 30d, at most 396d', minutes, 60)
    .option('--json', 'print one JSON document')
    .action((options: { last: number; json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const { monitor, accounts } = gateway.parts.upstream;
        const [report, summaries] = await Promise.all([
          monitor.generateReport(options.last, await accounts.keys()),
          monitor.summaries(options.last),
        ]);
        new Output(options).result({ minutes: options.last, endpoints: summaries }, report);
      }),
    );

  program
    .command('calcom:circuit-breaker-status')
    .description('whether Cal.com is being asked')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const { monitor, accounts } = gateway.parts.upstream;
        const keys = await accounts.keys();
        const circuits = withCompanies(await monitor.getCircuitBreakerStatus(keys.map(({ id }) => id)), keys);
        new Output(options).result(
          circuits,
          table(
            ['key', 'companies', 'service', 'state', 'failures', 'successes', 'opened at', 'retry in'],
            circuits.map((one) => [
              one.key,
              companyNames(one),
              one.service,
              one.state,
              `${one.failure_count}/${one.failure_threshold}`,
              String(one.success_count),
              one.opened_at ?? '–',
              `${one.seconds_until_retry} s`,
            ]),
          ),
        );
        if (circuits.some((one) => one.state === 'open')) process.exitCode = 2;
      }),
    );

  program
    .command('calcom:rate-limit-status')
    .description('how much of the request budget is used')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const { limiter, accounts } = gateway.parts.upstream;
        const known = await accounts.keys();
        const keys = withCompanies(await limiter.status(known.map(({ id }) => id)), known);
        new Output(options).result(
          keys,
          table(
            ['key', 'companies', 'minute (UTC)', 'this minute', 'last 60 s', 'limit', 'remaining', 'used', 'status'],
            keys.map((one) => [
              one.main ? `${one.key} (main)` : one.key,
              companyNames(one),
              one.current_minute,
              String(one.requests_this_minute),
              String(one.requests_last_60s),
              String(one.limit),
              String(one.remaining),
              `${one.utilization_pct} %`,
              one.status,
            ]),
          ),
        );
        if (keys.some((one) => one.status === 'exceeded')) process.exitCode = 2;
      }),
    );

  program
    .command('reconcile')
    .description('compare appointments with Cal.com and put right what can be decided')
    .option('--company <id>', 'only this company: its id, slug or name')
    .option('--changes-only', 'only what changed since the last time, not rows whose booking is gone', false)
    .option('--json', 'print one JSON document')
    .action((options: { company?: string; changesOnly: boolean; json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const out = new Output(options);
        const companyId = await companyOption(gateway, options.company);
        await gateway.parts.voice.settlement.sweep();
        await gateway.parts.webhooks.inbox.sweep();
        const reports = await gateway.parts.operations.reconciliation.run(
          {
            what: options.changesOnly ? 'changes' : 'everything',
            ...(companyId === null ? {} : { companyIds: [companyId] }),
          },
          (report) =>
            out.line(
              `${report.companyId}: ${report.seen} bookings seen${report.error ? `, failed: ${report.error}` : ''}`,
            ),
        );
        out.result(
          reports,
          table(
            ['company', 'seen', 'changed', 'missing', 'for a person', 'error'],
            reports.map((one) => [
              one.companyId,
              String(one.seen),
              String(one.changed),
              String(one.missing),
              String(one.reviews),
              one.error ?? '–',
            ]),
          ),
        );
        if (reports.some((one) => one.error !== null)) process.exitCode = 1;
        else if (reports.some((one) => one.missing > 0)) process.exitCode = 2;
      }),
    );
}

function minutes(text: string): number {
  const match = /^(\d+)(m|h|d)?$/.exec(text);
  const each = { m: 1, h: 60, d: 1440 }[match?.[2] ?? 'm'] ?? 1;
  const value = match ? Number(match[1]) * each : 0;
  if (value < 1) throw new InvalidArgumentError('minutes, hours or days are needed, e.g. 60, 60m, 2h or 30d');
  if (value > MOST_REPORT_MINUTES) throw new InvalidArgumentError('figures are kept for 396 days');
  return value;
}
