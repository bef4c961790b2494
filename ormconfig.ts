import 'reflect-metadata';
import { loadDatabasePlace } from './src/config';
import { DataDir } from './src/infra/data-dir';
import { createDataSource } from './src/models/data-source';

const place = loadDatabasePlace();
const url = place.DATABASE_URL ?? new DataDir(place.DATA_DIR).running()?.databaseUrl;

/** For TypeORM's own command line, e.g. `npm run db -- migration:show`; also on the gateway running embedded here. */
export default createDataSource(url ?? 'postgres://postgres@127.0.0.1:5432/askpro');
