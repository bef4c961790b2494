import type { Customer, TenantId } from '../../src/domain';
import type {
  CallbackRequest,
  CallbackStore,
  CallRecord,
  CallStore,
  CustomerStore,
} from '../../src/services/voice/ports';

type Facts = Partial<Parameters<CallStore['finish']>[2]>;

export class FakeCallStore implements CallStore {
  readonly calls = new Map<string, CallRecord>();
  readonly facts = new Map<string, Facts>();
  readonly flags: { callId: string; flag: string; detail: string }[] = [];

  find(callId: string): Promise<CallRecord | null> {
    return Promise.resolve(this.calls.get(callId) ?? null);
  }

  ensure(call: CallRecord): Promise<CallRecord> {
    const kept = this.calls.get(call.callId) ?? { ...call };
    this.calls.set(call.callId, kept);
    return Promise.resolve(kept);
  }

  async attachCustomer(companyId: TenantId, callId: string, customerId: string): Promise<void> {
    const call = this.#own(companyId, callId);
    if (call) this.calls.set(callId, { ...call, customerId });
  }

  async finish(companyId: TenantId, callId: string, facts: Facts): Promise<void> {
    const call = this.#own(companyId, callId);
    if (!call) return;
    if (call.status !== 'analyzed' && facts.status) this.calls.set(callId, { ...call, status: facts.status });
    this.facts.set(callId, { ...facts, ...this.facts.get(callId) });
  }

  async flag(companyId: TenantId, callId: string, flag: string, detail: string): Promise<void> {
    if (this.#own(companyId, callId)) this.flags.push({ callId, flag, detail });
  }

  #own(companyId: TenantId, callId: string): CallRecord | null {
    const call = this.calls.get(callId);
    return call?.companyId === companyId ? call : null;
  }
}

export class FakeCustomerStore implements CustomerStore {
  readonly #customers: Customer[] = [];

  async ofNumber(companyId: TenantId, phone: string): Promise<Customer | null> {
    return this.#customers.find((one) => one.companyId === companyId && one.phone === phone) ?? null;
  }

  async find(companyId: TenantId, id: string): Promise<Customer | null> {
    return this.#customers.find((one) => one.companyId === companyId && one.id === id) ?? null;
  }

  async ensure(companyId: TenantId, details: Parameters<CustomerStore['ensure']>[1]): Promise<Customer> {
    const known = details.phone === null ? null : await this.ofNumber(companyId, details.phone);
    const customer = known ?? { id: crypto.randomUUID(), companyId, ...details };
    customer.name ??= details.name;
    customer.email ??= details.email;
    if (!known) this.#customers.push(customer);
    return { ...customer };
  }
}

export class FakeCallbackStore implements CallbackStore {
  readonly requests: (CallbackRequest & { id: string })[] = [];

  async record(request: CallbackRequest): Promise<{ id: string; created: boolean }> {
    const known = this.requests.find(
      (one) =>
        request.callId !== null &&
        one.companyId === request.companyId &&
        one.callId === request.callId &&
        one.phone === request.phone,
    );
    if (known) return { id: known.id, created: false };
    const id = crypto.randomUUID();
    this.requests.push({ ...request, id });
    return { id, created: true };
  }
}
