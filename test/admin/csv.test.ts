import fc from 'fast-check';
import { csvCell } from '../../src/controllers/admin/csv';
import { ADMIN_SPECS } from '../../src/controllers/admin/admin-router';
import { HEADED_FIELDS } from '../../src/services/admin/csv-words';
import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
});
afterAll(() => kit.stop());

const file = async (path: string, token: string): Promise<{ rows: string[]; headers: Record<string, string> }> => {
  const { text, headers, status } = await kit.ask('get', `/${path}`, { token });
  expect(status).toBe(200);
  return { rows: text.split('\r\n').slice(0, -1), headers: headers as Record<string, string> };
};

/** A reader of RFC 4180 that shares nothing with the writer. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

test('a file has every row that matches the filters, over all pages, and no row of another company', async () => {
  for (let i = 0; i < 450; i++)
    await kit.insert('customers', { company_id: ours.id, name: `Kundin ${i}`, phone: `+49301${1000 + i}` });
  await kit.insert('customers', { company_id: theirs.id, name: 'Kundin fremd', phone: '+49302999' });
  const { rows, headers } = await file('customers?format=csv&limit=5', ours.token);
  expect(headers['content-type']).toContain('text/csv');
  expect(headers['content-disposition']).toBe('attachment; filename="customers.csv"');
  expect(rows).toHaveLength(451);
  expect(rows.join()).not.toContain('fremd');
  const names = cellsOf(rows[0] ?? '');
  const at = names.indexOf('name');
  expect(new Set(rows.slice(1).map((row) => cellsOf(row)[at])).size).toBe(450);
  expect((await file('customers?format=csv&q=Kundin%2044', ours.token)).rows).toHaveLength(12);
});

test('instants are ISO in UTC, headings and the byte order mark as asked', async () => {
  await kit.appointment(ours, { starts_at: '2026-11-03T09:00:00+01:00', ends_at: '2026-11-03T10:00:00+01:00' });
  const { rows } = await file('appointments?format=csv&headings=de&bom=true', ours.token);
  expect(rows[0]?.startsWith('\uFEFF')).toBe(true);
  const names = cellsOf((rows[0] ?? '').slice(1));
  expect(cellsOf(rows[1] ?? '')[names.indexOf('Beginn')]).toBe('2026-11-03T08:00:00.000Z');
});

test('an export leaves an audit entry', async () => {
  await file('callbacks?format=csv', ours.token);
  const { body } = await kit.ask('get', '/audit?subject_type=export', { token: ours.token });
  expect(body.data[0]).toMatchObject({ subject_type: 'export', subject_id: 'callbacks', company_id: ours.id });
});

test('lists without a file refuse the format', async () => {
  expect((await kit.ask('get', '/jobs?format=csv', { token: ours.token })).status).toBe(400);
});

test('no cell starts a formula, and every text comes back whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '=', '+', '-', '@', '\t', '\r'), (text, first) => {
      const value = first + text;
      const [cell = ''] = cellsOf(csvCell(value));
      expect(cell.replace(/^'(?=[=+\-@\t\r])/, '')).toBe(value.replace(/^'(?=[=+\-@\t\r])/, ''));
      expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
  expect(csvCell('+49 30 1234')).toBe("'+49 30 1234");
});

test('every column of a file has a heading in both languages', () => {
  const files = ADMIN_SPECS.filter(({ query }) => query.safeParse({ format: 'csv' }).success);
  expect(files.map(({ path }) => path).sort()).toEqual(
    ['appointments', 'callbacks', 'calls', 'customers', 'trends'].map((name) => `/api/admin/${name}`),
  );
  const columns = files.flatMap(({ answer, file = answer }) =>
    Object.keys((file as unknown as { shape: object }).shape),
  );
  expect(columns.filter((column) => !HEADED_FIELDS.has(column))).toEqual([]);
});
