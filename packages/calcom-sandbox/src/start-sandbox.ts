import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BookingChanger } from './bookings/booking-changer';
import { BookingCreator } from './bookings/booking-creator';
import { BookingMover } from './bookings/booking-mover';
import { bookingRoutes } from './bookings/booking-routes';
import { legacyBookingRoutes } from './bookings/legacy-booking-routes';
import { accountRoutes } from './catalogue/account-routes';
import { eventTypeRoutes } from './catalogue/event-type-routes';
import { CONTROL_PREFIX, ControlApi } from './control/control-api';
import { ApiPipeline } from './http/api-pipeline';
import { Authenticator } from './http/authenticator';
import { FaultBook } from './http/fault-book';
import { DEFAULT_RATE_LIMIT, type RateLimit, RateLimiter } from './http/rate-limiter';
import { RequestLedger } from './http/request-ledger';
import { Router } from './http/router';
import { LatencyModel } from './latency';
import { SandboxClock, systemTime, type TimeSource } from './sandbox-clock';
import { SeededRandom } from './seeded-random';
import { reservationRoutes } from './slots/reservation-routes';
import { Reservations } from './slots/reservations';
import { SlotListing } from './slots/slot-listing';
import { slotRoutes } from './slots/slot-routes';
import { BookingAnnouncer } from './webhooks/booking-announcer';
import { webhookRoutes } from './webhooks/webhook-routes';
import { WebhookSender } from './webhooks/webhook-sender';
import { type BehaviourInput } from './world/behaviour';
import { DEMO_API_KEY, demoWorld } from './world/demo-world';
import { World } from './world/world';
import { WorldFile } from './world/world-file';
import { type WorldInput } from './world/world-spec';

const KEEP_ALIVE_MS = 65_000;
const MEETING_CHECK_EVERY_MS = 1_000;
const MAX_SEED = 2 ** 32;

export interface SandboxOptions {
  /** Default 0: any free port. */
  port?: number | undefined;
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** 1 waits like the hosted service, 0 (default) not at all. */
  latencyScale?: number | undefined;
  /** Makes latencies, identifiers and fault rolls reproducible. Default: different at every start. */
  seed?: number | undefined;
  /** Default: the machine's clock. The control API shifts or stops it on top. */
  clock?: TimeSource;
  /** Default: `demoWorld()`. A world without `apiKeys` accepts the demo key for its first user. */
  world?: WorldInput;
  behaviour?: BehaviourInput;
  /** Further accepted keys; they belong to the world's first user. */
  apiKeys?: readonly string[];
  /** Default 120 per 60 s with a block of 60 s; `off` never refuses. */
  rateLimit?: Partial<RateLimit> | 'off' | undefined;
  /** Keeps bookings, holds and webhooks over a restart. Default: nothing is kept. */
  stateFile?: string | undefined;
  /** Told about bugs of the sandbox itself; the caller only sees a 500. Default: the process's error stream. */
  onUnexpectedError?: (error: unknown) => void;
}

export interface Sandbox {
  /** Base address as a client is configured with it, ends in `/v2`. */
  url: string;
  controlUrl: string;
  port: number;
  world: World;
  clock: SandboxClock;
  latency: LatencyModel;
  limiter: RateLimiter;
  faults: FaultBook;
  ledger: RequestLedger;
  webhooks: WebhookSender;
  /** Cuts all connections; idempotent. */
  stop(): Promise<void>;
}

function reportUnexpected(error: unknown): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function initialWorld(options: SandboxOptions): WorldInput {
  const world = options.world ?? demoWorld();
  const userId = world.users[0]?.id ?? 0;
  const known = world.apiKeys ?? [{ key: DEMO_API_KEY, userId }];
  const added = (options.apiKeys ?? []).map((key) => ({ key, userId }));
  return { ...world, apiKeys: [...known, ...added] };
}

/** Starts a Cal.com API v2 of one's own. Rejects when the port is taken or the world is not valid. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const clock = new SandboxClock(options.clock ?? systemTime);
  const random = new SeededRandom(options.seed ?? randomInt(MAX_SEED));
  const startWorld = initialWorld(options);
  const world = new World(startWorld, random, options.behaviour);
  const latencyScale = options.latencyScale ?? 0;
  const latency = new LatencyModel(random, latencyScale);
  const rateLimit = { ...DEFAULT_RATE_LIMIT, ...(options.rateLimit === 'off' ? {} : options.rateLimit) };
  const limiter = new RateLimiter(clock, rateLimit);
  limiter.enabled = options.rateLimit !== 'off';
  const ledger = new RequestLedger(clock);
  const faults = new FaultBook(random);
  const sender = new WebhookSender({ clock, random });
  const announcer = new BookingAnnouncer({ world, clock, sender });
  const announce = announcer.announce.bind(announcer);
  const listing = new SlotListing(world, clock);
  const bookings = {
    world,
    clock,
    creator: new BookingCreator({ world, clock, announce }),
    mover: new BookingMover({ world, clock, announce }),
    changer: new BookingChanger({ world, clock, announce }),
  };
  const pipeline = new ApiPipeline({
    clock,
    world,
    limiter,
    faults,
    ledger,
    latency,
    authenticator: new Authenticator(world, clock),
    onUnexpectedError: options.onUnexpectedError ?? reportUnexpected,
    router: new Router([
      ...slotRoutes(listing),
      ...reservationRoutes(new Reservations(world, clock)),
      ...bookingRoutes(bookings),
      ...legacyBookingRoutes(bookings),
      ...eventTypeRoutes(world),
      ...accountRoutes(world),
      ...webhookRoutes(world),
    ]),
  });
  const initial = { world: startWorld, latencyScale, rateLimit, rateLimited: limiter.enabled };
  const control = new ControlApi({
    world, clock, latency, limiter, faults, ledger, listing, sender, announcer, initial,
  }); // prettier-ignore

  const file = options.stateFile === undefined ? undefined : new WorldFile(options.stateFile, world);
  file?.load();

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const isControl = request.url?.startsWith(`${CONTROL_PREFIX}/`) ?? false;
    void (isControl ? control : pipeline).handle(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, options.port ?? 0, host);
  file?.start();
  const meetingTimer = setInterval(() => announcer.announceMeetings(), MEETING_CHECK_EVERY_MS);
  meetingTimer.unref();

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= new Promise((resolve) => {
      clearInterval(meetingTimer);
      server.close(() => {
        file?.stop();
        resolve();
      });
      server.closeAllConnections();
    });
    return stopping;
  };
  const authority = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url: `${authority}/v2`,
    controlUrl: `${authority}${CONTROL_PREFIX}`,
    port,
    world,
    clock,
    latency,
    limiter,
    faults,
    ledger,
    webhooks: sender,
    stop,
  };
}
