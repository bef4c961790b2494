import { describeBookingUpstream } from '../contracts/booking-upstream.contract';
import { MemoryCalcom } from './memory-calcom';

describeBookingUpstream('memory', async () => ({
  upstream: new MemoryCalcom({ minutes: { 1001: 30 }, hostIds: [501, 502], nowMs: () => Date.now() }),
  eventTypeId: 1001,
  hostIds: [501, 502],
  startAt: new Date('2027-06-08T08:00:00Z'),
}));
