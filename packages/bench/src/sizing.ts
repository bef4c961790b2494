import { run, type Report } from './support/caller';
import { simulate, type Outcome } from './support/salon-model';
import { sendRules } from '../../../src/services/calcom/calcom-budget';

/**
 * From one salon to ten thousand: the busiest hour in invented time, with the gateway's own lives of entries, horizon and
 * budget. Reproduces the table of docs/scaling.md. `npm run bench -- sizing [short]`
 */
const SHORT = process.argv.includes('short');
const SALONS = SHORT ? [1, 10, 100] : [1, 10, 100, 1000, 10_000];
const SEED = 20_261_124;
/** What one process answers a second with room to spare; the hot path's own proof measures more. */
const ANSWERS_PER_PROCESS = 500;
/** A second process is for restarts, whatever the load. */
const LEAST_PROCESSES = 2;
/** MEMORY USAGE of a day with 24 starts, of a fence with three bookings, of a full budget log; keys included. */
const DAY_BYTES = 600;
const FENCE_BYTES = 510;
const LOG_BYTES = 8300;
const DAYS_A_YEAR = 300;
/** A day has as many calls as ten of its average hours; the busiest hour is twice the average. */
const HOURS_AT_PEAK = 5;
/** Rows of one call: itself, its tool calls, its webhooks; a booking adds appointment, operation, history, webhook. */
const ROWS_A_CALL = 1 + 2.2 + 3;
const ROWS_A_BOOKING = 4;
/** With its share of the indexes; transcripts are erased after 90 days. */
const ROW_BYTES = 900;
const TRANSCRIPT_BYTES = 12_000;
const RETENTION_DAYS = 90;

const BUDGET = sendRules({
  limitPerMinute: 120,
  backgroundSharePct: 51,
  readSharePct: 85,
  burstPerSecond: 10,
  fleetSize: 1,
  mainKeyId: null,
});

function sizingRow(salons: number, outcome: Outcome): string {
  const { questions, upstream, bookings, calls, hours, eventTypes, mostPerKey } = outcome;
  const perMinute = (count: number): number => count / (hours * 60);
  const callsADay = (calls / hours) * HOURS_AT_PEAK;
  const bookingsADay = (bookings / hours) * HOURS_AT_PEAK;
  const rowsAYear = (callsADay * ROWS_A_CALL + bookingsADay * ROWS_A_BOOKING) * DAYS_A_YEAR;
  const transcripts = callsADay * RETENTION_DAYS * TRANSCRIPT_BYTES;
  const redis = eventTypes * (outcome.daysKept * DAY_BYTES + FENCE_BYTES) + salons * LOG_BYTES;
  const processes = Math.max(LEAST_PROCESSES, Math.ceil(perMinute(questions) / 60 / ANSWERS_PER_PROCESS) + 1);
  return [
    salons.toLocaleString('en'),
    say(perMinute(calls)),
    say(perMinute(questions)),
    `${Math.round(100 * (1 - outcome.waited / questions))} %`,
    say(perMinute(upstream)),
    `${mostPerKey} of ${BUDGET.cap}`,
    processes,
    `${say(redis / 1_000_000)} MB`,
    `${say(rowsAYear / 1_000_000)} M`,
    `${say((rowsAYear * ROW_BYTES + transcripts) / 1e9)} GB`,
  ].join(' | ');
}

function say(figure: number): string {
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : String(Math.round(figure * 10) / 10);
}

/** How many salons one key carries until the busiest minute of the busiest hour no longer fits the reads' share. */
function salonsOnOneKey(): { salons: number; most: number } {
  let fits = { salons: 0, most: 0 };
  for (let salons = 5; ; salons += 5) {
    const { mostTogether } = simulate({ salons, hours: 4, seed: SEED });
    if (mostTogether > BUDGET.live.restLimit) return fits;
    fits = { salons, most: mostTogether };
  }
}

function table(report: Report): void {
  console.log(
    '| salons | calls/min | questions/min | answered without waiting | requests/min | busiest key, any 60 s | processes | Redis | rows/year | Postgres |\n|---|---|---|---|---|---|---|---|---|---|',
  );
  for (const salons of SALONS) {
    const outcome = simulate({ salons, hours: salons > 1000 ? 1 : 4, seed: SEED });
    const row = sizingRow(salons, outcome);
    console.log(`| ${row} |`);
    report.check(
      `${salons.toLocaleString('en')} salons with a key each: busiest key in any 60 s`,
      outcome.mostPerKey,
      `<= ${BUDGET.live.restLimit}`,
      outcome.mostPerKey <= BUDGET.live.restLimit,
    );
    report.keep(`${salons} salons`, outcome);
  }
}

async function sizing(report: Report): Promise<void> {
  table(report);
  const { salons, most } = salonsOnOneKey();
  report.check(
    'salons that one shared key carries in their busiest hour',
    `${salons} (${most} requests in the busiest 60 s)`,
    `<= ${BUDGET.live.restLimit} of ${BUDGET.cap}, the rest is kept for bookings`,
    salons > 0,
  );
}

run(sizing, 'Sizing');
