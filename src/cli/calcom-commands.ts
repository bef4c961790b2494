import { InvalidArgumentError, type Command } from 'commander';
import { companyNames, withCompanies } from '../services/calcom/calcom-keys';
import { MOST_REPORT_MINUTES } from '../services/calcom/calcom-performance-monitor';
import { addGatewayCommand, companyOption, ONE_COMPANY } from './context';
import { table, wholeNumber } from './output';

/** The runbook's commands about Cal.com: warming, report, circuit, budget, reconciliation. */
export function addCalcomCommands(program: Command): void {
  addGatewayCommand<{ days: number; minBookings: number; delay: number; company?: string }>(
    program,
    'calcom:warm-cache',
    {
      description:
        'read ahead the availability of the services most booked lately, in the background share of the budget',
      options: (command) =>
        command
          .option('--days <n>', 'days to read', wholeNumber, 7)
          .option('--min-bookings <n>', 'bookings of the last 30 days that make a service popular', wholeNumber, 5)
          .option('--delay <ms>', 'pause between two requests, milliseconds', wholeNumber, 100)
          .option(...ONE_COMPANY),
      run: async ({ gateway, out }, { days, minBookings, delay, company }) => {
        const { warmer } = gateway.parts.operations;
        const companyId = await companyOption(gateway, company);
        const wish = { days, minBookings, delayMs: delay, ...(companyId === null ? {} : { companyId }) };
        const total = (await warmer.candidates(wish)).length;
        if (total === 0) {
          const nothing = { services: 0, warmed: 0, failed: 0 };
          out.result(nothing, `no service has ${minBookings} bookings in the last 30 days; nothing to warm`);
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
        const busiest = peaks.length > 0 ? `; busiest hours ${peaks.join(', ')}` : '';
        out.result(report, `${report.warmed} of ${report.services} services warmed for ${days} days${busiest}`);
        if (report.failed > 0) process.exitCode = 1;
      },
    },
  );

  addGatewayCommand<{ last: number }>(program, 'calcom:performance-report', {
    description: 'how Cal.com and the cache did lately',
    options: (command) =>
      command.option('--last <minutes>', 'how far to look back: 60, 60m, 2h or 30d, at most 396d', minutes, 60),
    run: async ({ gateway, out }, { last }) => {
      const { monitor, accounts } = gateway.parts.upstream;
      const [report, endpoints] = await Promise.all([
        monitor.generateReport(last, await accounts.keys()),
        monitor.summaries(last),
      ]);
      out.result({ minutes: last, endpoints }, report);
    },
  });

  addGatewayCommand(program, 'calcom:circuit-breaker-status', {
    description: 'whether Cal.com is being asked',
    run: async ({ gateway, out }) => {
      const { monitor, accounts } = gateway.parts.upstream;
      const keys = await accounts.keys();
      const circuits = withCompanies(await monitor.getCircuitBreakerStatus(keys.map(({ id }) => id)), keys);
      const text = table(
        ['key', 'companies', 'service', 'state', 'failures', 'successes', 'opened at', 'retry in'],
        circuits.map((one) => [
          ...[one.key, companyNames(one), one.service, one.state],
          ...[`${one.failure_count}/${one.failure_threshold}`, one.success_count],
          ...[one.opened_at, `${one.seconds_until_retry} s`],
        ]),
      );
      out.result(circuits, text);
      if (circuits.some((one) => one.state === 'open')) process.exitCode = 2;
    },
  });

  addGatewayCommand(program, 'calcom:rate-limit-status', {
    description: 'how much of the request budget is used',
    run: async ({ gateway, out }) => {
      const { limiter, accounts } = gateway.parts.upstream;
      const known = await accounts.keys();
      const keys = withCompanies(await limiter.status(known.map(({ id }) => id)), known);
      const text = table(
        ['key', 'companies', 'minute (UTC)', 'this minute', 'last 60 s', 'limit', 'remaining', 'used', 'status'],
        keys.map((one) => [
          ...[one.main ? `${one.key} (main)` : one.key, companyNames(one), one.current_minute],
          ...[one.requests_this_minute, one.requests_last_60s, one.limit, one.remaining],
          ...[`${one.utilization_pct} %`, one.status],
        ]),
      );
      out.result(keys, text);
      if (keys.some((one) => one.status === 'exceeded')) process.exitCode = 2;
    },
  });

  addGatewayCommand<{ company?: string; changesOnly: boolean }>(program, 'reconcile', {
    description: 'compare appointments with Cal.com and put right what can be decided',
    options: (command) =>
      command
        .option(...ONE_COMPANY)
        .option('--changes-only', 'only what changed since the last time, not rows whose booking is gone', false),
    run: async ({ gateway, out }, { company, changesOnly }) => {
      const companyId = await companyOption(gateway, company);
      await gateway.parts.voice.settlement.sweep();
      await gateway.parts.webhooks.inbox.sweep();
      const companies = companyId === null ? {} : { companyIds: [companyId] };
      const reports = await gateway.parts.operations.reconciliation.run(
        { what: changesOnly ? 'changes' : 'everything', ...companies },
        ({ companyId: id, seen, error }) =>
          out.line(`${id}: ${seen} bookings seen${error ? `, failed: ${error}` : ''}`),
      );
      const text = table(
        ['company', 'seen', 'changed', 'missing', 'for a person', 'error'],
        reports.map((one) => [one.companyId, one.seen, one.changed, one.missing, one.reviews, one.error]),
      );
      out.result(reports, text);
      if (reports.some((one) => one.error !== null)) process.exitCode = 1;
      else if (reports.some((one) => one.missing > 0)) process.exitCode = 2;
    },
  });
}

function minutes(text: string): number {
  const match = /^(\d+)(m|h|d)?$/.exec(text);
  const each = { m: 1, h: 60, d: 1440 }[match?.[2] ?? 'm'] ?? 1;
  const value = match ? Number(match[1]) * each : 0;
  if (value < 1) throw new InvalidArgumentError('minutes, hours or days are needed, e.g. 60, 60m, 2h or 30d');
  if (value > MOST_REPORT_MINUTES) throw new InvalidArgumentError('figures are kept for 396 days');
  return value;
}
