import { type WorldInput } from './world-spec';

export const DEMO_API_KEY = 'cal_sandbox_demo';

const ZONE = 'Europe/Berlin';
const SHOP_HOURS = [
  { days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'], startTime: '09:00', endTime: '18:00' },
  { days: ['Saturday'], startTime: '09:00', endTime: '14:00' },
] satisfies WorldInput['schedules'][number]['availability'];

const SERVICES = [
  { id: 1001, title: 'Herrenhaarschnitt', slug: 'herrenhaarschnitt', lengthInMinutes: 30 },
  { id: 1002, title: 'Damenhaarschnitt', slug: 'damenhaarschnitt', lengthInMinutes: 60 },
  { id: 1003, title: 'Färben', slug: 'faerben', lengthInMinutes: 90 },
  { id: 1004, title: 'Bartpflege', slug: 'bartpflege', lengthInMinutes: 15 },
];

/**
 * Salon Sonnenschein: team 10 in Europe/Berlin with Anna (user 501, owner, holder of the demo key) and Ben (502),
 * both Monday to Friday 09–18 and Saturday 09–14. Four round-robin event types over both, phone-only bookable, that let
 * the booker choose the host:
 * 1001 Herrenhaarschnitt 30 min, 1002 Damenhaarschnitt 60, 1003 Färben 90, 1004 Bartpflege 15.
 */
export function demoWorld(): WorldInput {
  return {
    users: [
      {
        id: 501,
        username: 'anna',
        name: 'Anna Sommer',
        email: 'anna@salon-sonnenschein.example',
        defaultScheduleId: 701,
      },
      { id: 502, username: 'ben', name: 'Ben Winter', email: 'ben@salon-sonnenschein.example', defaultScheduleId: 702 },
    ],
    schedules: [
      { id: 701, ownerId: 501, timeZone: ZONE, availability: SHOP_HOURS },
      { id: 702, ownerId: 502, timeZone: ZONE, availability: SHOP_HOURS },
    ],
    teams: [
      {
        id: 10,
        name: 'Salon Sonnenschein',
        slug: 'salon-sonnenschein',
        members: [
          { id: 801, userId: 501, role: 'OWNER' },
          { id: 802, userId: 502, role: 'MEMBER' },
        ],
      },
    ],
    eventTypes: SERVICES.map((service) => ({
      ...service,
      description: '',
      teamId: 10,
      schedulingType: 'roundRobin' as const,
      hosts: [{ userId: 501 }, { userId: 502 }],
      rrHostSubsetEnabled: true,
      slotInterval: service.lengthInMinutes > 30 ? 30 : service.lengthInMinutes,
      minimumBookingNotice: 60,
      bookingWindow: { type: 'calendarDays' as const, value: 90 },
      locations: [{ type: 'address' as const, address: 'Sonnenallee 1, 12045 Berlin' }],
      bookingFields: [
        { slug: 'name', type: 'name' as const, label: 'Name', required: true },
        { slug: 'email', type: 'email' as const, label: 'E-Mail', required: false },
        { slug: 'attendeePhoneNumber', type: 'phone' as const, label: 'Telefon', required: false },
        { slug: 'notes', type: 'notes' as const, label: 'Notizen' },
      ],
    })),
    apiKeys: [{ key: DEMO_API_KEY, userId: 501 }],
    undeliverableEmailDomains: ['invalid'],
  };
}
