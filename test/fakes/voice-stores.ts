import type { Appointment, Customer, TenantId } from '../../src/domain';
import type {
  AppointmentFilter,
  AppointmentStore,
  CallbackRequest,
  CallbackStore,
  CallRecord,
  CallStore,
  CustomerStore,
} from '../../src/services/voice/ports';

import type { HandOverNote } from '../../src/services/voice/ports';
import type { InvocationStore, ToolInvocation } from '../../src/services/voice/trace-writer';

type Facts = Partial<Parameters<CallStore['finish']>[2]>;

export class FakeCallStore implements CallStore {
  readonly calls = new Map<string, CallRecord>();
  readonly notes = new Map<string, HandOverNote>();
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

  async recordConsent(companyId: TenantId, callId: string, isAllowed: boolean): Promise<boolean> {
    const call = this.#own(companyId, callId);
    if (!call || (isAllowed && call.status !== 'ongoing')) return false;
    this.calls.set(callId, { ...call, recordingConsent: isAllowed });
    await this.forgetWords(companyId, callId);
    return true;
  }

  hasFailed(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async recordHandOver(companyId: TenantId, callId: string, note: HandOverNote): Promise<void> {
    if (this.#own(companyId, callId)) this.notes.set(callId, note);
  }

  async forgetWords(companyId: TenantId, callId: string): Promise<void> {
    if (this.#own(companyId, callId)?.recordingConsent !== false) return;
    const { transcript: _words, analysis: _judgement, ...facts } = this.facts.get(callId) ?? {};
    this.facts.set(callId, facts);
  }

  async finish(companyId: TenantId, callId: string, facts: Facts): Promise<void> {
    const call = this.#own(companyId, callId);
    if (!call) return;
    if (call.status !== 'analyzed' && facts.status) this.calls.set(callId, { ...call, status: facts.status });
    const given = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null));
    this.facts.set(callId, { ...given, ...this.facts.get(callId) });
    await this.forgetWords(companyId, callId);
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

  async record(request: CallbackRequest): Promise<{ id: string; created: boolean; dueAt: Date }> {
    const known = this.requests.find(
      (one) =>
        request.callId !== null &&
        one.companyId === request.companyId &&
        one.callId === request.callId &&
        one.phone === request.phone,
    );
    if (known) return { id: known.id, created: false, dueAt: known.dueAt };
    const id = crypto.randomUUID();
    this.requests.push({ ...request, id });
    return { id, created: true, dueAt: request.dueAt };
  }
}

/** An appointment beside what the row has that services never see. */
type Kept = Appointment & { attendeePhone?: string | null; touchedBy?: string[] };

const MOST_LISTED = 1000;

export class FakeAppointmentStore implements AppointmentStore {
  readonly kept: Kept[] = [];

  async find(companyId: TenantId, id: string): Promise<Appointment | null> {
    return this.#of(companyId).find((one) => one.id === id) ?? null;
  }

  async list(companyId: TenantId, filter: AppointmentFilter): Promise<Appointment[]> {
    const { customer, callId, touchedBy, endsAfter, startsBefore, statuses, limit = 100 } = filter;
    return this.#of(companyId)
      .filter((one) => !customer || one.customerId === customer.id || isOfNumber(one, customer.phone))
      .filter((one) => callId === undefined || one.callId === callId)
      .filter((one) => !touchedBy || one.callId === touchedBy || one.touchedBy?.includes(touchedBy))
      .filter((one) => !endsAfter || one.endsAt > endsAfter)
      .filter((one) => !startsBefore || one.startsAt < startsBefore)
      .filter((one) => !statuses || statuses.includes(one.status))
      .sort((one, other) => one.startsAt.getTime() - other.startsAt.getTime() || (one.id < other.id ? -1 : 1))
      .slice(0, Math.min(Math.max(1, Math.trunc(limit)), MOST_LISTED));
  }

  #of(companyId: TenantId): Kept[] {
    return this.kept.filter((one) => one.companyId === companyId);
  }
}

function isOfNumber({ attendeePhone }: Kept, phone: string | null): boolean {
  return phone !== null && attendeePhone === phone;
}

export class FakeInvocationStore implements InvocationStore {
  readonly kept: ToolInvocation[] = [];

  async ofCall(companyId: TenantId, callId: string): Promise<{ tool: string; status: string }[]> {
    const own = this.kept.filter((one) => one.companyId === companyId && one.callId === callId);
    return own.slice(-20).map(({ tool, status }) => ({ tool, status }));
  }

  async append(invocations: ToolInvocation[]): Promise<void> {
    for (const one of invocations) this.kept.push({ ...one, durationMs: Math.max(0, Math.round(one.durationMs)) });
  }
}
