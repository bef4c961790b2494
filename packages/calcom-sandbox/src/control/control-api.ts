import { type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { writeReply } from '../http/reply-writer';
import { readBody } from '../http/request-body';
import { deliveryRulesSpec } from '../webhooks/webhook-sender';
import { behaviourSpec } from '../world/behaviour';
import { clockInput, emitInput, faultsInput, latencyInput, rateLimitInput, resetInput } from './control-input';
import { type ControlDeps, type ControlRoute, UnknownSubjectError } from './control-route';
import { worldRoutes } from './world-control';

export const CONTROL_PREFIX = '/__control';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const DEFAULT_LOGGED = 200;

function clockRoutes({ clock, announcer }: ControlDeps): ControlRoute[] {
  return [
    { method: 'GET', path: '/clock', handle: () => clock.state() },
    {
      method: 'POST',
      path: '/clock',
      handle: ({ body }) => {
        const change = clockInput.parse(body);
        if ('offsetMs' in change) clock.setOffset(change.offsetMs);
        else if ('freezeAt' in change) clock.freezeAt(change.freezeAt);
        else if ('advanceMs' in change) clock.advance(change.advanceMs);
        else clock.unfreeze();
        announcer.announceMeetings();
        return clock.state();
      },
    },
  ];
}

function faultRoutes({ faults }: ControlDeps): ControlRoute[] {
  return [
    { method: 'GET', path: '/faults', handle: () => faults.list() },
    {
      method: 'POST',
      path: '/faults',
      handle: ({ body }) => ({ ids: faultsInput.parse(body).map((rule) => faults.add(rule)) }),
    },
    { method: 'DELETE', path: '/faults', handle: () => faults.clear() },
    {
      method: 'DELETE',
      path: '/faults/*',
      handle: ({ subject }) => {
        if (!faults.remove(subject)) throw new UnknownSubjectError(`no fault ${subject}`);
      },
    },
  ];
}

function settingRoutes({ latency, limiter, world, listing }: ControlDeps): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/latency',
      handle: ({ body }) => {
        latency.scale = latencyInput.parse(body).scale;
        return { scale: latency.scale };
      },
    },
    {
      method: 'POST',
      path: '/rate-limit',
      handle: ({ body }) => {
        const { enabled, ...rules } = rateLimitInput.parse(body);
        limiter.rules = { ...limiter.rules, ...rules };
        limiter.enabled = enabled ?? limiter.enabled;
        limiter.clear();
        return { enabled: limiter.enabled, ...limiter.rules };
      },
    },
    {
      method: 'POST',
      path: '/behaviour',
      handle: ({ body }) => {
        const patch = z.record(z.string(), z.unknown()).parse(body);
        world.behaviour = behaviourSpec.parse({ ...world.behaviour, ...patch });
        listing.clearCache();
        return world.behaviour;
      },
    },
  ];
}

function webhookRoutes({ world, sender, announcer }: ControlDeps): ControlRoute[] {
  return [
    { method: 'GET', path: '/webhooks/deliveries', handle: () => sender.deliveries() },
    {
      method: 'POST',
      path: '/webhooks/rules',
      handle: ({ body }) => {
        sender.rules = deliveryRulesSpec.parse(body);
        return sender.rules;
      },
    },
    { method: 'POST', path: '/webhooks/flush', handle: () => ({ released: sender.flush() }) },
    {
      method: 'POST',
      path: '/webhooks/emit',
      handle: ({ body }) => {
        const { trigger, bookingUid, payload } = emitInput.parse(body);
        const booking = bookingUid === undefined ? undefined : world.bookings.get(bookingUid);
        if (bookingUid !== undefined && !booking) throw new UnknownSubjectError(`no booking ${bookingUid}`);
        return { addressed: announcer.emit(trigger, { booking, payload }) };
      },
    },
  ];
}

function observationRoutes({ ledger, limiter, clock, latency, world }: ControlDeps): ControlRoute[] {
  return [
    { method: 'GET', path: '/counters', handle: () => ledger.counters() },
    { method: 'DELETE', path: '/counters', handle: () => ledger.clear() },
    {
      method: 'GET',
      path: '/requests',
      handle: ({ search }) => ledger.latest(Number(search.get('limit') ?? DEFAULT_LOGGED) || DEFAULT_LOGGED),
    },
    {
      method: 'GET',
      path: '/state',
      handle: () => ({
        clock: clock.state(),
        latencyScale: latency.scale,
        rateLimit: { enabled: limiter.enabled, ...limiter.rules },
        behaviour: world.behaviour,
        bookings: world.bookings.size,
      }),
    },
  ];
}

/** Puts everything back to how the sandbox was started, optionally with another world. */
function resetSandbox(deps: ControlDeps, input: unknown): void {
  const { world, behaviour } = resetInput.parse(input);
  deps.world.reset(world ?? deps.initial.world, behaviour);
  deps.clock.setOffset(0);
  deps.latency.scale = deps.initial.latencyScale;
  deps.limiter.rules = deps.initial.rateLimit;
  deps.limiter.enabled = deps.initial.rateLimited;
  deps.limiter.clear();
  deps.faults.clear();
  deps.ledger.clear();
  deps.listing.clearCache();
  deps.sender.reset();
}

/** Faults, clock, people and counters for tests: no key, no quota, only from this machine. */
export class ControlApi {
  readonly #routes: ControlRoute[];

  constructor(deps: ControlDeps) {
    this.#routes = [
      { method: 'POST', path: '/reset', handle: ({ body }) => resetSandbox(deps, body) },
      ...clockRoutes(deps),
      ...faultRoutes(deps),
      ...settingRoutes(deps),
      ...worldRoutes(deps),
      ...webhookRoutes(deps),
      ...observationRoutes(deps),
    ];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      writeReply(response, await this.#answer(request));
    } catch (error) {
      const status = error instanceof UnknownSubjectError ? 404 : 400;
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
      if (!response.destroyed) writeReply(response, { status, body: { error: reason } });
    }
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (!LOOPBACK.has(request.socket.remoteAddress ?? '')) {
      return { status: 403, body: { error: 'the control API is for this machine only' } };
    }
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const segments = url.pathname.slice(CONTROL_PREFIX.length).split('/');
    for (const route of this.#routes) {
      const pattern = route.path.split('/');
      const fits =
        request.method === route.method &&
        pattern.length === segments.length &&
        pattern.every((expected, index) => expected === '*' || expected === segments[index]);
      if (!fits) continue;
      const bytes = await readBody(request);
      const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
      const subject = segments[pattern.indexOf('*')] ?? '';
      const data = await route.handle({ subject, search: url.searchParams, body });
      return { status: 200, body: data ?? { ok: true } };
    }
    return { status: 404, body: { error: `no control route ${request.method ?? ''} ${url.pathname}` } };
  }
}
