import { CircuitOpen, RateLimited, StoreUnavailable, UpstreamUnavailable } from '../../src/errors';
import { invalidateCalcomCacheJob } from '../../src/jobs/availability-jobs';
import { tenantId } from '../../src/domain';

const companyId = tenantId('00000000-0000-4000-8000-000000000001');
const payload = { companyId, eventTypeId: 1001, cause: 'foreign', days: ['2026-12-01'] };
const context = {
  ...{ signal: new AbortController().signal, attempt: 1, companyId },
  ...{ goOnLater: () => undefined, note: () => Promise.resolve(), countSteps: async () => undefined },
};
const run = (after: () => Promise<void>, delivered = true): Promise<void> =>
  invalidateCalcomCacheJob({
    invalidation: { externalChange: async () => ({ delivered, eventTypeIds: [], durationMs: 0 }) },
    renewal: { after },
  }).run(payload, context);

test.each([new CircuitOpen(1000), new RateLimited(1000), new UpstreamUnavailable('down', false)])(
  'reading again that ends with %s leaves the job done: it is optional',
  async (error) => {
    await expect(run(() => Promise.reject(error))).resolves.toBeUndefined();
  },
);

test('a cache that could not be updated, and any other failure, is tried again', async () => {
  await expect(run(async () => undefined, false)).rejects.toThrow('could not be updated');
  await expect(run(() => Promise.reject(new StoreUnavailable('down')))).rejects.toThrow('database');
});
