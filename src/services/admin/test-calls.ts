import { Conflict, wrongField, type InvalidInput } from '../../errors';
import { DEFAULT_LANGUAGE, type Language, type TenantId } from '../../domain';
import type { AdminRecord, RecordReader } from './records';

/** A call that the gateway plays to itself, as the voice platform would. */
export interface TestCallOrder {
  companyId: TenantId;
  /** E.164; null: a call on the web, which is known by its agent. */
  number: string | null;
  agentId: string;
  language: Language;
  /** As a caller names it. */
  service: string;
  /** False: the caller only asks what is free. True: the booking is taken back at the end. */
  books: boolean;
}

interface TestCallsDeps<Step> {
  reader: RecordReader;
  /** @throws Error when the gateway cannot be asked */
  play: (order: TestCallOrder, show: (step: Step) => void) => Promise<void>;
}

/** An agent of no company, so that the number alone decides who answers. */
const NO_AGENT = 'agent_test_call';

/** Test calls to a company's own lines, one at a time for each company. */
export class TestCalls<Step> {
  readonly #running = new Set<TenantId>();

  constructor(private readonly deps: TestCallsDeps<Step>) {}

  /**
   * Which line to ring, and what to ask for.
   * @param wish `number` in E.164, `service` by its id; absent: the company's first
   * @throws InvalidInput saying what the company needs first
   */
  async prepare(
    companyId: TenantId,
    wish: {
      number?: string | undefined;
      serviceId?: string | undefined;
      language?: Language | undefined;
      books: boolean;
    },
  ): Promise<TestCallOrder> {
    const all = (kind: 'phone_numbers' | 'retell_agents' | 'services'): Promise<AdminRecord[]> =>
      this.deps.reader.all(kind, companyId, { is_active: true });
    const [numbers, agents, services, company] = await Promise.all([
      ...[all('phone_numbers'), all('retell_agents'), all('services')],
      this.deps.reader.find('companies', companyId, companyId),
    ] as const);
    const service = services.find(({ id }) => wish.serviceId === undefined || id === wish.serviceId);
    if (!service) throw needs('service_id', 'needs an active service: import them from Cal.com first');
    // What is not confirmed might be another company's.
    const confirmed = (line: AdminRecord): boolean => line.confirmed_at !== null;
    const number = numbers.find((one) => confirmed(one) && (wish.number === undefined || one.number === wish.number));
    const agent = agents.find((one) => confirmed(one) && one.platform === 'retell');
    if (!number && (wish.number !== undefined || !agent))
      throw needs('number', 'needs an active phone number of the company that is confirmed, or a Retell agent');
    const answering = typeof number?.agent_id === 'string' ? number.agent_id : NO_AGENT;
    return {
      ...{ companyId, service: String(service.name), books: wish.books },
      ...{ number: number ? String(number.number) : null, agentId: number ? answering : String(agent?.agent_id) },
      language: wish.language ?? (company?.language as Language | undefined) ?? DEFAULT_LANGUAGE,
    };
  }

  /** @throws Conflict while another one of the company is played */
  async play(order: TestCallOrder, show: (step: Step) => void): Promise<void> {
    const { companyId } = order;
    if (this.#running.has(companyId)) throw new Conflict('A test call of this company is being played already.');
    this.#running.add(companyId);
    try {
      await this.deps.play(order, show);
    } finally {
      this.#running.delete(companyId);
    }
  }
}

function needs(path: string, message: string): InvalidInput {
  return wrongField(path, message, 'The test call cannot begin yet.');
}
