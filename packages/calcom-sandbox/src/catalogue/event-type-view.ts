import { type World } from '../world/world';
import { type BookingField, type EventLocation, type EventType } from '../world/world-spec';

const DEFAULT_FIELD_TYPES = new Set(['name', 'email', 'title', 'notes', 'guests', 'location', 'rescheduleReason']);
const SITE = 'https://cal.com';

function fieldView(field: BookingField): Record<string, unknown> {
  const { slug, type, label, placeholder, required, hidden, options } = field;
  const isDefault = DEFAULT_FIELD_TYPES.has(type);
  return {
    isDefault,
    type: type === 'notes' ? 'textarea' : type === 'title' || type === 'rescheduleReason' ? 'text' : type,
    slug,
    label,
    placeholder,
    required,
    hidden,
    ...(options && { options }),
  };
}

/** The two fields that every event type has, unless the world configures them otherwise. */
function bookingFields(eventType: EventType): Record<string, unknown>[] {
  const configured = new Set(eventType.bookingFields.map((field) => field.slug));
  const standard: BookingField[] = [
    { slug: 'name', type: 'name', label: 'your_name', placeholder: '', required: true, hidden: false },
    { slug: 'email', type: 'email', label: 'email_address', placeholder: '', required: true, hidden: false },
  ];
  return [...standard.filter((field) => !configured.has(field.slug)), ...eventType.bookingFields].map(fieldView);
}

const locationView = (location: EventLocation): Record<string, unknown> => ({ ...location });

function confirmationView(eventType: EventType): Record<string, unknown> {
  const policy = eventType.confirmationPolicy;
  if (!policy) return { disabled: true };
  return {
    type: policy.type,
    ...(policy.type === 'time' && { noticeThreshold: { unit: 'minutes', count: policy.noticeThresholdMinutes } }),
    blockUnconfirmedBookingsInBooker: policy.blockUnconfirmedBookingsInBooker,
  };
}

function commonView(eventType: EventType): Record<string, unknown> {
  return {
    id: eventType.id,
    lengthInMinutes: eventType.lengthInMinutes,
    ...(eventType.lengthInMinutesOptions && { lengthInMinutesOptions: eventType.lengthInMinutesOptions }),
    title: eventType.title,
    slug: eventType.slug,
    description: eventType.description,
    locations: eventType.locations.map(locationView),
    bookingFields: bookingFields(eventType),
    disableGuests: eventType.disableGuests,
    slotInterval: eventType.slotInterval,
    minimumBookingNotice: eventType.minimumBookingNotice,
    beforeEventBuffer: eventType.beforeEventBuffer,
    afterEventBuffer: eventType.afterEventBuffer,
    recurrence: eventType.recurrence,
    metadata: eventType.metadata,
    price: eventType.price,
    currency: eventType.currency,
    lockTimeZoneToggleOnBookingPage: false,
    forwardParamsSuccessRedirect: null,
    successRedirectUrl: null,
    isInstantEvent: false,
    seatsPerTimeSlot: null,
    seats: { disabled: true },
    scheduleId: eventType.scheduleId,
    bookingLimitsCount: eventType.bookingLimitsCount ?? { disabled: true },
    bookingLimitsDuration: eventType.bookingLimitsDuration ?? { disabled: true },
    bookerActiveBookingsLimit: eventType.bookerActiveBookingsLimit ?? { disabled: true },
    onlyShowFirstAvailableSlot: eventType.onlyShowFirstAvailableSlot,
    bookingWindow: eventType.bookingWindow ?? { disabled: true },
    confirmationPolicy: confirmationView(eventType),
    requiresBookerEmailVerification: false,
    offsetStart: eventType.offsetStart,
    hidden: eventType.hidden,
    bookingRequiresAuthentication: eventType.bookingRequiresAuthentication,
    disableCancelling: { disabled: eventType.disableCancelling },
    disableRescheduling: {
      disabled: eventType.disableRescheduling,
      ...(eventType.minimumRescheduleNotice > 0 && { minutesBefore: eventType.minimumRescheduleNotice }),
    },
  };
}

function userEventTypeView(world: World, eventType: EventType, ownerId: number): Record<string, unknown> {
  const owner = world.users.get(ownerId);
  return {
    ...commonView(eventType),
    ownerId,
    users: owner
      ? [
          {
            id: owner.id,
            name: owner.name,
            username: owner.username,
            avatarUrl: owner.avatarUrl,
            weekStart: owner.weekStart,
            brandColor: null,
            darkBrandColor: null,
            metadata: {},
          },
        ]
      : [],
    bookingUrl: `${SITE}/${owner?.username ?? ownerId}/${eventType.slug}`,
  };
}

function teamEventTypeView(world: World, eventType: EventType, teamId: number): Record<string, unknown> {
  const team = world.teams.get(teamId);
  return {
    ...commonView(eventType),
    ownerId: null,
    teamId,
    parentEventTypeId: null,
    schedulingType: eventType.schedulingType,
    rrHostSubsetEnabled: eventType.rrHostSubsetEnabled,
    hosts: eventType.hosts.map((host) => {
      const user = world.users.get(host.userId);
      return {
        userId: host.userId,
        name: user?.name ?? '',
        username: user?.username ?? '',
        avatarUrl: user?.avatarUrl ?? null,
        mandatory: host.mandatory,
        priority: host.priority,
      };
    }),
    assignAllTeamMembers: false,
    rescheduleWithSameRoundRobinHost: eventType.rescheduleWithSameRoundRobinHost,
    team: {
      id: teamId,
      slug: team?.slug ?? '',
      name: team?.name ?? '',
      bannerUrl: null,
      logoUrl: null,
      weekStart: team?.weekStart ?? 'Monday',
      brandColor: null,
      darkBrandColor: null,
      theme: null,
    },
    bookingUrl: `${SITE}/team/${team?.slug ?? teamId}/${eventType.slug}`,
  };
}

/** The event type as its owner, a user or a team, publishes it since 2024-06-14. */
export function eventTypeView(world: World, eventType: EventType): Record<string, unknown> {
  if (eventType.teamId !== null) return teamEventTypeView(world, eventType, eventType.teamId);
  return userEventTypeView(world, eventType, eventType.ownerId ?? 0);
}

/** The few fields of the first generation. */
export const legacyEventTypeView = (eventType: EventType): Record<string, unknown> => ({
  id: eventType.id,
  title: eventType.title,
  slug: eventType.slug,
  length: eventType.lengthInMinutes,
  hidden: eventType.hidden,
  description: eventType.description,
});
