import { PostgresCalcomHourStore } from '../../src/models/calcom-hour-store';
import { createDataSource } from '../../src/models/data-source';
import { PostgresRetentionStore } from '../../src/models/retention-store';
import { cloneDatabase } from '../support/servers';

test('hours are kept once, never lose what was counted before, and are erased after 13 months', async () => {
  const database = await cloneDatabase();
  const source = await createDataSource(database.url, 2).initialize();
  try {
    const store = new PostgresCalcomHourStore(source);
    const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
    const old = new Date(hour.getTime() - 400 * 86_400_000);
    const all = (): ReturnType<typeof store.read> => store.read('/slots', old, new Date(hour.getTime() + 1));
    await store.keep(hour, '/slots', { total_calls: 7, refused_calls: 1 });
    await store.keep(hour, '/slots', { total_calls: 3 });
    await store.keep(hour, '/bookings', { total_calls: 1 });
    await store.keep(old, '/slots', { total_calls: 1 });
    expect((await all()).map(({ figures }) => figures)).toEqual([
      { total_calls: 1 },
      { total_calls: 7, refused_calls: 1 },
    ]);
    await store.keep(hour, '/slots', { total_calls: 9 });
    expect(await new PostgresRetentionStore(source).eraseOlderThan(30)).toMatchObject({ hours: 1 });
    expect((await all()).map(({ figures }) => figures)).toEqual([{ total_calls: 9 }]);
  } finally {
    await source.destroy();
    await database.drop();
  }
});
