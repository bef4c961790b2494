import { type World } from '../world/world';
import { type BookingField, type EventLocation, type EventType } from '../world/world-spec';

/** The types under which Cal.com publishes the fields that it makes itself. */
const DEFAULT_FIELD_TYPES: Partial<Record<BookingField['type'], string>> = {
  name: 'name',
  email: 'email',
  location: 'radioInput',
  title: 'text',
  notes: 'textarea',
  guests: 'multiemail',
  rescheduleReason: 'textarea',
};
const SITE = 'https://cal.com';

function fieldView(field: BookingField): Record<string, unknown> {
  const { slug, type, label, placeholder, required, hidden, options } = field;
  const publishedType = DEFAULT_FIELD_TYPES[type];
  const isDefault = publishedType !== undefined;
  const isShown = (text: string): boolean => text !== '' || !isDefault;
  return {
    isDefault,
    type: publishedType ?? type,
    slug,
    required,
    ...(isShown(label) && { label }),
    ...(isShown(placeholder) && { placeholder }),
    ...(type !== 'location' && { disableOnPrefill: false }),
    ...(type !== 'name' && { hidden }),
    ...(options && { options }),
  };
}

const standardField = (slug: BookingField['type'], more: Partial<BookingField> = {}): BookingField => ({
  slug,
  type: slug,
  label: '',
  placeholder: '',
  required: false,
  hidden: false,
  ...more,
});

/** Its own questions stand between the fields that every event type has; the world may configure those otherwise. */
function bookingFields(eventType: EventType): Record<string, unknown>[] {
  const own = eventType.bookingFields;
  const first = [
    standardField('name', { label: 'your_name', required: true }),
    standardField('email', { required: true }),
    standardField('location'),
  ];
  const title = standardField('title', { required: true, hidden: true });
  const last = [
    ...(own.length > 0 ? [title] : []),
    standardField('notes'),
    standardField('guests'),
    standardField('rescheduleReason'),
  ];
  const standard = new Set([...first, ...last].map(({ slug }) => slug));
  const questions = own.filter(({ slug }) => !standard.has(slug));
  const asConfigured = (field: BookingField): BookingField => own.find(({ slug }) => slug === field.slug) ?? field;
  return [...first.map(asConfigured), ...questions, ...last.map(asConfigured)].map(fieldView);
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
    recurrence: eventType.recurrence && { disabled: false, ...eventType.recurrence },
    metadata: eventType.metadata,
    price: eventType.price,
    currency: eventType.currency,
    lockTimeZoneToggleOnBookingPage: false,
    forwardParamsSuccessRedirect: true,
    successRedirectUrl: null,
    isInstantEvent: false,
    seats: { disabled: true },
    scheduleId: eventType.scheduleId,
    ...(eventType.bookingLimitsCount && { bookingLimitsCount: eventType.bookingLimitsCount }),
    ...(eventType.bookingLimitsDuration && { bookingLimitsDuration: eventType.bookingLimitsDuration }),
    bookerActiveBookingsLimit: eventType.bookerActiveBookingsLimit ?? { disabled: true },
    onlyShowFirstAvailableSlot: eventType.onlyShowFirstAvailableSlot,
    bookingWindow: eventType.bookingWindow ?? { disabled: true },
    confirmationPolicy: confirmationView(eventType),
    requiresBookerEmailVerification: false,
    hideCalendarNotes: false,
    useDestinationCalendarEmail: false,
    hideCalendarEventDetails: false,
    hideOrganizerEmail: false,
    calVideoSettings: { sendTranscriptionEmails: true },
    interfaceLanguage: null,
    allowReschedulingPastBookings: false,
    allowReschedulingCancelledBookings: false,
    showOptimizedSlots: false,
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
