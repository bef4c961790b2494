import { Not, type DataSource, type EntityManager } from 'typeorm';
import { Conflict } from '../errors';
import type { TenantId } from '../domain';
import type { DisputedEventType, EventTypeOwners } from '../services/tenants/event-type-owners';
import { CalcomEventTypeOwnerEntity } from './calcom-event-type-owners';
import { CompanyEntity } from './companies';
import { ManualReviewEntity } from './manual-reviews';
import { ServiceEntity } from './services';
import { inTransaction, managerOf, rows, values } from './sql';
import { SyncCursorEntity } from './sync-cursors';
import { BOOKINGS_CURSOR } from './sync-store';

/** Kind of the reviews that web bookings of a disputed event type wait in. */
export const DISPUTED = 'event_type_disputed';

/** Under which name the owners of a company's event types are kept. */
async function keyOf(manager: EntityManager, companyId: TenantId): Promise<string> {
  const { calcomKeyId } = await manager.findOneByOrFail(CompanyEntity, { id: companyId });
  return calcomKeyId ?? 'platform';
}

/**
 * Makes the company the owner of event types without one.
 * @param disputed whether event types without a decision may be used: only by a company that used them before
 * @returns the event types that it must not use
 */
export async function claimEventTypes(
  manager: EntityManager,
  companyId: TenantId,
  eventTypeIds: number[],
  disputed: 'usable' | 'refused',
): Promise<number[]> {
  const calcomKeyId = await keyOf(manager, companyId);
  const foreign: number[] = [];
  // In one order, so that two claims of the same event types cannot wait for each other.
  for (const calcomEventTypeId of [...new Set(eventTypeIds)].sort((a, b) => a - b)) {
    const pair = { calcomKeyId, calcomEventTypeId };
    const claim = manager.createQueryBuilder().insert().into(CalcomEventTypeOwnerEntity);
    await claim
      .values({ ...pair, companyId })
      .orIgnore()
      .execute();
    const { companyId: owner } = await manager.findOneByOrFail(CalcomEventTypeOwnerEntity, pair);
    if (owner !== companyId && (owner !== null || disputed === 'refused')) foreign.push(calcomEventTypeId);
  }
  return foreign;
}

/** @throws Conflict when another company owns one of them */
export async function requireEventTypes(...claim: Parameters<typeof claimEventTypes>): Promise<void> {
  const foreign = await claimEventTypes(...claim);
  if (foreign.length === 0) return;
  throw new Conflict(
    `Event types of Cal.com that are not this company's: ${foreign.join(', ')}. The platform assigns them.`,
  );
}

/**
 * The company's key is another one now: its event types are claimed below that key, and those of the old one are free.
 * @throws Conflict when another company owns one of them
 */
export async function moveEventTypes(manager: EntityManager, companyId: TenantId): Promise<void> {
  const services = await manager.findBy(ServiceEntity, { companyId, isActive: true });
  const ids = services.map(({ calcomEventTypeId }) => calcomEventTypeId);
  await requireEventTypes(manager, companyId, ids, 'refused');
  await manager.delete(CalcomEventTypeOwnerEntity, { companyId, calcomKeyId: Not(await keyOf(manager, companyId)) });
}

export class EventTypeOwnerStore implements EventTypeOwners {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async disputed(): Promise<DisputedEventType[]> {
    // SQL: the key's name of a company is computed on both sides of the join.
    return rows<DisputedEventType>(
      this.#source,
      `select o.calcom_key_id as "keyId", o.calcom_event_type_id as "eventTypeId",
         json_agg(distinct jsonb_build_object('id', c.id, 'name', c.name)) as companies
       from calcom_event_type_owners o
       join services s on s.calcom_event_type_id = o.calcom_event_type_id and s.is_active
       join companies c on c.id = s.company_id and c.deleted_at is null
         and coalesce(c.calcom_key_id, 'platform') = o.calcom_key_id
       where o.company_id is null
       group by 1, 2 order by 1, 2`,
    );
  }

  assign(eventTypeId: number, companyId: TenantId): Promise<TenantId[]> {
    return inTransaction(this.#source, async (_sql, manager) => {
      const calcomKeyId = await keyOf(manager, companyId);
      const pair = { calcomKeyId, calcomEventTypeId: eventTypeId };
      await manager.upsert(CalcomEventTypeOwnerEntity, { ...pair, companyId }, ['calcomKeyId', 'calcomEventTypeId']);
      const others = await manager
        .createQueryBuilder(ServiceEntity, 's')
        .innerJoin(CompanyEntity, 'c', 'c.id = s.companyId')
        .where({ calcomEventTypeId: eventTypeId, companyId: Not(companyId) })
        .andWhere(`coalesce(c.calcomKeyId, 'platform') = :calcomKeyId`, { calcomKeyId })
        .getMany();
      for (const { companyId: other, id } of others)
        await manager.update(ServiceEntity, { companyId: other, id }, { isActive: false });
      const users = [...new Set([companyId, ...others.map((service) => service.companyId)])];
      for (const user of users) {
        await manager
          .createQueryBuilder()
          .update(ManualReviewEntity)
          .set({ status: 'resolved', resolvedBy: 'platform', resolution: 'assigned', resolvedAt: () => 'now()' })
          .where({ companyId: user, kind: DISPUTED, status: 'open' })
          .andWhere(`detail ->> 'event_type_id' = :eventTypeId`, { eventTypeId: String(eventTypeId) })
          .execute();
      }
      // The next comparison looks far enough back to find the bookings that waited.
      await manager.delete(SyncCursorEntity, { companyId, name: BOOKINGS_CURSOR });
      return users;
    });
  }

  async of(eventTypeId: number, within: ReadonlySet<TenantId>): Promise<{ owners: TenantId[]; disputed: TenantId[] }> {
    const pairs = await managerOf(this.#source).findBy(CalcomEventTypeOwnerEntity, { calcomEventTypeId: eventTypeId });
    const owners = pairs.flatMap(({ companyId }) => (companyId !== null && within.has(companyId) ? [companyId] : []));
    if (pairs.every(({ companyId }) => companyId !== null)) return { owners, disputed: [] };
    const disputed = (await this.disputed()).filter((one) => one.eventTypeId === eventTypeId);
    const users = disputed.flatMap(({ companies }) => companies.map(({ id }) => id));
    return { owners, disputed: users.filter((id) => within.has(id)) };
  }

  async review(companyId: TenantId, eventTypeId: number, uid: string): Promise<void> {
    const review = { companyId, kind: DISPUTED, subjectType: 'calcom_booking', subjectId: uid };
    const detail = { event_type_id: eventTypeId, uid };
    const entry = values<ManualReviewEntity>({ ...review, detail });
    const insert = managerOf(this.#source).createQueryBuilder().insert().into(ManualReviewEntity);
    await insert.values(entry).orIgnore().execute();
  }
}
