import { ask, sleep, weekday, type Heard, type Report } from '../support/caller';
import type { Fleet } from '../support/fleet';
import { offersOf } from '../support/offers';
import { slotFault } from '../support/sandbox-ledger';
import type { BenchService } from '../support/workload';

const OFFSETS = 10;
/** How long the listing that Cal.com made before the booking is under way. */
const FLIGHT_MS = 2000;
/** The last booking begins so long after the listing; what remains is for it to be acknowledged. */
const LAST_OFFSET_MS = 1000;
const BOOKED = '11:00';

interface Raced {
  service: BenchService;
  date: string;
  booked: boolean;
  /** The flight ended only after the booking was acknowledged. */
  overtaken: boolean;
}

/** All the ways to learn that the booked start is free: asked for it, for its day, for something near it. */
function looks(fleet: Fleet, { service, date }: Pick<Raced, 'service' | 'date'>): Promise<Heard[]> {
  const args = { service_id: service.id, desired_date: date };
  return Promise.all(
    fleet.urls.flatMap((url) => [
      ask(url, 'check_availability', { ...args, desired_time: BOOKED }),
      ask(url, 'check_availability', args),
      ask(url, 'find_alternatives', { ...args, desired_time: '10:30' }),
    ]),
  );
}

async function offeredIn(fleet: Fleet, raced: Raced): Promise<number> {
  const heard = await looks(fleet, raced);
  return heard.filter((one) => offersOf(one).includes(`${raced.date} ${BOOKED}`)).length;
}

/** A listing that Cal.com made before the booking arrives after it, at ten moments of its way. */
export async function race(
  fleet: Fleet,
  services: readonly BenchService[],
  report: Report,
  laterMs: readonly number[],
): Promise<void> {
  await fleet.control('/latency', { scale: 0.1 });
  const all: Raced[] = [];
  let atOnce = 0;
  let onLanding = 0;
  for (const [index, service] of services.slice(0, OFFSETS).entries()) {
    await slotFault(fleet, { kind: 'slow-body', durationMs: FLIGHT_MS });
    const date = weekday(3);
    let landed = false;
    const question = { service_id: service.id, desired_date: date, desired_time: '15:00' };
    const flight = ask(fleet.urls[0] ?? '', 'check_availability', question).finally(() => (landed = true));
    await sleep((index * LAST_OFFSET_MS) / (OFFSETS - 1));
    const wish = { ...question, desired_time: BOOKED, customer_name: `Bench ${index} Person` };
    const answer = await ask(fleet.urls.at(-1) ?? '', 'create_booking', wish);
    const raced = { service, date, booked: answer.body.status === 'booked', overtaken: !landed };
    all.push(raced);
    atOnce += await offeredIn(fleet, raced);
    await flight;
    await slotFault(fleet, null);
    onLanding += await offeredIn(fleet, raced);
  }
  const booked = all.filter((raced) => raced.booked).length;
  const overtaken = all.filter((raced) => raced.booked && raced.overtaken).length;
  report.check(
    'race: booked while a listing from before was under way',
    `${overtaken} of ${booked}`,
    '>= 8',
    overtaken >= 8,
  );
  report.check('race: offers of the booked start at the acknowledgement', atOnce, '0', atOnce === 0);
  report.check('race: … when the old listing lands', onLanding, '0', onLanding === 0);
  let waitedMs = 0;
  for (const ms of laterMs) {
    await sleep(ms - waitedMs);
    waitedMs = ms;
    let offered = 0;
    for (const raced of all) offered += await offeredIn(fleet, raced);
    report.check(`race: … ${ms / 1000} s later`, offered, '0', offered === 0);
  }
}
