import type { MigrationInterface } from 'typeorm';

/** Every migration, in order. */
export const migrations: (new () => MigrationInterface)[] = [];
