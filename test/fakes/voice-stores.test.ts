import { tenantId } from '../../src/domain';
import { FakeCallbackStore, FakeCallStore, FakeCustomerStore } from './voice-stores';
import { voiceStoreContract } from './voice-store-contract';

describe('the fake voice stores', () => {
  const stores = { calls: new FakeCallStore(), customers: new FakeCustomerStore(), callbacks: new FakeCallbackStore() };
  const mine = { companyId: tenantId('mine'), branchId: 'branch' };
  voiceStoreContract(() => ({ ...stores, mine, theirs: { companyId: tenantId('theirs'), branchId: 'other' } }));
});
