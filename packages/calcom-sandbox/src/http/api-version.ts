const API_VERSIONS = [
  '2024-04-15',
  '2024-06-11',
  '2024-06-14',
  '2024-08-13',
  '2024-09-04',
  '2026-02-25',
  '2026-05-01',
  '2026-06-12',
] as const;

export type ApiVersion = (typeof API_VERSIONS)[number];

const FALLBACK: ApiVersion = '2024-04-15';

/** A missing, misspelt or unknown date silently becomes the oldest version. */
export function resolveVersion(header: string | undefined): ApiVersion {
  return API_VERSIONS.find((version) => version === header) ?? FALLBACK;
}

/** Which versions a handler of each resource is registered for. */
export const VERSIONS = {
  slots: ['2024-09-04'],
  legacySlots: ['2024-04-15', '2024-06-11', '2024-06-14', '2024-08-13'],
  bookings: ['2024-08-13', '2026-02-25', '2026-05-01'],
  legacyBookings: ['2024-04-15', '2024-06-11', '2024-06-14'],
  eventTypes: ['2024-06-14', '2026-06-12'],
  legacyEventTypes: ['2024-04-15', '2024-06-11'],
  schedules: ['2024-06-11', '2024-06-14'],
  legacySchedules: ['2024-04-15'],
} satisfies Record<string, readonly ApiVersion[]>;
