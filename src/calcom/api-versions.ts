/** `cal-api-version` per resource, `YYYY-MM-DD` each. */
export interface CalcomVersions {
  slots: string;
  bookings: string;
  eventTypes: string;
}

/** The first version that answers `/slots`, reservations and host subsets; older ones know only `/slots/available`. */
export const CURRENT_SLOTS_VERSION = '2024-09-04';
const FIRST_CURSOR_LIST_VERSION = '2026-05-01';

/** Versions are dates, so text order is time order. */
export const listsSlotsTheOldWay = (version: string): boolean => version < CURRENT_SLOTS_VERSION;

/** From here on the booking list is read by cursor instead of by skipping. */
export const listsByCursor = (version: string): boolean => version >= FIRST_CURSOR_LIST_VERSION;
