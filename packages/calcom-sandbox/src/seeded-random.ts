/** Base58 as Bitcoin writes it: no 0, O, I or l. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BOOKING_UID_LENGTH = 22;

/** A small reproducible generator (mulberry32): the same seed gives the same latencies, identifiers and fault rolls. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  integerBelow(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  bookingUid(): string {
    let uid = '';
    while (uid.length < BOOKING_UID_LENGTH) uid += BASE58.charAt(this.integerBelow(BASE58.length));
    return uid;
  }

  uuid(): string {
    const bytes = Array.from({ length: 16 }, () => this.integerBelow(256));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }
}
