import { demoCompany } from '../../packages/demo-company/src/demo-company';
import { tenantId, type Service } from '../../src/domain';

export function service(name: string, synonyms: string[] = [], eventTypeId = 1): Service {
  return {
    id: `service of ${name}`,
    companyId: tenantId('7b0c8a52-0000-4000-8000-000000000001'),
    branchId: null,
    name,
    synonyms,
    durationMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minimumNoticeMinutes: 0,
    price: null,
    calcomEventTypeId: eventTypeId,
    calcomTeamId: null,
    hostIds: [],
    schedulingType: 'single',
    seats: 1,
    requiresConfirmation: false,
    phoneOnly: false,
    bookingFieldDefaults: {},
    calcomSettings: null,
    isActive: true,
    isDefault: false,
    priority: 0,
    description: null,
  };
}

/** The demo salon as it is seeded. */
export const SALON = demoCompany.services.map((one) => service(one.name, one.synonyms, one.eventTypeId));
/** The same salon whose owner entered no synonyms. */
export const PLAIN_SALON = demoCompany.services.map((one) => service(one.name, [], one.eventTypeId));
export const PHYSIO = [
  'Krankengymnastik',
  'Manuelle Therapie',
  'Lymphdrainage',
  'Klassische Massage',
  'Sportmassage',
  'Erstbefund',
].map((name, at) => service(name, [], 2000 + at));
export const DENTIST = [
  'Kontrolluntersuchung',
  'Professionelle Zahnreinigung',
  'Bleaching',
  'Füllung',
  'Wurzelbehandlung',
  'Beratungsgespräch Implantate',
].map((name, at) => service(name, [], 3000 + at));
