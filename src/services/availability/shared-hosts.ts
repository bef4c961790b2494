import type { Service, TenantId } from '../../domain';
import { LastKnown, TENANT_LIFE_MS } from '../tenants/last-known';
import type { AffectedEventType, SharedHostIndex } from './ports';

export type BookableEventType = Pick<
  Service,
  | 'calcomEventTypeId'
  | 'calcomTeamId'
  | 'durationMinutes'
  | 'bufferBeforeMinutes'
  | 'bufferAfterMinutes'
  | 'hostIds'
  | 'schedulingType'
  | 'seats'
>;

/**
 * Which event types of a company share a host. In memory, because every acknowledgement of a booking waits for it; read
 * again when the company changes.
 */
export class CompanyHostIndex implements SharedHostIndex {
  readonly #known: LastKnown<BookableEventType[]>;

  constructor(
    private readonly deps: {
      companies: { services(companyId: TenantId): Promise<BookableEventType[]> };
      nowMs: () => number;
    },
  ) {
    this.#known = new LastKnown({ nowMs: deps.nowMs, lifeMs: TENANT_LIFE_MS });
  }

  forget(companyId: TenantId): void {
    this.#known.delete(companyId);
  }

  async eventTypesSharingHosts(
    companyId: TenantId,
    eventTypeId: number,
    hostId: number | null,
  ): Promise<AffectedEventType[]> {
    const services = await this.#known.get(companyId, () => this.deps.companies.services(companyId));
    const booked = services.filter((service) => service.calcomEventTypeId === eventTypeId);
    // A host that no service names (the import is older than the team) may be any member of the team.
    const named = hostId !== null && services.some((service) => service.hostIds.includes(hostId));
    const hosts = new Set(named ? [hostId] : booked.flatMap((service) => service.hostIds));
    const teams = new Set(named ? [] : booked.flatMap((service) => service.calcomTeamId ?? []));
    return services
      .filter(
        (service) =>
          service.calcomEventTypeId === eventTypeId ||
          service.hostIds.some((id) => hosts.has(id)) ||
          (service.calcomTeamId !== null && teams.has(service.calcomTeamId)),
      )
      .map((service) => ({
        eventTypeId: service.calcomEventTypeId,
        teamId: service.calcomTeamId,
        lengthMinutes: service.durationMinutes,
        bufferBeforeMinutes: service.bufferBeforeMinutes,
        bufferAfterMinutes: service.bufferAfterMinutes,
        mayHaveRoom: mayHaveRoom(service),
      }));
  }
}

/** A collective event type needs all its hosts; a host list that was not imported yet may hold any number. */
function mayHaveRoom({ hostIds, schedulingType, seats }: BookableEventType): boolean {
  return seats > 1 || (schedulingType !== 'collective' && hostIds.length !== 1);
}
