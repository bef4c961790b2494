import { In, type DataSource, type EntityManager } from 'typeorm';
import type { TenantId } from '../domain';
import { settingsOf } from '../services/admin/event-type-import';
import type {
  HostOutcome,
  ImportableEventType,
  ImportedHost,
  ImportedService,
  ImportPlan,
  ImportStore,
} from '../services/admin/event-type-import';
import { CalcomEventTypeHostEntity } from './calcom-event-types';
import { CalcomHostMappingEntity, StaffEntity } from './staff';
import type { EventTypeClaims } from './event-type-owners';
import { ServiceEntity } from './services';
import { idOf, inTransaction, lockUntilCommit } from './sql';
import { now } from './table';

/** Confidence of a match by e-mail address and by name alone. */
const BY_EMAIL = 95;
const BY_NAME = 75;

export class AdminImportStore implements ImportStore {
  constructor(
    private readonly source: DataSource,
    private readonly claims: EventTypeClaims,
  ) {}

  apply(companyId: TenantId, plan: ImportPlan): Promise<{ services: ImportedService[]; hosts: HostOutcome[] }> {
    return inTransaction(this.source, async (sql, manager) => {
      // Two imports at once would both create the same staff.
      await lockUntilCommit(sql, `import of ${companyId}`);
      const hosts: HostOutcome[] = [];
      const own = await ownEventTypes(this.claims, manager, companyId, plan.eventTypes);
      const taking = new Set(own.flatMap((eventType) => eventType.hosts.map(({ userId }) => userId)));
      for (const host of plan.hosts.filter(({ userId }) => taking.has(userId)))
        hosts.push(await upsertHost(manager, companyId, plan.branchId, host));
      if (plan.goneServiceIds.length > 0)
        await manager.update(ServiceEntity, { companyId, id: In(plan.goneServiceIds) }, { isActive: false });
      const services: ImportedService[] = [];
      for (const eventType of own) services.push(await upsertService(manager, companyId, plan.branchId, eventType));
      return { services, hosts };
    });
  }
}

/** Those that no other company owns; of the disputed ones those that this company offers already. */
async function ownEventTypes(
  claims: EventTypeClaims,
  manager: EntityManager,
  companyId: TenantId,
  found: ImportableEventType[],
): Promise<ImportableEventType[]> {
  const offered = new Set(
    (await manager.findBy(ServiceEntity, { companyId })).map(({ calcomEventTypeId }) => calcomEventTypeId),
  );
  const claim = (disputed: 'usable' | 'refused'): Promise<number[]> => {
    const claimed = found.filter(({ id }) => offered.has(id) === (disputed === 'usable'));
    const ids = claimed.map(({ id }) => id);
    return claims.claim(manager, companyId, ids, disputed);
  };
  const foreign = new Set([...(await claim('usable')), ...(await claim('refused'))]);
  return found.filter(({ id }) => !foreign.has(id));
}

async function upsertHost(
  manager: EntityManager,
  companyId: TenantId,
  branchId: string | null,
  host: ImportedHost,
): Promise<HostOutcome> {
  const described = { host_id: host.userId, name: host.name };
  const mappings = manager.getRepository(CalcomHostMappingEntity);
  const named = { calcomName: host.name, calcomEmail: host.email, lastSyncedAt: now };
  const known = await mappings.findOneBy({ companyId, calcomHostId: host.userId });
  if (known) {
    await mappings.update({ companyId, id: known.id }, { ...named, teamId: host.teamId ?? known.teamId });
    return { ...described, staff_id: known.staffId, outcome: 'known' };
  }
  const match = await matchingStaff(manager, companyId, host);
  const staffId = match?.id ?? (await insertStaff(manager, companyId, branchId, host));
  const { source: mappingSource, confidence } = match ?? { source: 'import' as const, confidence: 100 };
  await mappings.insert({
    ...{ companyId, staffId, calcomHostId: host.userId, teamId: host.teamId },
    ...{ ...named, mappingSource, confidence },
  });
  return { ...described, staff_id: staffId, outcome: match ? 'matched' : 'created' };
}

interface StaffMatch {
  id: string;
  source: 'auto_email' | 'auto_name';
  confidence: number;
}

/** A member of staff without a host who has this address, else the only one of this name. */
async function matchingStaff(
  manager: EntityManager,
  companyId: TenantId,
  host: ImportedHost,
): Promise<StaffMatch | null> {
  const free = manager
    .createQueryBuilder(StaffEntity, 't')
    // SQL: the mapping has the relation to its staff, not the staff; and only an active one counts.
    .leftJoin(CalcomHostMappingEntity, 'm', 'm.companyId = t.companyId and m.staffId = t.id and m.isActive')
    .where({ companyId, isActive: true })
    .andWhere('m.id is null')
    .orderBy('t.createdAt');
  const byEmail = await free.clone().andWhere('lower(t.email) = lower(:email)', { email: host.email }).getOne();
  if (byEmail) return { id: byEmail.id, source: 'auto_email', confidence: BY_EMAIL };
  const byName = await free.clone().andWhere('lower(t.name) = lower(:name)', { name: host.name }).limit(2).getMany();
  const only = byName.length === 1 ? byName[0] : undefined;
  return only ? { id: only.id, source: 'auto_name', confidence: BY_NAME } : null;
}

async function insertStaff(
  manager: EntityManager,
  companyId: TenantId,
  branchId: string | null,
  { name, email }: ImportedHost,
): Promise<string> {
  const person = { companyId, branchId, name, email: email === '' ? null : email };
  return idOf(await manager.insert(StaffEntity, person));
}

/** What Cal.com decides is taken over each time; the name, the price and whether it is offered stay the operator's. */
async function upsertService(
  manager: EntityManager,
  companyId: TenantId,
  branchId: string | null,
  eventType: ImportableEventType,
): Promise<ImportedService> {
  const ofEventType = { companyId, calcomEventTypeId: eventType.id };
  const hosts = new Set(eventType.hosts.map((host) => host.userId));
  await manager.delete(CalcomEventTypeHostEntity, ofEventType);
  await manager.insert(
    CalcomEventTypeHostEntity,
    [...hosts].map((calcomHostId) => ({ ...ofEventType, calcomHostId })),
  );
  const facts = {
    durationMinutes: eventType.lengthMinutes,
    bufferBeforeMinutes: eventType.bufferBeforeMinutes,
    bufferAfterMinutes: eventType.bufferAfterMinutes,
    minimumNoticeMinutes: eventType.minimumNoticeMinutes,
    calcomTeamId: eventType.teamId,
    schedulingType: eventType.schedulingType,
    seats: eventType.seats,
    requiresConfirmation: eventType.requiresConfirmation,
    phoneOnly: eventType.phoneEnabled && !eventType.emailRequired,
    calcomSettings: settingsOf(eventType),
    calcomSyncedAt: now,
  };
  const services = manager.getRepository(ServiceEntity);
  const known = await services.findOne({ where: ofEventType, order: { createdAt: 'ASC' } });
  if (known) {
    await services.update(ofEventType, facts);
    return { event_type_id: eventType.id, service_id: known.id, outcome: 'updated' };
  }
  const { title: name, hidden } = eventType;
  const price = eventType.price === null ? null : String(eventType.price);
  const made = await services.insert({ ...ofEventType, ...facts, branchId, name, price, isActive: !hidden });
  return { event_type_id: eventType.id, service_id: idOf(made), outcome: 'created' };
}
