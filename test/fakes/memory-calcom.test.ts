import { describeBookingUpstream } from '../contracts/booking-upstream.contract';
import { MemoryCalcom } from './memory-calcom';

let nowMs = Date.parse('2027-06-07T06:00:00Z');

describeBookingUpstream('memory', async () => ({
  upstream: new MemoryCalcom({ minutes: { 1001: 30 }, hostIds: [501, 502], nowMs: () => nowMs }),
  eventTypeId: 1001,
  hostIds: [501, 502],
  startAt: new Date(nowMs + 26 * 3_600_000),
  pass: (ms) => void (nowMs += ms),
}));
