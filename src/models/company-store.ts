import { Brackets, In, IsNull, Not, type DataSource, type FindOptionsOrder, type FindOptionsWhere } from 'typeorm';
import type { TenantId } from '../domain';
import { COMPANY_SECRETS, type CompanySecret } from '../services/admin/company-secrets';
import type { ClosedDay } from '../services/admin/watch';
import type { BookableEventType } from '../services/availability/shared-hosts';
import { SECRET_PLACES, type SealedSecret, type SecretColumn } from '../services/admin/company-service';
import { AlertEntity } from './alerts';
import { AppointmentWishEntity } from './appointments';
import { HolidayEntity } from './branches';
import { CalcomEventTypeHostEntity } from './calcom-event-types';
import { CompanyEntity } from './companies';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-numbers';
import { ServiceEntity } from './services';
import { managerOf, prepared, rows, sqlOf, toJson } from './sql';
import { rawFields } from './table';
import type { UnfulfilledWish } from '../services/voice/turn';

const EVENT_TYPE = [
  'calcomEventTypeId',
  'calcomTeamId',
  'durationMinutes',
  'bufferBeforeMinutes',
  'bufferAfterMinutes',
  'schedulingType',
  'seats',
] as const satisfies readonly (keyof BookableEventType)[];

const SEALED_COLUMNS = Object.keys(SECRET_PLACES) as SecretColumn[];

interface OwnSecret {
  companyId: TenantId;
  sealed: string;
  isActive: boolean;
}

/** What the gateway itself needs of companies, beside their profiles. */
export class CompanyStore {
  readonly #onKey = prepared<{ platformKeyId: string }, Pick<CompanyEntity, 'id'>>(() =>
    managerOf(this.source)
      .createQueryBuilder(CompanyEntity, 'c')
      .select(rawFields('c', ['id']))
      .where('c.deletedAt is null')
      .andWhere(new Brackets((key) => key.where('c.calcomKeyId is null').orWhere('c.calcomKeyId = :platformKeyId'))),
  );

  constructor(private readonly source: DataSource) {}

  /** Every active event type of a company with its hosts. */
  services(companyId: TenantId): Promise<BookableEventType[]> {
    return managerOf(this.source)
      .createQueryBuilder(ServiceEntity, 's')
      .select(rawFields('s', EVENT_TYPE))
      .addSelect(
        (hosts) =>
          hosts
            .select(`coalesce(array_agg(h.calcomHostId), '{}')`)
            .from(CalcomEventTypeHostEntity, 'h')
            .where('h.companyId = s.companyId')
            .andWhere('h.calcomEventTypeId = s.calcomEventTypeId'),
        'hostIds',
      )
      .where('s.companyId = :companyId', { companyId })
      .andWhere('s.isActive')
      .getRawMany<BookableEventType>();
  }

  /** A company's own Cal.com key, still sealed; null when it uses the gateway's. */
  async calcomKey(companyId: TenantId): Promise<string | null> {
    const [company] = await this.#existing(['calcomApiKeyCiphertext'], { id: companyId });
    return company?.calcomApiKeyCiphertext ?? null;
  }

  /** Every company with the id of its own Cal.com key; null: it uses the gateway's. */
  async calcomKeyIds(): Promise<{ id: TenantId; name: string; keyId: string | null }[]> {
    const found = await this.#existing(['name', 'calcomKeyId']);
    return found.map(({ id, name, calcomKeyId }) => ({ id, name, keyId: calcomKeyId }));
  }

  /** Sealed webhook secrets of companies that have one of their own. */
  webhookSecrets(): Promise<OwnSecret[]> {
    return this.secrets('calcom_webhook_secret', { isActive: true });
  }

  /** Sealed secrets that sign or prove requests for calls, each with the lines and agents of its company. */
  async callSecrets(name: CompanySecret): Promise<(OwnSecret & { names: string[] })[]> {
    const secrets = await this.secrets(name);
    const companyId = In(secrets.map((one) => one.companyId));
    const [numbers, agents] = await Promise.all([
      managerOf(this.source).findBy(PhoneNumberEntity, { companyId }),
      managerOf(this.source).findBy(RetellAgentEntity, { companyId }),
    ]);
    const names = new Map<TenantId, string[]>(secrets.map((one) => [one.companyId, []]));
    for (const { companyId: owner, numberE164 } of numbers) names.get(owner)?.push(numberE164);
    for (const { companyId: owner, agentId } of agents) names.get(owner)?.push(agentId);
    return secrets.map((one) => ({ ...one, names: names.get(one.companyId) ?? [] }));
  }

  /** Sealed secrets of this name of every company that has one. */
  async secrets(name: CompanySecret, only: { isActive?: boolean } = {}): Promise<OwnSecret[]> {
    const column = COMPANY_SECRETS[name];
    const found = await this.#existing([column, 'isActive'], { [column]: Not(IsNull()), ...only });
    return found.map(({ id, isActive, [column]: sealed }) => ({ companyId: id, sealed: sealed ?? '', isActive }));
  }

  /** Of companies in use: when they or their branches are closed for one year only. */
  closedDays(): Promise<ClosedDay[]> {
    const company = { isActive: true, deletedAt: IsNull() };
    return managerOf(this.source).findBy(HolidayEntity, { isActive: true, isYearly: false, company });
  }

  /** Everything that is sealed, of every company that exists. */
  async sealedSecrets(): Promise<SealedSecret[]> {
    const found = await this.#existing(['name', ...SEALED_COLUMNS]);
    return found.flatMap((company) =>
      SEALED_COLUMNS.flatMap((column) => {
        const sealed = company[column];
        return sealed === null ? [] : [{ companyId: company.id, company: company.name, column, sealed }];
      }),
    );
  }

  /** A secret that was changed meanwhile is left alone. */
  async replaceSealed({ companyId, column, sealed }: SealedSecret, resealed: string): Promise<void> {
    await managerOf(this.source).update(CompanyEntity, { id: companyId, [column]: sealed }, { [column]: resealed });
  }

  /** Companies whose own Cal.com account was given a common webhook secret by an earlier gateway. */
  async givenWebhookSecrets(): Promise<{ companyId: TenantId; name: string; secretId: string; hasOwn: boolean }[]> {
    const columns = ['name', 'givenWebhookSecretId', 'calcomWebhookSecretCiphertext'] as const;
    const found = await this.#existing(columns, { givenWebhookSecretId: Not(IsNull()) });
    return found.map(({ id, name, givenWebhookSecretId, calcomWebhookSecretCiphertext: own }) => ({
      ...{ companyId: id, name, secretId: givenWebhookSecretId ?? '', hasOwn: own !== null },
    }));
  }

  /** An upgraded database knows which accounts were given a secret, but not which one: the one of its first start. */
  async nameGivenWebhookSecrets(secretId: string | null, platformKeyId: string): Promise<void> {
    const unnamed = { givenWebhookSecretId: 'unknown' };
    await managerOf(this.source).update(
      CompanyEntity,
      { ...unnamed, calcomKeyId: platformKeyId },
      { givenWebhookSecretId: null },
    );
    await managerOf(this.source).update(CompanyEntity, unnamed, { givenWebhookSecretId: secretId });
  }

  /** Companies that use this Cal.com key: the gateway's own unless they have one. */
  async idsOnKey(platformKeyId: string): Promise<TenantId[]> {
    return (await this.#onKey(sqlOf(this.source), { platformKeyId })).map(({ id }) => id);
  }

  /** Every company that exists, by name. */
  names(): Promise<Pick<CompanyEntity, 'id' | 'slug' | 'name'>[]> {
    return this.#existing(['slug', 'name']);
  }

  /** The ids of every company that exists, oldest first. */
  async ids(only: { isActive?: boolean } = {}): Promise<TenantId[]> {
    return (await this.#existing([], only, { createdAt: 'ASC', id: 'ASC' })).map(({ id }) => id);
  }

  #existing<Name extends keyof CompanyEntity>(
    columns: readonly Name[],
    where: FindOptionsWhere<CompanyEntity> = {},
    order: FindOptionsOrder<CompanyEntity> = { name: 'ASC', id: 'ASC' },
  ): Promise<Pick<CompanyEntity, 'id' | Name>[]> {
    const select = Object.fromEntries(['id', ...columns].map((column) => [column, true]));
    return managerOf(this.source).find(CompanyEntity, { select, where: { deletedAt: IsNull(), ...where }, order });
  }

  /** Records demand that could not be met. */
  async recordWish(wish: UnfulfilledWish): Promise<void> {
    await managerOf(this.source).insert(AppointmentWishEntity, wish);
  }

  /** Raises or repeats an alert; one open alert per key. @returns true when it is new */
  async alert(
    alert: Pick<AlertEntity, 'companyId' | 'kind' | 'severity' | 'message'> & { key: string; detail: object },
  ): Promise<boolean> {
    const [row] = await rows<Pick<AlertEntity, 'occurrences'>>(
      this.source,
      // SQL: an upsert that counts is one statement, so that repeats at the same time are all counted.
      `insert into alerts (company_id, kind, alert_key, severity, message, detail) values ($1, $2, $3, $4, $5, $6)
       on conflict (alert_key) where resolved_at is null
       do update set occurrences = alerts.occurrences + 1, last_seen_at = now(), message = excluded.message,
         detail = excluded.detail || case when alerts.detail ? 'operations' and excluded.detail ? 'operations'
           then jsonb_build_object('operations', (alerts.detail -> 'operations') || (excluded.detail -> 'operations'))
           else '{}' end
       returning occurrences`,
      [alert.companyId, alert.kind, alert.key, alert.severity, alert.message, toJson(alert.detail)],
    );
    return row?.occurrences === 1;
  }

  /** Open alerts of one kind that belong to no company, the most frequent first. */
  async commonAlerts(kind: string, limit: number): Promise<Pick<AlertEntity, 'message' | 'occurrences'>[]> {
    return managerOf(this.source).find(AlertEntity, {
      select: { id: true, message: true, occurrences: true },
      where: { kind, companyId: IsNull(), resolvedAt: IsNull() },
      order: { occurrences: 'DESC' },
      take: limit,
    });
  }

  /** Closes the open alerts of these keys. */
  async resolveAlerts(keys: string[]): Promise<void> {
    const open = { alertKey: In(keys), resolvedAt: IsNull() };
    await managerOf(this.source).update(AlertEntity, open, { resolvedAt: () => 'now()' });
  }

  async ping(): Promise<void> {
    // SQL: the shortest statement that proves a connection.
    await rows(this.source, 'select 1');
  }
}
