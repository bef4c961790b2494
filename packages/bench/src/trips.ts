import { median, run } from './support/caller';
import { counted, ordered, recordTrips, type OrderedTrip, type ServedRequest } from './support/trips';

/**
 * The round trips of one known answer, one that needs Cal.com, and one booking with the webhook that tells of it: to
 * Redis, PostgreSQL and Cal.com, in their order, which waited for which, and how many came one after the other.
 * `npm run bench -- trips [short]`
 */
const ROUNDS = process.argv.includes('short') ? 3 : 20;

const tookMs = ({ beganMs, endedMs }: ServedRequest): number => (endedMs ?? Number.NaN) - beganMs;

function lineOf(
  { to, what, more, beganMs, endedMs, after, isBehind }: OrderedTrip,
  number: number,
  fromMs: number,
): string {
  const at = (ms: number | null): string => (ms === null ? '…' : (ms - fromMs).toFixed(2).padStart(6));
  const notes = [
    ...(more > 0 ? [`and ${more} more with it`] : []),
    ...(after > 0 ? [`after ${after}`] : []),
    ...(isBehind ? ['behind the answer'] : []),
  ];
  const order = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  return `${String(number).padStart(2)}: ${at(beganMs)} to ${at(endedMs)} ms, ${to}: ${what}${order}`;
}

run(async (report) => {
  for (const { way, requests } of await recordTrips(ROUNDS)) {
    for (const path of new Set(requests.map((request) => request.path))) {
      const same = requests.filter((request) => request.path === path);
      const ms = median(same.map(tookMs));
      const typical = same.find((request) => tookMs(request) === ms);
      if (!typical) throw new Error(`${path} was not answered`);
      const all = median(same.map((request) => counted(request).all));
      const inARow = median(same.map((request) => counted(request).inARow));
      const subject = `${way}, ${path}`;
      report.check(`${subject}: round trips, in a row, p50`, `${all}, ${inARow}, ${ms.toFixed(2)} ms`, 'shown', true);
      report.note(`${subject}, in the order of one request:`);
      for (const [index, trip] of ordered(typical).entries()) report.note(lineOf(trip, index + 1, typical.beganMs));
    }
  }
}, 'Trips');
