import { badRequest } from '../http/api-error';
import { type EventLocation, type EventType } from '../world/world-spec';
import { type LocationInput } from './create-input';

const DEFAULT_LOCATION: EventLocation = { type: 'integration', integration: 'cal-video' };

const videoUrl = (bookingUid: string): string => `https://app.cal.com/video/${bookingUid}`;

function offeredText(location: EventLocation, bookingUid: string): string {
  switch (location.type) {
    case 'address':
      return location.address;
    case 'link':
      return location.link;
    case 'phone':
      return location.phone;
    case 'integration':
    case 'organizersDefaultApp':
      return videoUrl(bookingUid);
    case 'attendeeAddress':
    case 'attendeePhone':
    case 'attendeeDefined':
      return '';
  }
}

function chosenText(chosen: Exclude<LocationInput, string>, offered: EventLocation, bookingUid: string): string {
  switch (chosen.type) {
    case 'attendeeAddress':
      return chosen.address;
    case 'attendeePhone':
      return chosen.phone;
    case 'attendeeDefined':
      return chosen.location;
    default:
      return offeredText(offered, bookingUid);
  }
}

/**
 * Where the appointment takes place. Without a choice it is the event type's first location.
 * @throws ApiError 400 when the event type does not offer the chosen kind of location.
 */
export function resolveLocation(eventType: EventType, chosen: LocationInput | undefined, bookingUid: string): string {
  const offers = eventType.locations.length > 0 ? eventType.locations : [DEFAULT_LOCATION];
  const [first = DEFAULT_LOCATION] = offers;
  if (chosen === undefined) return offeredText(first, bookingUid);
  if (typeof chosen === 'string') return chosen;
  const offered = offers.find(
    (offer) =>
      offer.type === chosen.type &&
      (offer.type !== 'integration' || chosen.type !== 'integration' || offer.integration === chosen.integration),
  );
  if (!offered) {
    const types = offers.map((offer) => offer.type).join(', ');
    throw badRequest(
      `Booking location with type ${chosen.type} not valid for event type with id=${eventType.id}. It has: ${types}`,
    );
  }
  return chosenText(chosen, offered, bookingUid);
}

export const isVideoCall = (location: string): boolean => location.startsWith('https://app.cal.com/video/');
