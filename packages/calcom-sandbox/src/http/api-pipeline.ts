import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type LatencyModel } from '../latency';
import { type TimeSource } from '../sandbox-clock';
import { type World } from '../world/world';
import { ApiError, forbidden, notFound, throttled, unauthorized, uncaughtError } from './api-error';
import { type ApiVersion, resolveVersion } from './api-version';
import { type Authenticator, type Credential, INVALID_API_KEY, limitsOf } from './authenticator';
import { type Call, parseQuery, type Reply } from './call';
import { type FaultBook } from './fault-book';
import { playFault } from './fault-player';
import { type RateDecision, type RateLimiter } from './rate-limiter';
import { writeReply } from './reply-writer';
import { parseJsonBody, readBody } from './request-body';
import { type RequestEntry, type RequestLedger } from './request-ledger';
import { type Route, type RouteMatch, type Router } from './router';

/** Where in an answer's time the handler reads the world: work before it, transport and the like after it. */
const SHARE_BEFORE_HANDLER = 0.6;
const HASH_PREFIX_LENGTH = 12;

interface PipelineDeps {
  clock: TimeSource;
  router: Router;
  limiter: RateLimiter;
  authenticator: Authenticator;
  faults: FaultBook;
  ledger: RequestLedger;
  latency: LatencyModel;
  world: World;
  /** A bug of the sandbox itself, which the caller only sees as a bare 500. */
  onUnexpectedError: (error: unknown) => void;
}

interface Incoming {
  method: string;
  rawUrl: string;
  pathname: string;
  search: string;
  version: ApiVersion;
  credential: Credential;
}

/** One request through the official order: version routing, limiter, auth guard, input pipes, handler. */
export class ApiPipeline {
  constructor(private readonly deps: PipelineDeps) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = this.#read(request);
    const match = this.deps.router.match(
      incoming.method,
      incoming.pathname,
      incoming.version,
      this.deps.world.behaviour,
    );
    const requestId = randomUUID();
    response.setHeader('X-Request-Id', requestId);
    const { credential } = incoming;
    const entry = this.deps.ledger.arrived(
      {
        method: incoming.method,
        path: incoming.rawUrl,
        apiKeyHash: credential.kind === 'anonymous' ? null : credential.bucketId.slice(0, HASH_PREFIX_LENGTH),
        version: incoming.version,
        requestId,
      },
      match ? `${incoming.method} ${match.route.path}` : `${incoming.method} (no route)`,
    );
    response.once('close', () => this.deps.ledger.finished());
    try {
      const status = await this.#answer(request, response, incoming, match, entry);
      if (status !== 0) this.deps.ledger.answered(entry, status);
    } catch (error) {
      const hungUp = request.errored !== null || response.destroyed || response.headersSent;
      if (hungUp) return;
      const reply = this.#errorReply(error, incoming);
      writeReply(response, reply);
      this.deps.ledger.answered(entry, reply.status);
    }
  }

  #read(request: IncomingMessage): Incoming {
    const rawUrl = request.url ?? '/';
    const queryAt = rawUrl.indexOf('?');
    const header = request.headers['cal-api-version'];
    return {
      method: request.method ?? 'GET',
      rawUrl,
      pathname: queryAt < 0 ? rawUrl : rawUrl.slice(0, queryAt),
      search: queryAt < 0 ? '' : rawUrl.slice(queryAt + 1),
      version: resolveVersion(typeof header === 'string' ? header : undefined),
      credential: this.deps.authenticator.identify(request),
    };
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    incoming: Incoming,
    match: RouteMatch | undefined,
    entry: RequestEntry,
  ): Promise<number> {
    const { credential } = incoming;
    const limits = limitsOf(credential, this.deps.limiter.rules);
    this.#setQuotaHeaders(response, this.deps.limiter.peek(credential.bucketId, limits));
    const bytes = await readBody(request);
    if (!match) throw notFound(`Cannot ${incoming.method} ${incoming.rawUrl}`);
    const body = parseJsonBody(bytes, request.headers['content-type']);

    if (credential.kind === 'unknownApiKey') throw unauthorized(INVALID_API_KEY);
    const decision = this.deps.limiter.hit(credential.bucketId, limits);
    this.#setQuotaHeaders(response, decision);
    if (!decision.allowed) throw throttled();

    const handle = async (): Promise<Reply> => {
      try {
        return await this.#run(match, incoming, body);
      } catch (error) {
        return this.#errorReply(error, incoming);
      }
    };
    const hit = this.deps.faults.take(incoming.method, incoming.pathname);
    if (hit) {
      entry.fault = hit.ruleId;
      return playFault(hit.fault, { response, handle, toReply: (error) => this.#errorReply(error, incoming) });
    }
    const reply = await handle();
    writeReply(response, reply);
    return reply.status;
  }

  async #run({ route, params }: RouteMatch, incoming: Incoming, body: unknown): Promise<Reply> {
    if (route.permissions) checkPermissions(incoming.credential);
    const caller =
      route.auth === 'none' && incoming.credential.kind !== 'apiKey'
        ? undefined
        : this.#admit(route, incoming.credential);
    const latency = this.deps.latency.budget(route.latency);
    const call: Call = {
      method: incoming.method,
      rawUrl: incoming.rawUrl,
      params,
      query: parseQuery(incoming.search),
      body,
      version: incoming.version,
      caller,
      latency,
    };
    await latency.spend(SHARE_BEFORE_HANDLER);
    const reply = await dispatch(route, call);
    await latency.spendRest();
    return reply;
  }

  /** An expired key is only noticed by routes that have an auth guard. */
  #admit(route: Route, credential: Credential): Call['caller'] {
    if (route.auth !== 'none') return this.deps.authenticator.admit(credential, route.auth === 'required');
    try {
      return this.deps.authenticator.admit(credential, false);
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  #errorReply(error: unknown, incoming: Incoming): Reply {
    const apiError = error instanceof ApiError ? error : uncaughtError();
    if (!(error instanceof ApiError)) this.deps.onUnexpectedError(error);
    const timestamp = new Date(this.deps.clock.nowMs()).toISOString();
    return { status: apiError.status, body: apiError.body({ timestamp, path: incoming.rawUrl }) };
  }

  #setQuotaHeaders(response: ServerResponse, decision: RateDecision): void {
    for (const { name, limit, remaining, resetSeconds } of decision.sets) {
      const suffix = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      response.setHeader(`X-RateLimit-Limit-${suffix}`, limit);
      response.setHeader(`X-RateLimit-Remaining-${suffix}`, remaining);
      response.setHeader(`X-RateLimit-Reset-${suffix}`, resetSeconds);
    }
  }
}

/** @throws ApiError 403: what is no API key counts as the access token of an OAuth client, and none is known here */
function checkPermissions(credential: Credential): void {
  if (credential.kind === 'anonymous') throw forbidden('PermissionsGuard - no authentication provided.');
  if (credential.kind !== 'accessToken') return;
  throw forbidden(`PermissionsGuard - no oAuth client found for access token=${credential.token}`);
}

async function dispatch(route: Route, call: Call): Promise<Reply> {
  if (route.auth !== 'required') return route.handle(call);
  const { caller } = call;
  if (!caller) throw unauthorized('No authentication method provided.');
  return route.handle({ ...call, caller });
}
