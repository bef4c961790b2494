import { createRequire } from 'node:module';
import type { DataSource } from 'typeorm';
import { workspaceFile } from '../workspace-package';
import { CallHourStore } from './call-hour-store';
import { inTransaction, rows, type Sql } from './sql';

/** A year of history for the company of that slug. */
interface VolumeRequest {
  companySlug: string;
  appointments: number;
  calls: number;
}

/** What packages/demo-company exports. It is loaded by its file because the production image does not contain it. */
interface DemoPackage {
  seedDemo(sql: Sql): Promise<boolean>;
  seedVolume(
    sql: Sql,
    request: VolumeRequest,
    progress: (what: string, done: number) => void,
  ): Promise<{ customers: number; calls: number; appointments: number }>;
}

function load<Name extends keyof DemoPackage>(module: string, name: Name): DemoPackage[Name] {
  const file = workspaceFile(
    'demo-company',
    module,
    'Set SEED_DEMO=false, or start a checkout with npm ci && npm start.',
  );
  const exported = createRequire(__filename)(file) as DemoPackage;
  return exported[name];
}

/**
 * Makes ready to create the demo company unless it exists.
 * @throws Error with a sentence for the operator where the demo company is not installed
 * @returns creates it; resolves to whether it was created just now
 */
export function demoSeed(): (source: DataSource) => Promise<boolean> {
  const seed = load('demo-seed', 'seedDemo');
  return (source) => inTransaction(source, seed);
}

/** Fills a company with plausible history, for measuring pages and queries, and counts its figures by hour. */
export async function seedVolume(
  source: DataSource,
  request: VolumeRequest,
  progress: (what: string, done: number) => void,
): ReturnType<DemoPackage['seedVolume']> {
  const seed = load('volume-seed', 'seedVolume');
  const made = await seed((text, params) => rows(source, text, params), request, progress);
  await new CallHourStore(source).fill(new Date());
  return made;
}
