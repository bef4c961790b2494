import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { WebhookInboxStore } from '../../src/models/webhook-inbox-store';
import { cloneDatabase } from '../support/servers';

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

describe('the webhook inbox', () => {
  const event = (dedupeKey: string, payload: unknown = {}): Parameters<WebhookInboxStore['store']>[0] => ({
    provider: 'retell',
    dedupeKey,
    eventType: 'call_ended',
    payload,
    companyId: null,
  });

  it('stores an event once, however often it is delivered', async () => {
    const inbox = new WebhookInboxStore(source);
    const stored = await Promise.all(Array.from({ length: 6 }, () => inbox.store(event('same'))));
    expect(stored.filter((one) => one.fresh)).toHaveLength(1);
    expect(new Set(stored.map((one) => one.id)).size).toBe(1);
  });

  it('stores any words', async () => {
    const inbox = new WebhookInboxStore(source);
    const { id } = await inbox.store(event('hostile', { transcript: 'a\0b \ud83d', 'key\0': '\\u0000' }));
    expect((await inbox.claim(id, 1000))?.payload).toEqual({ transcript: 'ab \ufffd', key: '\\u0000' });
  });

  it('gives an event to one worker, and to another when that one died', async () => {
    const [first, second] = [new WebhookInboxStore(source), new WebhookInboxStore(source)];
    const { id } = await first.store(event('shared'));
    const claims = await Promise.all([first.claim(id, 60_000), second.claim(id, 60_000)]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    await source.query(`update webhook_events set lease_until = now() - interval '1 second' where id = $1`, [id]);
    const [late, heir] = claims[0] ? [first, second] : [second, first];
    expect(await heir.claimForgotten(0, 60_000, 10)).toContainEqual(expect.objectContaining({ id, attempts: 2 }));
    await late.finish(id, { status: 'failed', companyId: null, error: 'late' });
    await heir.finish(id, { status: 'processed', companyId: null, error: null });
    const [row] = await source.query(`select status, error from webhook_events where id = $1`, [id]);
    expect(row).toEqual({ status: 'processed', error: null });
  });
});
