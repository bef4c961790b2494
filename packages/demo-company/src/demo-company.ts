import type { WeeklyHours } from '../domain';

export const DEMO_SLUG = 'salon-sonnenschein';

const SHOP_DAY = [{ open: '09:00', close: '18:00' }];

/** The company that a fresh installation can be tried with; the Cal.com sandbox knows the same people and services. */
export const demoCompany = {
  name: 'Salon Sonnenschein',
  slug: DEMO_SLUG,
  timeZone: 'Europe/Berlin',
  language: 'de',
  calcomTeamId: 10,
  number: '+493012345678',
  agentId: 'agent_demo',
  branch: 'Sonnenallee',
  hours: {
    1: SHOP_DAY,
    2: SHOP_DAY,
    3: SHOP_DAY,
    4: SHOP_DAY,
    5: SHOP_DAY,
    6: [{ open: '09:00', close: '14:00' }],
  } satisfies WeeklyHours,
  staff: [
    { name: 'Anna Sommer', email: 'anna@salon-sonnenschein.example', calcomUserId: 501 },
    { name: 'Ben Winter', email: 'ben@salon-sonnenschein.example', calcomUserId: 502 },
  ],
  minimumNoticeMinutes: 60,
  services: [
    {
      name: 'Herrenhaarschnitt',
      durationMinutes: 30,
      price: 32,
      eventTypeId: 1001,
      synonyms: [
        'Männerhaarschnitt',
        'Haarschnitt für Männer',
        'Haarschnitt für Herren',
        'Herrenschnitt',
        'Haare schneiden Herren',
        "men's haircut",
        'mens haircut',
        'haircut for men',
        "gentlemen's haircut",
        "men's cut",
      ],
    },
    {
      name: 'Damenhaarschnitt',
      durationMinutes: 60,
      price: 58,
      eventTypeId: 1002,
      synonyms: [
        'Frauenhaarschnitt',
        'Haarschnitt für Frauen',
        'Haarschnitt für Damen',
        'Damenschnitt',
        'Haare schneiden Damen',
        "women's haircut",
        'womens haircut',
        'haircut for women',
        "ladies' haircut",
        'ladies cut',
      ],
    },
    {
      name: 'Färben',
      durationMinutes: 90,
      price: 95,
      eventTypeId: 1003,
      synonyms: [
        'Haare färben',
        'Haarfarbe',
        'Farbe',
        'Färbung',
        'Tönung',
        'Ansatz färben',
        'colouring',
        'coloring',
        'hair colour',
        'hair color',
        'hair dye',
      ],
    },
    {
      name: 'Bartpflege',
      durationMinutes: 15,
      price: 18,
      eventTypeId: 1004,
      synonyms: [
        'Bart trimmen',
        'Bart schneiden',
        'Bartschnitt',
        'Bart stutzen',
        'Rasur',
        'beard trim',
        'beard care',
        'beard grooming',
      ],
    },
  ],
};
