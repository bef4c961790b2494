import { createDataSource } from '../../src/models/data-source';

/** Brings the template database to the newest schema. */
export async function migrateTemplate(url: string): Promise<void> {
  const source = createDataSource(url);
  await source.initialize();
  await source.runMigrations({ transaction: 'each' });
  await source.destroy();
}
