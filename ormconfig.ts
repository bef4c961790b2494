import 'reflect-metadata';
import { loadDatabaseUrl } from './src/config';
import { createDataSource } from './src/models/data-source';

/** For TypeORM's own command line: `npm run db -- migration:run`. */
export default createDataSource(loadDatabaseUrl() ?? 'postgres://postgres@127.0.0.1:5432/askpro');
