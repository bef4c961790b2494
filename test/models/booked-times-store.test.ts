import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { PostgresAppointmentStore } from '../../src/models/appointment-store';
import { cloneDatabase } from '../support/servers';
import { makeAppointment, makeCompany } from './company-fixture';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 4).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const FROM = new Date('2027-01-11T00:00:00Z');
const TO = new Date('2027-01-12T00:00:00Z');

test('what stands, is young and overlaps the time asked about is listed, of one company only', async () => {
  const company = await makeCompany(source);
  const other = await makeCompany(source);
  const at = (day: number, hour: number): { startsAt: string; endsAt: string } => ({
    startsAt: `2027-01-${day}T${String(hour).padStart(2, '0')}:00:00Z`,
    endsAt: `2027-01-${day}T${String(hour).padStart(2, '0')}:30:00Z`,
  });
  await makeAppointment(source, company, { ...at(11, 9), hostId: 1 });
  await makeAppointment(source, company, { ...at(11, 10), hostId: null, status: 'pending' });
  await makeAppointment(source, company, { ...at(11, 11), hostId: 1, status: 'cancelled' });
  await makeAppointment(source, company, { ...at(13, 9), hostId: 1 });
  await makeAppointment(source, other, { ...at(11, 9), hostId: 1 });
  const old = await makeAppointment(source, company, { ...at(11, 14), hostId: 1 });
  await source.query(`update appointments set updated_at = now() - interval '10 minutes' where id = $1`, [old]);

  const found = await new PostgresAppointmentStore(source).recordedWithin(company.companyId, 60_000, FROM, TO);
  expect(found.sort((a, b) => a.startAt.getTime() - b.startAt.getTime())).toEqual([
    { eventTypeId: 100, hostId: 1, startAt: new Date('2027-01-11T09:00:00Z'), endAt: new Date('2027-01-11T09:30:00Z') },
    {
      eventTypeId: 100,
      hostId: null,
      startAt: new Date('2027-01-11T10:00:00Z'),
      endAt: new Date('2027-01-11T10:30:00Z'),
    },
  ]);
});
