import type { Peer } from './peer';
import type { Upstream } from './upstream';

/** One request to Cal.com for every question. In front of nginx it is the application beside that cache. */
export function createDirect(upstream: Upstream): Peer {
  return {
    slots: (eventTypeId, start, end) => upstream.slots(eventTypeId, start, end),
    book: (eventTypeId, start) => upstream.book(eventTypeId, start),
  };
}
