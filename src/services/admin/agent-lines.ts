import { Conflict, wrongField } from '../../errors';
import type { TenantId } from '../../domain';
import type { Actor } from './actor';
import type { AuditTrail } from './audit-trail';
import type { CompanySetup } from './company-setup';
import type { AdminRecord, Fields, RecordReader, SetupKind, Written } from './records';

interface AgentLinesDeps {
  reader: RecordReader;
  setup: Pick<CompanySetup, 'create' | 'update'>;
  audit: Pick<AuditTrail, 'done'>;
}

/** Enters a platform's agent and number for a company, once, so that its calls find it. */
export class AgentLines {
  constructor(private readonly deps: AgentLinesDeps) {}

  /** Ids of the Retell agents entered for the company. */
  async agentIds(companyId: TenantId): Promise<string[]> {
    const agents = await this.deps.reader.all('retell_agents', companyId);
    return agents.filter((agent) => agent.platform === 'retell').map((agent) => String(agent.agent_id));
  }

  /**
   * The branch that answers: the number's, the one that was named, or the only one.
   * @throws InvalidInput when it must be named
   * @throws Conflict when another company has the number
   */
  async branchFor(companyId: TenantId, number: string | null, named: string | undefined): Promise<string> {
    if (number !== null) {
      const line = await this.#line(companyId, number);
      if (line) return String(line.branch_id);
    }
    if (named !== undefined) return named;
    const branches = await this.deps.reader.all('branches', companyId);
    const [only, ...others] = branches;
    if (only && others.length === 0) return only.id;
    const names = branches.map((one) => `${one.id} (${String(one.name)})`).join(', ');
    const message = only ? `is one of ${names}` : 'is missing: the company has no branch yet';
    throw wrongField('branch_id', message, 'Say which branch the agent answers for.');
  }

  /** @throws Conflict when another company has the number */
  async enterNumber(actor: Actor, companyId: TenantId, number: string, branchId: string): Promise<void> {
    if (await this.#line(companyId, number)) return;
    await this.#create(actor, 'phone_numbers', companyId, { number, branch_id: branchId });
  }

  /** @throws Conflict when another company has the agent */
  async enterAgent(
    actor: Actor,
    companyId: TenantId,
    { agentId, branchId, name, number }: { agentId: string; branchId: string; name: string; number: string | null },
  ): Promise<void> {
    if (!(await this.agentIds(companyId)).includes(agentId))
      await this.#create(actor, 'retell_agents', companyId, {
        ...{ platform: 'retell', agent_id: agentId, branch_id: branchId, name },
      });
    const line = number === null ? null : await this.#line(companyId, number);
    if (line && line.agent_id !== agentId) {
      const written = await this.deps.setup.update(actor, 'phone_numbers', line.id, { agent_id: agentId }, null);
      await this.#note(actor, written);
    }
  }

  async #line(companyId: TenantId, number: string): Promise<AdminRecord | null> {
    const lines = await this.deps.reader.all('phone_numbers', companyId);
    return lines.find((line) => line.number === number) ?? null;
  }

  async #create(actor: Actor, kind: SetupKind, companyId: TenantId, fields: Fields): Promise<void> {
    try {
      await this.#note(actor, await this.deps.setup.create(actor, kind, companyId, fields));
    } catch (error) {
      // Another run of the same may have been faster.
      if (error instanceof Conflict && kind === 'phone_numbers' && (await this.#line(companyId, String(fields.number))))
        return;
      throw error;
    }
  }

  #note(actor: Actor, { change }: Written): Promise<void> {
    return this.deps.audit.done(actor, 'connect-retell', change);
  }
}
