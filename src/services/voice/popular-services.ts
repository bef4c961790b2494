import type { Service, TenantId, TenantProfile } from '../../domain';

const LIFE_MS = 600_000;

/** Most booked first; what was not booked yet follows in the company's own order. */
export function popularServices(
  store: { popular(companyId: TenantId, minBookings: number): Promise<{ serviceId: string }[]> },
  nowMs: () => number,
): (profile: TenantProfile) => Promise<Service[]> {
  const known = new Map<string, { order: Promise<string[]>; untilMs: number }>();
  return async (profile) => {
    const { id } = profile.company;
    let entry = known.get(id);
    if (!entry || entry.untilMs < nowMs()) {
      const order = store.popular(id, 1).then((found) => found.map((one) => one.serviceId));
      order.catch(() => known.delete(id));
      entry = { order, untilMs: nowMs() + LIFE_MS };
      known.set(id, entry);
    }
    const order = await entry.order.catch((): string[] => []);
    const rank = (service: Service): number => {
      const place = order.indexOf(service.id);
      return place < 0 ? order.length : place;
    };
    return profile.services.filter((service) => service.isActive).sort((a, b) => rank(a) - rank(b));
  };
}
