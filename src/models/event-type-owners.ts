import { In, Not, type DataSource, type EntityManager } from 'typeorm';
import { Conflict } from '../errors';
import type { TenantId } from '../domain';
import type { DisputedEventType, EventTypeOwners } from '../services/tenants/event-type-owners';
import { CalcomEventTypeOwnerEntity, SyncCursorEntity } from './calcom-event-types';
import { CompanyEntity } from './companies';
import { ManualReviewEntity } from './alerts';
import { ServiceEntity } from './services';
import { inTransaction, insertNew, managerOf, prepared, rows, sqlOf } from './sql';
import { BOOKINGS_CURSOR } from './sync-store';
import { rawFields } from './table';

/** Kind of the reviews that web bookings of a disputed event type wait in. */
const DISPUTED = 'event_type_disputed';

/** The platform's key among the owners of event types; it keeps this name when it is rotated. */
const PLATFORM = 'platform';

/** Under which name the owners of a company's event types are kept: one for each key, however a company came to it. */
const KEY_NAME = `coalesce(nullif(c.calcom_key_id, :platformKeyId), '${PLATFORM}')`;

/** Claims of event types, each within the transaction of the change that needs it. */
export class EventTypeClaims {
  /** @param platformKeyId id of the key in the gateway's configuration */
  constructor(readonly platformKeyId: string) {}

  async keyOf(manager: EntityManager, companyId: TenantId): Promise<string> {
    const { calcomKeyId } = await manager.findOneByOrFail(CompanyEntity, { id: companyId });
    return calcomKeyId === null || calcomKeyId === this.platformKeyId ? PLATFORM : calcomKeyId;
  }

  /**
   * Makes the company the owner of event types without one.
   * @param disputed whether event types without a decision may be used: only by a company that used them before
   * @returns the event types that it must not use
   */
  async claim(
    manager: EntityManager,
    companyId: TenantId,
    eventTypeIds: number[],
    disputed: 'usable' | 'refused',
  ): Promise<number[]> {
    const calcomKeyId = await this.keyOf(manager, companyId);
    const foreign: number[] = [];
    // In one order, so that two claims of the same event types cannot wait for each other.
    for (const calcomEventTypeId of [...new Set(eventTypeIds)].sort((a, b) => a - b)) {
      const pair = { calcomKeyId, calcomEventTypeId };
      await insertNew(manager, CalcomEventTypeOwnerEntity, { ...pair, companyId });
      const { companyId: owner } = await manager.findOneByOrFail(CalcomEventTypeOwnerEntity, pair);
      if (owner !== companyId && (owner !== null || disputed === 'refused')) foreign.push(calcomEventTypeId);
    }
    return foreign;
  }

  /** @throws Conflict when another company owns one of them, or when one is disputed */
  async require(manager: EntityManager, companyId: TenantId, eventTypeIds: number[]): Promise<void> {
    const foreign = await this.claim(manager, companyId, eventTypeIds, 'refused');
    if (foreign.length === 0) return;
    throw new Conflict(
      `Event types of Cal.com that are not this company's: ${foreign.join(', ')}. The platform assigns them.`,
    );
  }

  /**
   * The company's key is another one now: its event types are claimed below that key, and those of the old one are free.
   * @throws Conflict when another company owns one of them
   */
  async move(manager: EntityManager, companyId: TenantId): Promise<void> {
    const services = await manager.findBy(ServiceEntity, { companyId, isActive: true });
    const ids = services.map(({ calcomEventTypeId }) => calcomEventTypeId);
    await this.require(manager, companyId, ids);
    const calcomKeyId = Not(await this.keyOf(manager, companyId));
    await manager.delete(CalcomEventTypeOwnerEntity, { companyId, calcomKeyId });
  }
}

export class EventTypeOwnerStore implements EventTypeOwners {
  readonly #owners = prepared<{ eventTypeId: number }, Pick<CalcomEventTypeOwnerEntity, 'companyId'>>(() =>
    managerOf(this.source)
      .createQueryBuilder(CalcomEventTypeOwnerEntity, 'o')
      .select(rawFields('o', ['companyId']))
      .where('o.calcomEventTypeId = :eventTypeId'),
  );

  constructor(
    private readonly source: DataSource,
    private readonly claims: EventTypeClaims,
  ) {}

  async adoptPlatformKey(): Promise<void> {
    // SQL: what two names say of one event type is compared and joined in one statement.
    await rows(
      this.source,
      `with named as (delete from calcom_event_type_owners where calcom_key_id = $1 returning *)
       insert into calcom_event_type_owners as known (calcom_key_id, calcom_event_type_id, company_id)
       select '${PLATFORM}', calcom_event_type_id, company_id from named
       on conflict (calcom_key_id, calcom_event_type_id) do update
         set company_id = case when known.company_id = excluded.company_id then known.company_id end`,
      [this.claims.platformKeyId],
    );
  }

  async disputed(): Promise<DisputedEventType[]> {
    // SQL: the key's name of a company is computed on both sides of the join.
    return rows<DisputedEventType>(
      this.source,
      `select o.calcom_key_id as "keyId", o.calcom_event_type_id as "eventTypeId",
         json_agg(distinct jsonb_build_object('id', c.id, 'name', c.name)) as companies
       from calcom_event_type_owners o
       join services s on s.calcom_event_type_id = o.calcom_event_type_id and s.is_active
       join companies c on c.id = s.company_id and c.deleted_at is null
         and ${KEY_NAME.replace(':platformKeyId', '$1')} = o.calcom_key_id
       where o.company_id is null
       group by 1, 2 order by 1, 2`,
      [this.claims.platformKeyId],
    );
  }

  assign(eventTypeId: number, companyId: TenantId): Promise<TenantId[]> {
    return inTransaction(this.source, async (_sql, manager) => {
      const calcomKeyId = await this.claims.keyOf(manager, companyId);
      const pair = { calcomKeyId, calcomEventTypeId: eventTypeId };
      await manager.upsert(CalcomEventTypeOwnerEntity, { ...pair, companyId }, ['calcomKeyId', 'calcomEventTypeId']);
      const others = await manager
        .createQueryBuilder(ServiceEntity, 's')
        .innerJoin(CompanyEntity, 'c', 'c.id = s.companyId')
        .where({ calcomEventTypeId: eventTypeId, companyId: Not(companyId) })
        .andWhere(`${KEY_NAME} = :calcomKeyId`, { calcomKeyId, platformKeyId: this.claims.platformKeyId })
        .getMany();
      for (const { companyId: other, id } of others)
        await manager.update(ServiceEntity, { companyId: other, id }, { isActive: false });
      const users = [...new Set([companyId, ...others.map((service) => service.companyId)])];
      await manager
        .createQueryBuilder()
        .update(ManualReviewEntity)
        .set({ status: 'resolved', resolvedBy: 'platform', resolution: 'assigned', resolvedAt: () => 'now()' })
        .where({ companyId: In(users), kind: DISPUTED, status: 'open' })
        .andWhere(`detail ->> 'event_type_id' = :eventTypeId`, { eventTypeId: String(eventTypeId) })
        .execute();
      // The next comparison looks far enough back to find the bookings that waited.
      await manager.delete(SyncCursorEntity, { companyId, name: BOOKINGS_CURSOR });
      return users;
    });
  }

  async of(eventTypeId: number, within: ReadonlySet<TenantId>): Promise<{ owners: TenantId[]; disputed: TenantId[] }> {
    const pairs = await this.#owners(sqlOf(this.source), { eventTypeId });
    const owners = pairs.flatMap(({ companyId }) => (companyId !== null && within.has(companyId) ? [companyId] : []));
    if (pairs.every(({ companyId }) => companyId !== null)) return { owners, disputed: [] };
    const disputed = (await this.disputed()).filter((one) => one.eventTypeId === eventTypeId);
    const users = disputed.flatMap(({ companies }) => companies.map(({ id }) => id));
    return { owners, disputed: users.filter((id) => within.has(id)) };
  }

  async review(companyId: TenantId, eventTypeId: number, uid: string): Promise<void> {
    const review = { companyId, kind: DISPUTED, subjectType: 'calcom_booking', subjectId: uid };
    const detail = { event_type_id: eventTypeId, uid };
    await insertNew(managerOf(this.source), ManualReviewEntity, { ...review, detail });
  }
}
