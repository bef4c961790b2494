import { CalcomKeyUnreadable, RateLimited } from '../../errors';
import { bookingSampleKey, type CalcomAccount, type ConnectionTest } from '../calcom/calcom-account';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import type { AccountsWith } from '../calcom/calcom-accounts';
import type { CalcomPerformanceMonitor } from '../calcom/calcom-performance-monitor';
import { UNKNOWN_REFUSAL } from '../calcom/drift-watch';
import type { SetupFaultStore } from '../calcom/setup-faults';
import { tenantId, type TenantId } from '../../domain';
import type { PushWatch } from '../sync/push-watch';
import type { EventTypeOwners } from '../tenants/event-type-owners';
import type { CalcomReach } from './calcom-reach';
import type { SecretRotation } from './secret-rotation';
import type { AdminRecord, RecordKind, RecordReader } from './records';
import * as calcomCheck from './calcom-findings';
import { about, type Finding, isProblem } from './finding';
import * as check from './setup-findings';
import type { AgentTool, LineAtRetell } from './setup-findings';

/** Companies with the same key see the same account; each question may throw what Cal.com's client throws. */
type CheckedAccount = Pick<
  CalcomAccount,
  'credentialId' | 'testConnection' | 'teams' | 'teamRole' | 'teamEventTypes' | 'eventTypes' | 'webhooks'
>;

interface SetupCheckDeps {
  reader: RecordReader;
  accounts: AccountsWith<keyof CheckedAccount>;
  reach: Pick<CalcomReach, 'usesPlatformKey'>;
  push: Pick<PushWatch, 'evidence'>;
  now: () => Date;
  eventTypes: Pick<EventTypeOwners, 'disputed'>;
  rotation: Pick<SecretRotation, 'companiesThatKnowCommonSecret'>;
  monitor: Pick<CalcomPerformanceMonitor, 'upstreamP95Ms'>;
  companies: {
    /** Alerts of that kind about no company, the most frequent first. */
    commonAlerts(kind: string, most: number): Promise<{ message: string; occurrences: number }[]>;
  };
  /** Of these numbers, as Retell has them; empty where it cannot be asked. */
  linesAtRetell: (companyId: TenantId, numbers: string[]) => Promise<LineAtRetell[]>;
  settings: {
    retellKeySet: boolean;
    /** A key for Retell's management API that companies without one of their own use. */
    retellManagementKeySet: boolean;
    /** One secret for all companies that have none of their own. */
    calcomWebhookSecretSet: boolean;
    readDeadlineMs: number;
    writeDeadlineMs: number;
  };
  /** The tools of the agent kit. */
  agentTools: () => AgentTool[];
  setupFaults: Pick<SetupFaultStore, 'open'>;
  /** Whether a tool of that name is answered. */
  effectOfTool: (name: string) => 'read' | 'write' | null;
}

export interface CheckResult extends Finding {
  /** null: about the gateway itself. */
  company_id: TenantId | null;
  company_name: string | null;
}

/** What this run has asked already, by key and question. */
type Asked = Map<string, Promise<unknown>>;

/** The texts of so many are shown. */
const MOST_REFUSALS = 5;
const REFUSED = { en: 'Refused by Cal.com', de: 'Von Cal.com abgelehnt' };

/** Everything that must be right before a call can end in a booking, and what to do about what is not. */
export class SetupCheck {
  constructor(private readonly deps: SetupCheckDeps) {}

  /** Whether Cal.com accepts the company's key. @throws NotFound */
  async testConnection(companyId: TenantId): Promise<ConnectionTest> {
    await this.deps.reader.company(companyId);
    return (await this.deps.accounts.forTenant(companyId)).testConnection();
  }

  /** @param companyId null: the gateway and every active company. Never throws because of Cal.com. */
  async run(companyId: TenantId | null): Promise<CheckResult[]> {
    const companies = companyId === null ? await this.#all('companies', null) : await this.#one(companyId);
    const ofGateway = companyId === null ? await this.#gateway(companies) : [];
    const results: CheckResult[] = ofGateway.map((finding) => ({ ...finding, company_id: null, company_name: null }));
    const asked: Asked = new Map();
    // One after the other: the checks share Cal.com's budget with callers.
    for (const company of companies) {
      const id = tenantId(company.id);
      const findings = await this.#company(id, company, asked);
      if (companyId !== null) findings.unshift(...[await this.#retellKey([company])].filter(isProblem));
      for (const finding of findings) results.push({ ...finding, company_id: id, company_name: String(company.name) });
    }
    return results;
  }

  async #gateway(companies: AdminRecord[]): Promise<Finding[]> {
    const { settings } = this.deps;
    const tokens = await this.deps.reader.all('tokens', null);
    return [
      await this.#retellKey(companies),
      ...check.tokensWithoutExpiry(tokens.filter((one) => one.company_id === null)),
      ...check.disputedEventTypes(await this.deps.eventTypes.disputed()),
      ...check.commonSecret(await this.deps.rotation.companiesThatKnowCommonSecret()),
      calcomCheck.unknownRefusals(await this.deps.companies.commonAlerts(UNKNOWN_REFUSAL, MOST_REFUSALS)),
      ...check.agentTools(this.deps.agentTools(), this.deps.effectOfTool, settings),
      ...check.anyCompany(companies),
    ];
  }

  /** Signatures are asked of everyone as soon as one company has keys of its own, also one that is suspended. */
  async #retellKey(companies: AdminRecord[]): Promise<Finding> {
    if (this.deps.settings.retellKeySet) return check.retellKey(companies, 'platform');
    const all = await this.deps.reader.all('companies', null);
    return check.retellKey(companies, all.some((one) => one.has_retell_api_key === true) ? 'companies' : null);
  }

  async #company(id: TenantId, company: AdminRecord, asked: Asked): Promise<Finding[]> {
    const [services, numbers, agents, mappings, branches] = await Promise.all([
      this.#all('services', id),
      this.#all('phone_numbers', id),
      this.#all('retell_agents', id),
      this.#all('host_mappings', id),
      this.#all('branches', id),
    ]);
    return [
      this.#webhookSecret(company),
      check.aiDisclosure(company),
      ...check.storageAtPlatform(company, this.deps.settings.retellManagementKeySet),
      check.reachable(numbers, agents),
      ...check.pendingLines(numbers, agents),
      ...check.agentsOfNumbers(numbers, agents),
      ...check.transferLoops(branches, numbers),
      ...check.pinnedVersions(await this.deps.linesAtRetell(id, linesOnRetell(numbers, agents))),
      calcomCheck.bookable(services),
      ...calcomCheck.unmappedHosts(services, mappings),
      ...check.tokensWithoutExpiry(await this.deps.reader.all('tokens', id)),
      calcomCheck.push(services, await this.deps.push.evidence(id), this.deps.now()),
      ...(await this.#account(id, company, services, asked)),
      // Asked last: the questions above may have closed some.
      ...(await this.deps.setupFaults.open(id)).map(({ fault, message, todo }) =>
        about(`calcom_refusal:${fault}`, REFUSED).problem(message, todo),
      ),
    ];
  }

  #webhookSecret(company: AdminRecord): Finding {
    const isShared = this.deps.reach.usesPlatformKey(company);
    const set = (isShared && this.deps.settings.calcomWebhookSecretSet) || company.has_calcom_webhook_secret === true;
    return calcomCheck.webhookSecret(set, isShared);
  }

  async #account(id: TenantId, company: AdminRecord, services: AdminRecord[], asked: Asked): Promise<Finding[]> {
    const account = await this.deps.accounts.forTenant(id).catch((error: unknown) => {
      if (error instanceof CalcomKeyUnreadable) return error;
      throw error;
    });
    if (account instanceof CalcomKeyUnreadable) return [calcomCheck.keyUnreadable()];
    const calcom = askedOnce(account, asked);
    // The questions run in parallel because an operator waits; findings keep their order, so a failure keeps those before it.
    const connection = calcom.testConnection();
    const [asking, personal, hooks] = [calcom.teams(), calcom.eventTypes(), calcom.webhooks(null)];
    void Promise.allSettled([asking, personal, hooks]);
    const { success, user, error } = await connection;
    if (!success) return [calcomCheck.connectionFailed(error)];
    const findings = [calcomCheck.keyAccepted()];
    try {
      const teamId = typeof company.calcom_team_id === 'number' ? company.calcom_team_id : null;
      const teams = await asking;
      findings.push(calcomCheck.team(teamId, teams));
      const known = new Map<number, UpstreamEventType>();
      const ofTeams = teams
        .filter((each) => teamId === null || each.id === teamId)
        .map(({ id: one, name }) => {
          const [role, eventTypes] = [user ? calcom.teamRole(one, user.id) : null, calcom.teamEventTypes(one)];
          void Promise.allSettled([role, eventTypes]);
          return { id: one, name, role, eventTypes };
        });
      for (const one of ofTeams) {
        if (one.role) findings.push(...calcomCheck.roleInTeam(one.id, one.name, await one.role));
        for (const eventType of await one.eventTypes) known.set(eventType.id, eventType);
      }
      for (const eventType of await personal) known.set(eventType.id, eventType);
      for (const service of services) findings.push(calcomCheck.eventTypeOf(service, known));
      findings.push(
        calcomCheck.webhook(await hooks),
        ...calcomCheck.slowSubscribers(
          await hooks,
          this.deps.monitor.upstreamP95Ms(bookingSampleKey('/bookings', account.credentialId)),
        ),
      );
    } catch (error) {
      if (error instanceof RateLimited) return [...findings, calcomCheck.busy(error.retryAfterMs)];
      findings.push(calcomCheck.askedInPart());
    }
    return findings;
  }

  async #one(companyId: TenantId): Promise<AdminRecord[]> {
    const company = await this.deps.reader.find('companies', companyId, companyId);
    return company ? [company] : [];
  }

  #all(kind: RecordKind, companyId: TenantId | null): Promise<AdminRecord[]> {
    return this.deps.reader.all(kind, companyId, { is_active: true });
  }
}

/** Ten companies with one key cost what one costs. Nothing here knows a company, so no answer can reach the wrong one. */
function askedOnce(account: CheckedAccount, asked: Asked): CheckedAccount {
  const once = <T>(question: string, ask: () => Promise<T>): Promise<T> => {
    const name = `${account.credentialId}:${question}`;
    const known = asked.get(name);
    // The name says which question it is, and so which answer.
    if (known) return known as Promise<T>;
    const answer = ask();
    asked.set(name, answer);
    return answer;
  };
  return {
    credentialId: account.credentialId,
    testConnection: () => once('me', () => account.testConnection()),
    teams: () => once('teams', () => account.teams()),
    teamRole: (teamId, userId) => once(`role:${teamId}:${userId}`, () => account.teamRole(teamId, userId)),
    teamEventTypes: (teamId) => once(`team:${teamId}`, () => account.teamEventTypes(teamId)),
    eventTypes: () => once('event-types', () => account.eventTypes()),
    webhooks: (of) => once(`webhooks:${of?.eventTypeId}`, () => account.webhooks(of)),
  };
}

/** The numbers that an agent of Retell answers. */
function linesOnRetell(numbers: AdminRecord[], agents: AdminRecord[]): string[] {
  const ofRetell = new Set(agents.filter(({ platform }) => platform === 'retell').map((one) => one.agent_id));
  return numbers.filter((line) => ofRetell.has(line.agent_id)).map(({ number }) => String(number));
}
