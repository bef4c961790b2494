import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { HttpAgent } from 'agentkeepalive';
import { signBody } from '../../../../src/retell/signature';
import { RETELL_KEY } from './fleet';

/** As proxies do, a connection is given up before the gateway closes it (65 s): the next request must not meet its end. */
const agent = new HttpAgent({ keepAlive: true, maxSockets: 1000, freeSocketTimeout: 60_000 });

export interface Heard {
  status: number;
  ms: number;
  body: Record<string, unknown>;
}

/** The tool's status; of an answer without one the HTTP status. */
export function statusOf(heard: Heard): string {
  return typeof heard.body.status === 'string' ? heard.body.status : String(heard.status);
}

/** One signed tool call; a new call and a new caller unless given. Over node:http, which costs the least. */
export function ask(
  url: string,
  tool: string,
  args: object,
  call: Record<string, unknown> = {},
  patienceMs?: number,
): Promise<Heard> {
  return post(`${url}/api/retell/${tool}`, envelope(tool, args, call), patienceMs);
}

export function envelope(tool: string, args: object, call: Record<string, unknown> = {}): string {
  const { tool_call_id = `tc_${randomBytes(8).toString('hex')}`, ...rest } = call;
  return JSON.stringify({
    name: tool,
    args,
    call: {
      call_id: `call_${randomBytes(14).toString('hex')}`,
      agent_id: 'agent_demo',
      from_number: `+49301${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, '0')}`,
      to_number: '+493012345678',
      start_timestamp: Date.now(),
      ...rest,
      transcript_with_tool_calls: [
        { role: 'tool_call_invocation', tool_call_id, name: tool, arguments: JSON.stringify(args) },
      ],
    },
  });
}

export function post(url: string, raw: string, patienceMs = 30_000): Promise<Heard> {
  const body = Buffer.from(raw);
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          'x-retell-signature': signBody(body, RETELL_KEY, Date.now()),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const ms = performance.now() - beganMs;
          const text = Buffer.concat(chunks).toString('utf8');
          let parsed: Record<string, unknown>;
          try {
            parsed = JSON.parse(text) as Record<string, unknown>;
          } catch {
            parsed = { text };
          }
          resolve({ status: answer.statusCode ?? 0, ms, body: parsed });
        });
        answer.on('error', reject);
      },
    );
    const hangUp = setTimeout(() => sent.destroy(new Error('the caller gave up')), patienceMs);
    sent.on('close', () => clearTimeout(hangUp));
    sent.on('error', reject);
    sent.end(body);
  });
}

export function percentile(values: number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function summary(values: number[]): { n: number; p50: number; p95: number; p99: number; max: number } {
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    n: values.length,
    p50: round(percentile(values, 50)),
    p95: round(percentile(values, 95)),
    p99: round(percentile(values, 99)),
    max: round(percentile(values, 100)),
  };
}

/** The middle one; of an even number the lower of the two. */
export const median = (values: number[]): number => percentile(values, 50);

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `YYYY-MM-DD`, `days` from today, moved on to a weekday. */
export function weekday(days: number): string {
  const day = new Date(Date.now() + days * 86_400_000);
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** The n-th weekday from `days` days ahead, none twice. */
export function nthWeekday(days: number, n: number): string {
  const seen = new Set<string>();
  for (let ahead = days; seen.size <= n; ahead++) seen.add(weekday(ahead));
  return [...seen][n] ?? '';
}

/** Rows of measured against wanted; printed as they come, kept in `results/<name>.json`, counted in the exit code. */
export class Report {
  readonly #rows: { name: string; measured: string; wanted: string; passed: boolean }[] = [];
  readonly #series: Record<string, unknown> = {};
  readonly #notes: string[] = [];

  check(name: string, measured: string | number, wanted: string, passed: boolean): void {
    this.#rows.push({ name, measured: String(measured), wanted, passed });
    console.log(`${passed ? 'pass' : 'FAIL'}  ${name}: ${measured}  (wanted ${wanted})`);
  }

  note(text: string): void {
    this.#notes.push(text);
    console.log(`      ${text}`);
  }

  /** What a picture is drawn from. */
  keep(name: string, points: unknown): void {
    this.#series[name] = points;
  }

  finish(title: string): void {
    const failed = this.#rows.filter((row) => !row.passed).length;
    console.log(`\n${title}: ${this.#rows.length - failed} passed, ${failed} failed\n`);
    console.log(`| ${title} | measured | wanted | |\n|---|---|---|---|`);
    for (const row of this.#rows)
      console.log(`| ${row.name} | ${row.measured} | ${row.wanted} | ${row.passed ? 'pass' : 'fail'} |`);
    const file = path.join('results', `${title.toLowerCase().replace(/[^a-z]+/g, '-')}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({
        title,
        at: new Date().toISOString(),
        machine: `${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`,
        load: os.loadavg(),
        rows: this.#rows,
        notes: this.#notes,
        series: this.#series,
      }),
    );
    if (failed > 0) process.exitCode = 1;
  }
}

/** Statuses and how often each was heard. */
export function tally(heard: readonly Heard[]): string {
  const counts = new Map<string, number>();
  for (const one of heard) counts.set(String(one.body.status), (counts.get(String(one.body.status)) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}

/** Runs a proof to its report; what breaks the proof itself also ends in a non-zero exit code. */
export function run(proof: (report: Report) => Promise<void>, title: string): void {
  const report = new Report();
  proof(report)
    .catch((error: unknown) => report.check('the proof itself', String(error), 'runs to its end', false))
    .finally(() => report.finish(title));
}
