import { CalcomAccount } from '../../src/services/calcom/calcom-account';
import type { EgressRequest } from '../../src/services/calcom/calcom-egress';
import { tenantId } from '../../src/domain';

/** What the account asks the way out for, without sending anything. */
function recorded(): { service: CalcomAccount; asked: EgressRequest[] } {
  const asked: EgressRequest[] = [];
  const service = new CalcomAccount({
    tenantId: tenantId('00000000-0000-4000-8000-000000000001'),
    credential: { id: 'key', apiKey: 'cal_test' } as never,
    api: {} as never,
    egress: {
      countFault: async () => undefined,
      run: (request) => {
        asked.push(request);
        return Promise.resolve([] as never);
      },
    },
    timeouts: { slotsMs: 1, bookingMs: 2, bookingCeilingMs: 2, testMs: 3 },
    faults: null,
  });
  return { service, asked };
}

test('what a person waits for at a page asks in the operators’ class and fails soon when there is no place', async () => {
  const { service, asked } = recorded();
  await service.testConnection();
  await service.teams();
  await service.teamEventTypes(10);
  await service.eventTypes();
  await service.webhooks(null);
  await service.createWebhook(null, { subscriberUrl: 'https://gateway.example.org', triggers: [], secret: 's' });
  expect(asked).toHaveLength(6);
  for (const request of asked) {
    expect(request.priority).toBe('operator');
    expect(request.maxWaitMs).toBeLessThanOrEqual(3000);
  }
});
