import { ask, tally, type Heard, type Report } from '../support/caller';
import type { Cast } from './cast';
import type { Start } from './stock';

interface SandboxBooking {
  status: string;
  start: string;
  eventTypeId: number;
  metadata: Record<string, string>;
}

async function standingAt(cast: Cast, start: Start): Promise<SandboxBooking[]> {
  const all = (await cast.rig.fleet.control('/bookings')) as SandboxBooking[];
  return all.filter(
    (one) =>
      one.status === 'accepted' &&
      one.eventTypeId === start.service.eventTypeId &&
      Date.parse(one.start) === start.atMs,
  );
}

/**
 * Connections are made and code is compiled, as in daily business: the wires of this harness are in the callers' own
 * process, and while it is busy Postgres is silent for the gateways.
 */
async function warmUp({ rig, stock }: Cast, callers: number): Promise<void> {
  const { service, date } = stock.take(stock.singles);
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      Array.from({ length: callers }, (_, index) =>
        ask(rig.fleet.urls[index % rig.fleet.urls.length] ?? '', 'check_availability', {
          service_id: service.id,
          desired_date: date,
        }),
      ),
    );
  }
}

/** Fifty callers want the same start of one host, over all processes. */
export async function crowdAtOneStart(cast: Cast, report: Report, callers = 50): Promise<void> {
  const { rig, stock } = cast;
  for (const [kind, services, places] of [
    ['one host', stock.alone, 1],
    ['a pair of hosts', stock.pairs, 2],
  ] as const) {
    const start = stock.take(services);
    await warmUp(cast, callers);
    const heard = await Promise.all(
      Array.from({ length: callers }, (_, index) =>
        ask(
          rig.fleet.urls[index % rig.fleet.urls.length] ?? '',
          'create_booking',
          {
            service_id: start.service.id,
            desired_date: start.date,
            desired_time: start.time,
            customer_name: 'Erika Beispiel',
          },
          { from_number: `+49301${String(cast.random.below(10_000_000)).padStart(7, '0')}` },
        ),
      ),
    );
    const booked = heard.filter((one) => one.body.status === 'booked').length;
    const offered = heard.filter(
      (one) =>
        one.body.status === 'slot_taken' && Array.isArray(one.body.alternatives) && one.body.alternatives.length > 0,
    ).length;
    const standing = (await standingAt(cast, start)).length;
    report.check(
      `${callers} callers for one start, ${kind}, ${rig.fleet.urls.length} processes: booked / heard alternatives / bookings`,
      `${booked} / ${offered} / ${standing}`,
      `${places} / ${callers - places} / ${places}`,
      booked === places && offered === callers - places && standing === places,
    );
    if (booked + offered !== callers) report.note(tally(heard));
  }
}

/** One wish, asked many times over: the same and new tool calls, out of order, at once, after a hang-up, anywhere. */
export async function retryStorm(cast: Cast, report: Report, storms: number): Promise<void> {
  const { rig, stock, random } = cast;
  let doubled = 0;
  let different = 0;
  let unbooked = 0;
  for (let storm = 0; storm < storms; storm++) {
    const start = stock.take(random.next() < 0.5 ? stock.alone : stock.pairs);
    const args = {
      service_id: start.service.id,
      desired_date: start.date,
      desired_time: start.time,
      customer_name: 'Erika Beispiel',
    };
    const call = {
      call_id: `call_${random.hex(28)}`,
      from_number: `+49301${String(random.below(10_000_000)).padStart(7, '0')}`,
    };
    const once = (toolCallId: string, patienceMs: number): Promise<Heard | null> =>
      ask(random.of(rig.fleet.urls), 'create_booking', args, { ...call, tool_call_id: toolCallId }, patienceMs).catch(
        () => null,
      );
    // The first callers hang up before any answer can come.
    await Promise.all([once('tc_1', 5), once('tc_1', 20), once('tc_2', 30)]);
    const heard = await Promise.all(
      random.shuffled(['tc_1', 'tc_2', 'tc_3', 'tc_1', 'tc_4', 'tc_2', 'tc_3', 'tc_1']).map((id) => once(id, 8000)),
    );
    const late = await once('tc_1', 8000);
    const standing = await standingAt(cast, start);
    if (standing.length > 1) doubled++;
    if (standing.length === 0) {
      unbooked++;
      report.note(`a storm without a booking: ${tally([...heard, late].filter((one): one is Heard => one !== null))}`);
    }
    const ids = new Set([...heard, late].map((one) => one?.body.booking_uid ?? one?.body.status));
    if (ids.size > 1) {
      different++;
      report.note(`answers of a storm: ${tally([...heard, late].filter((one): one is Heard => one !== null))}`);
    }
  }
  report.check(
    `${storms} retry storms: doubled / without booking`,
    `${doubled} / ${unbooked}`,
    '0 / 0',
    doubled + unbooked === 0,
  );
  report.check(`${storms} retry storms: with different answers`, different, '0', different === 0);
}

/** A tool call that comes again with other words is not the same request and must not book a second time. */
export async function changedRepeat(cast: Cast, report: Report): Promise<void> {
  const { rig, stock } = cast;
  const [first, second] = [stock.take(stock.alone), stock.take(stock.alone)];
  const call = {
    call_id: `call_${cast.random.hex(28)}`,
    from_number: `+49301${String(cast.random.below(10_000_000)).padStart(7, '0')}`,
    tool_call_id: 'tc_changed',
  };
  const book = (start: Start, url: string | undefined): Promise<Heard> =>
    ask(
      url ?? '',
      'create_booking',
      {
        service_id: start.service.id,
        desired_date: start.date,
        desired_time: start.time,
        customer_name: 'Erika Beispiel',
      },
      call,
    );
  const original = await book(first, rig.fleet.urls[0]);
  const changed = await book(second, rig.fleet.urls.at(-1));
  const standing = [...(await standingAt(cast, first)), ...(await standingAt(cast, second))];
  report.check(
    'the same tool call with another start: answers / bookings',
    `${String(original.body.status)}, then ${String(changed.body.status)} / ${standing.length}`,
    'booked, then not booked / 1',
    original.body.status === 'booked' && changed.body.booked !== true && standing.length === 1,
  );
}
