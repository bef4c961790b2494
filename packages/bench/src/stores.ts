import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { tenantId, type TenantId } from '../../../src/domain';
import { startEmbeddedPostgres } from '../../../src/infra/embedded-postgres';
import { PostgresAppointmentStore } from '../../../src/models/appointment-store';
import { BookingLedgerStore } from '../../../src/models/booking-ledger-store';
import { PostgresCallStore, PostgresInvocationStore } from '../../../src/models/call-store';
import { createDataSource } from '../../../src/models/data-source';
import { migrate } from '../../../src/models/migrate';
import { rows } from '../../../src/models/sql';
import { TenantStore } from '../../../src/models/tenant-store';
import type { NewOperation, Operation } from '../../../src/services/booking/ledger';
import type { ToolInvocation } from '../../../src/services/voice/trace-writer';
import type { CallRecord } from '../../../src/services/voice/ports';
import { run, summary, type Report } from './support/caller';
import * as plain from './support/plain-statements';

/**
 * What TypeORM's builders cost on a caller's path: each store's statement beside the hand-written one that it replaced,
 * in turns on one Postgres. `npm run bench -- stores [short]`.
 */
const ROUNDS = process.argv.includes('short') ? 300 : 2000;
const WARM_UP_ROUNDS = 200;
const ALLOWED_MS = 0.3;
const LEASE_MS = 20_000;

interface Pair {
  name: string;
  before(): Promise<unknown>;
  now(): Promise<unknown>;
}

interface Place {
  companyId: TenantId;
  branchId: string;
}

async function makePlace(source: DataSource): Promise<Place & { customerId: string }> {
  const one = async (text: string, params: unknown[]): Promise<string> =>
    String((await rows<{ id: string }>(source, text, params))[0]?.id);
  const id = await one(`insert into companies (name, slug) values ('Bench', 'bench') returning id`, []);
  const branchId = await one(
    `insert into branches (company_id, name, time_zone) values ($1, 'Mitte', 'Europe/Berlin') returning id`,
    [id],
  );
  await rows(
    source,
    `insert into phone_numbers (company_id, branch_id, number_e164, agent_id) values ($1, $2, '+49301111', 'a')`,
    [id, branchId],
  );
  const customerId = await one(
    `insert into customers (company_id, phone, name) values ($1, '+49302222', 'Erika') returning id`,
    [id],
  );
  await rows(
    source,
    `insert into appointments (company_id, branch_id, customer_id, starts_at, ends_at, time_zone, status, attendee_name,
       sync_origin, calcom_event_type_id, calcom_booking_uid)
     select $1, $2, case when n <= 5 then $3::uuid end, now() + n * interval '1 hour', now() + n * interval '1 hour' + interval '30 minutes',
       'Europe/Berlin', 'booked', 'Erika', 'retell', 100, 'uid-' || n
     from generate_series(1, 2000) n`,
    [id, branchId, customerId],
  );
  await rows(source, 'analyze', []);
  return { companyId: tenantId(id), branchId, customerId };
}

function newOperation({ companyId, branchId }: Place): NewOperation {
  const key = randomUUID();
  const startAt = new Date('2031-01-06T09:00:00Z');
  return {
    ...{ companyId, kind: 'book', requestKey: key, businessKey: key, callId: key, toolCallId: key, eventTypeId: 100 },
    startAt,
    endAt: new Date(startAt.getTime() + 1_800_000),
    payload: {
      ...{ branchId, serviceId: null, serviceName: 'Massage', timeZone: 'Europe/Berlin', language: 'de' },
      ...{
        hostIds: [],
        wishedHostIds: [],
        wishedHostId: null,
        isHostRequired: false,
        seats: 1,
        lengthMinutes: null,
        responses: {},
        notes: null,
        customerId: null,
      },
      attendee: { name: 'Erika', phone: '+49302222', email: null },
      ...{ previous: null, reason: null, origin: 'retell' },
    },
  };
}

function newCall({ companyId, branchId }: Place): CallRecord {
  return {
    ...{
      platform: 'retell',
      callId: randomUUID(),
      companyId,
      branchId,
      customerId: null,
      agentId: 'a',
      language: 'de',
    },
    ...{
      fromNumber: '+49302222',
      toNumber: '+49301111',
      startedAt: new Date(),
      status: 'ongoing',
      recordingConsent: null,
      direction: null,
    },
  };
}

function newInvocation(companyId: TenantId): ToolInvocation {
  return {
    ...{ companyId, callId: randomUUID(), requestId: randomUUID(), tool: 'check_availability', toolCallId: 'tc' },
    ...{ input: { service: 'Massage' }, output: { status: 'available' }, status: 'available', success: true },
    ...{ startedAt: new Date(), durationMs: 12, steps: [], error: null },
  };
}

function pairs(source: DataSource, place: Place & { customerId: string }): Pair[] {
  const { companyId, customerId } = place;
  const tenants = new TenantStore(source);
  const appointments = new PostgresAppointmentStore(source);
  const ledger = new BookingLedgerStore(source);
  const calls = new PostgresCallStore(source);
  const invocations = new PostgresInvocationStore(source);
  const owner = randomUUID();
  const endsAfter = new Date();
  const opened: { before: Operation[]; now: Operation[] } = { before: [], now: [] };
  const take = (from: Operation[]): Operation => {
    const next = from.pop();
    if (!next) throw new Error('no operation was opened');
    return next;
  };
  return [
    {
      name: 'a tenant by its number',
      before: () => plain.tenantByNumber(source, '+49301111'),
      now: () => tenants.byPhoneNumber('+49301111'),
    },
    {
      name: "a caller's own appointments",
      before: () => plain.ownAppointments(source, companyId, customerId, endsAfter, ['pending', 'booked'], 20),
      now: () =>
        appointments.list(companyId, {
          customer: { id: customerId, phone: null },
          endsAfter,
          statuses: ['pending', 'booked'],
          limit: 20,
        }),
    },
    {
      name: 'a booking written into the ledger',
      before: async () => opened.before.push(await plain.openOperation(source, newOperation(place), owner, LEASE_MS)),
      now: async () => {
        const result = await ledger.open(newOperation(place), LEASE_MS);
        if (result.kind !== 'opened') throw new Error(`the operation was not opened: ${result.kind}`);
        opened.now.push(result.operation);
      },
    },
    {
      name: 'its change to "sent"',
      before: () => plain.markSent(source, take(opened.before), owner, LEASE_MS),
      now: () => ledger.markSent(take(opened.now), LEASE_MS),
    },
    {
      name: 'a new call',
      before: () => plain.ensureCall(source, newCall(place)),
      now: () => calls.ensure(newCall(place)),
    },
    {
      name: 'a tool call in the trace',
      before: () => plain.appendInvocations(source, [newInvocation(companyId)]),
      now: () => invocations.append([newInvocation(companyId)]),
    },
  ];
}

interface Cost {
  ms: number[];
  /** Of this process alone: what the machine does besides does not count. */
  processorMs: number;
}

async function time(work: () => Promise<unknown>, cost: Cost): Promise<void> {
  const used = process.cpuUsage();
  const beganMs = performance.now();
  await work();
  cost.ms.push(performance.now() - beganMs);
  const { user, system } = process.cpuUsage(used);
  cost.processorMs += (user + system) / 1000;
}

/** Each round runs the pair in the other order; both see the same load of the machine. */
async function compare({ name, before, now }: Pair, report: Report): Promise<void> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await before();
    await now();
  }
  const costs: Record<'before' | 'now', Cost> = { before: { ms: [], processorMs: 0 }, now: { ms: [], processorMs: 0 } };
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 2 === 0) await time(before, costs.before);
    await time(now, costs.now);
    if (round % 2 === 1) await time(before, costs.before);
  }
  const [old, current] = [summary(costs.before.ms), summary(costs.now.ms)];
  report.note(`${name}: p50 ${old.p50} ms before, ${current.p50} ms now; p95 ${old.p95} and ${current.p95} ms`);
  const perRound = (one: Cost): string => (one.processorMs / ROUNDS).toFixed(2);
  report.note(`  processor time of this process: ${perRound(costs.before)} ms before, ${perRound(costs.now)} ms now`);
  report.keep(name, { before: old, now: current });
  const differenceMs = Math.round((current.p50 - old.p50) * 100) / 100;
  report.check(`${name}, slower by (ms)`, differenceMs, `<= ${ALLOWED_MS}`, differenceMs <= ALLOWED_MS);
}

run(async (report) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-stores-'));
  chmodSync(folder, 0o755);
  // Without waiting for the disk, whose moods are larger than what is compared.
  const server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'pg'),
    password: 'local',
    database: 'stores',
    durable: false,
  });
  const source = await createDataSource(server.url).initialize();
  try {
    await migrate(source);
    for (const pair of pairs(source, await makePlace(source))) await compare(pair, report);
  } finally {
    await source.destroy();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 'stores');
