import type { Slots } from './upstream';

/** What every peer has to be able to do; Express in front of it is the same for all. */
export interface Peer {
  slots(eventTypeId: number, start: string, end: string): Promise<Slots>;
  book(eventTypeId: number, start: string): Promise<void>;
}
