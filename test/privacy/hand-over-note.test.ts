import type { DataSource } from 'typeorm';
import { AdminOperationsStore } from '../../src/models/admin-operations-store';
import { createDataSource } from '../../src/models/data-source';
import { PostgresRetentionStore } from '../../src/models/retention-store';
import { makeCompany, type CompanyFixture } from '../models/company-fixture';
import { cloneDatabase } from '../support/servers';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let company: CompanyFixture;
beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 2).initialize();
});
beforeEach(async () => {
  company = await makeCompany(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const NOTE = JSON.stringify({ outcome: 'transfer', customer: { name: 'Ada Muster', phone: '+49301112222' } });
const makeCall = (id: string, daysAgo: number, customerId: string | null = null): Promise<unknown> =>
  source.query(
    `insert into calls (company_id, branch_id, retell_call_id, customer_id, started_at, hand_over)
     values ($1, $2, $3, $4, now() - $5 * interval '1 day', $6)`,
    [company.companyId, company.branchId, id, customerId, daysAgo, NOTE],
  );
const notesOf = async (): Promise<Record<string, boolean>> => {
  const rows: { id: string; kept: boolean }[] = await source.query(
    `select retell_call_id as id, hand_over is not null as kept from calls where company_id = $1`,
    [company.companyId],
  );
  return Object.fromEntries(rows.map(({ id, kept }) => [id, kept]));
};

test('the note of a hand-over is emptied once its call is older than words may be kept', async () => {
  await makeCall('call-old', 31);
  await makeCall('call-new', 29);
  expect(await new PostgresRetentionStore(source).eraseOlderThan(30)).toMatchObject({ calls: 1 });
  expect(await notesOf()).toEqual({ 'call-old': false, 'call-new': true });
});

test('the notes of a caller who is erased are emptied, and no others', async () => {
  const [{ id }] = await source.query(
    `insert into customers (company_id, name, phone) values ($1, 'Ada Muster', '+49301112222') returning id`,
    [company.companyId],
  );
  await makeCall('call-erased', 1, id);
  await source.query(
    `insert into calls (company_id, branch_id, retell_call_id, started_at, hand_over)
     values ($1, $2, 'call-stranger', now(), '{"outcome": "transfer"}')`,
    [company.companyId, company.branchId],
  );
  await new AdminOperationsStore(source).erase(company.companyId, id, async () => undefined);
  expect(await notesOf()).toEqual({ 'call-erased': false, 'call-stranger': true });
});
