import { tenantId } from '../../src/domain';
import {
  FakeAppointmentStore,
  FakeCallbackStore,
  FakeCallStore,
  FakeCustomerStore,
  FakeInvocationStore,
} from './voice-stores';
import { voiceStoreContract, type StoreSetup } from './voice-store-contract';

describe('the fake voice stores', () => {
  const companies = {
    mine: { companyId: tenantId('mine'), branchId: 'branch' },
    theirs: { companyId: tenantId('theirs'), branchId: 'other' },
  };
  voiceStoreContract(() => {
    const appointments = new FakeAppointmentStore();
    const invocations = new FakeInvocationStore();
    const book: StoreSetup['book'] = async (company, given) => {
      const id = crypto.randomUUID();
      appointments.kept.push({
        ...{ id, ...companies[company], serviceId: null, staffId: null, calcomEventTypeId: 100, calcomHostId: null },
        ...{ customerId: given.customerId ?? null, callId: given.callId ?? null, status: given.status ?? 'booked' },
        ...{ startsAt: new Date(given.startsAt), endsAt: new Date(given.endsAt), createdAt: new Date() },
        ...{ calcomBookingUid: given.uid ?? id, attendeeName: 'Erika Muster', syncOrigin: 'retell' },
        ...{ requiresManualReview: false, calcomHostName: null, wishedHostId: null, previousStartsAt: null },
      });
      return id;
    };
    return {
      ...{ calls: new FakeCallStore(), customers: new FakeCustomerStore(), callbacks: new FakeCallbackStore() },
      ...{ appointments, invocations, book, ...companies },
      traced: async (callId) =>
        invocations.kept
          .filter((one) => one.callId === callId)
          .map(({ companyId, tool, output, durationMs }) => ({ companyId, tool, output, durationMs })),
    };
  });
});
