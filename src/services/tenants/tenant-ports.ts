import type { Language, Platform, TenantId, TenantProfile } from '../../domain';

/** Where a call belongs. */
export interface TenantRef {
  companyId: TenantId;
  branchId: string;
  /** The agent's language, when it has one of its own. */
  language: Language | null;
  /** The agent that answers the line, where one is set, and its platform. */
  agentId?: string | null;
  agentPlatform?: Platform | null;
}

/** Who answers which number, and what they offer: the rows, and the memory in front of them. */
export interface TenantDirectory {
  /** @param number E.164 */
  byPhoneNumber(number: string): Promise<TenantRef | null>;
  byAgentId(agentId: string): Promise<TenantRef | null>;
  /** The company's only active branch; null when it has none or several. */
  onlyBranch(companyId: TenantId): Promise<TenantRef | null>;
  profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null>;
  /** The demo company, when it is seeded; null otherwise. */
  demo(): Promise<TenantRef | null>;
}
