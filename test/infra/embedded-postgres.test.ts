import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/infra/embedded-postgres';

/** Where the server may run as another user when the tests run as root. */
const folder = mkdtempSync('/tmp/askpro-pg-');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (): ReturnType<typeof startEmbeddedPostgres> =>
  startEmbeddedPostgres({
    dataDir: path.join(folder, 'pg'),
    password: 'its password',
    database: 'own',
    durable: false,
  });

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const rules = path.join(folder, 'pg', 'pg_hba.conf');

test('the embedded database asks for its password, also in a folder that was made without one', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(rules, readFileSync(rules, 'utf8').replaceAll('scram-sha-256', 'trust'));
  const server = await start();
  try {
    let isOpen = true;
    for (let pass = 0; pass < 100 && isOpen; pass++) isOpen = await answers(server.url.replace('its%20password', 'x'));
    expect(isOpen).toBe(false);
    expect(await answers(server.url.replace(':its%20password', ''))).toBe(false);
    expect(await answers(server.url)).toBe(true);
    expect(readFileSync(rules, 'utf8')).not.toMatch(/^(?:host|local).*trust/m);
  } finally {
    await server.stop();
  }
});
