import { randomUUID } from 'node:crypto';
import { Forbidden, UpstreamUnauthorised, wrongField } from '../../errors';
import { tenantId, type TenantId } from '../../domain';
import type { CalcomAccount } from '../calcom/calcom-account';
import { fingerprint } from '../calcom/calcom-accounts';
import { requireRole, type Actor } from './actor';
import type { CalcomReach } from './calcom-reach';
import type { Change } from './audit-trail';
import {
  COMPANY_SECRET_NAMES,
  COMPANY_SECRETS,
  type CompanySecret,
  type SealedColumn,
  secretPlace,
} from './company-secrets';
import {
  changeOf,
  type AdminRecord,
  type CompanyFields,
  type CompanyWriter,
  type Fields,
  type RecordReader,
  type TenantChanged,
  type Written,
} from './records';

export interface SecretSealer {
  seal(secret: string, place: string): string;
}

/** `undefined` leaves a secret as it is, null removes it. */
export type CompanySecrets = { [Name in CompanySecret | 'calcom_api_key']?: string | null | undefined };

/** Every sealed column of a company. */
export type SecretColumn = SealedColumn | 'calcomApiKeyCiphertext';
export const SECRET_PLACES = Object.fromEntries([
  ['calcomApiKeyCiphertext', (id: TenantId) => secretPlace(id, 'calcom_api_key')],
  ...COMPANY_SECRET_NAMES.map((name) => [COMPANY_SECRETS[name], (id: TenantId) => secretPlace(id, name)] as const),
]) as Record<SecretColumn, (companyId: TenantId) => string>;

export interface SealedSecret {
  companyId: TenantId;
  company: string;
  column: SecretColumn;
  sealed: string;
}

interface CompanyServiceDeps {
  reader: RecordReader;
  writer: CompanyWriter;
  secrets: SecretSealer;
  /** Whose key it is, asked of Cal.com. */
  accounts: {
    trial(companyId: TenantId, apiKey: string): Pick<CalcomAccount, 'testConnection'>;
  };
  tenantChanged: TenantChanged;
  reach: CalcomReach;
}

/** Companies and the secrets they lend the gateway. Secrets go in and never come out. */
export class CompanyService {
  constructor(private readonly deps: CompanyServiceDeps) {}

  /**
   * @throws Forbidden for a token of one company
   * @throws InvalidInput when Cal.com does not accept the key; an Upstream error when it cannot be asked
   * @throws Conflict when the slug is taken
   */
  async create(actor: Actor, fields: Fields, secrets: CompanySecrets): Promise<Written> {
    requireRole(actor, 'platform');
    const id = tenantId(randomUUID());
    await this.deps.writer.insert(id, await this.#sealed(id, fields, secrets));
    await this.deps.tenantChanged(id);
    return this.deps.reader.written('companies', { id, company_id: id });
  }

  /** @throws Forbidden, NotFound, InvalidInput, Conflict, or an Upstream error when a new key cannot be checked */
  async update(
    actor: Actor,
    id: string,
    fields: Fields,
    secrets: CompanySecrets,
    unchangedSince: Date | null,
  ): Promise<Written> {
    const before = await this.find(actor, id);
    const companyId = tenantId(before.id);
    if (fields.is_active !== undefined && fields.is_active !== before.is_active) requireRole(actor, 'platform');
    // Without a key of its own the company would use the platform's account.
    if (secrets.calcom_api_key === null && before.calcom_key_id !== null) requireRole(actor, 'platform');
    await this.deps.reach.requireChoice(actor, 'companies', companyId, before, fields);
    const sealed = await this.#sealed(companyId, fields, secrets);
    await this.deps.reader.sayingWhoChanged({ companyId, id, fields, unchangedSince }, () =>
      this.deps.writer.update(companyId, sealed, unchangedSince),
    );
    await this.deps.tenantChanged(companyId);
    return this.deps.reader.written('companies', before, before);
  }

  /** @throws Forbidden, NotFound */
  async remove(actor: Actor, id: string): Promise<Change> {
    requireRole(actor, 'platform');
    const before = await this.find(actor, id);
    const companyId = tenantId(before.id);
    await this.deps.writer.retire(companyId);
    await this.deps.tenantChanged(companyId);
    return changeOf('companies', before, { before, after: { outcome: 'deactivated' } });
  }

  /** @throws Forbidden for another company than the token's own, whether it exists or not; NotFound */
  async find(actor: Actor, id: string): Promise<AdminRecord> {
    if (actor.companyId !== null && actor.companyId !== id) throw new Forbidden();
    return this.deps.reader.require('companies', actor.companyId, id);
  }

  async #sealed(id: TenantId, fields: Fields, secrets: CompanySecrets): Promise<CompanyFields> {
    const company: CompanyFields = { fields };
    const { calcom_api_key: key } = secrets;
    if (key === null) company.calcomKey = null;
    else if (key !== undefined) {
      await this.#check(id, key);
      const ciphertext = this.deps.secrets.seal(key, secretPlace(id, 'calcom_api_key'));
      company.calcomKey = { ciphertext, keyId: fingerprint(key) };
    }
    for (const name of COMPANY_SECRET_NAMES) {
      const secret = secrets[name];
      if (secret === undefined) continue;
      company[COMPANY_SECRETS[name]] = secret === null ? null : this.deps.secrets.seal(secret, secretPlace(id, name));
    }
    return company;
  }

  async #check(companyId: TenantId, apiKey: string): Promise<void> {
    const { success, error } = await this.deps.accounts.trial(companyId, apiKey).testConnection();
    if (success) return;
    if (error && !(error instanceof UpstreamUnauthorised)) throw error;
    const message = 'is not accepted by Cal.com; copy it again from Settings → Developer → API keys';
    throw wrongField('calcom_api_key', message, 'Cal.com does not accept this key; nothing was saved.');
  }
}
