import type { Appointment, Service } from '../../domain';

/** Recorded reason where Cal.com gave a booking to another host than the one that was required. */
export const OTHER_HOST = 'other_host';

/** Whether Cal.com lists and books single hosts of the event type on request. Only a round robin chooses among hosts. */
export function heedsHostWish({ schedulingType, calcomSettings }: Service): boolean {
  return schedulingType === 'roundRobin' && calcomSettings?.hostSubsetEnabled !== false;
}

/** Whether Cal.com, as far as it says, alone decides which of several hosts serves a booking. */
export function isHostLeftToCalcom({ schedulingType, hostIds, calcomSettings }: Service): boolean {
  if (schedulingType !== 'roundRobin' || hostIds.length === 1 || calcomSettings === null) return false;
  return calcomSettings.hostSubsetEnabled !== true;
}

/** Whether the person asked for serves the appointment; null without a wish, and while the host is not known. */
export function isWishHonoured(
  { wishedHostId, calcomHostId }: Pick<Appointment, 'wishedHostId' | 'calcomHostId'>,
  service: Pick<Service, 'schedulingType'> | null,
): boolean | null {
  if (wishedHostId === null || calcomHostId === null) return null;
  // Every host of a collective event type takes part; Cal.com names one of them first.
  return service?.schedulingType === 'collective' || calcomHostId === wishedHostId;
}
