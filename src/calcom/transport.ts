import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { DeadlineExceeded, type GatewayError, UpstreamMalformed, UpstreamUnavailable } from '../errors';
import type { Clock } from '../infra/clock';
import type { UpstreamCall } from '../services/calcom/calcom-ports';
import { type AnswerHeaders, answerHeaders, rateLimitOf, retryAfterMs } from './answer-headers';
import { ConnectionPool, RequestProgress } from './connection-pool';
import { Http2Dialler } from './http2-dialler';

export interface TransportConfig {
  /** Base address, e.g. `https://api.cal.com/v2`. */
  baseUrl: string;
  /** Of the gateway, for the User-Agent. */
  version: string;
  /** For DNS, TCP and TLS together. */
  connectMs: number;
  /** Where the server understands it; else HTTP/1, with one warning. */
  http2: boolean;
  warn?: (fields: object, message: string) => void;
  /** Default 5 MB, after decompression. */
  maxAnswerBytes?: number;
}

export interface WireRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base address, path segments already encoded. */
  path: string;
  query?: URLSearchParams | undefined;
  apiVersion: string;
  body?: object | undefined;
  /** For the whole exchange, connecting included. */
  timeoutMs: number;
}

export interface WireAnswer {
  status: number;
  headers: AnswerHeaders;
  text: string;
}

const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/**
 * One HTTP exchange with Cal.com, never repeated. Answers of any status come back as they are; only what went wrong on
 * the way is thrown. Errors carry no request: it holds the key and the caller's name.
 */
export class CalcomTransport {
  readonly #config: TransportConfig;
  readonly #axios: AxiosInstance;
  readonly #pool: ConnectionPool;
  readonly #dialler: Http2Dialler;
  #requests = 0;
  #http2: Promise<boolean> | undefined;

  constructor(
    config: TransportConfig,
    private readonly clock: Clock,
  ) {
    this.#config = { ...config, baseUrl: config.baseUrl.replace(/(?<!\/)\/+$/, '') };
    this.#pool = new ConnectionPool({ connectMs: config.connectMs, clock });
    this.#dialler = new Http2Dialler(config.connectMs);
    this.#axios = axios.create({
      adapter: 'http',
      maxRedirects: 0,
      proxy: false,
      responseType: 'text',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
      maxContentLength: config.maxAnswerBytes ?? MAX_ANSWER_BYTES,
      httpAgent: this.#pool.httpAgent,
      httpsAgent: this.#pool.httpsAgent,
    });
  }

  /** HTTP requests begun so far. */
  get requestCount(): number {
    return this.#requests;
  }

  /** @throws UpstreamUnavailable, UpstreamMalformed (too large, unreadable) or DeadlineExceeded when the call's signal aborted */
  async exchange(request: WireRequest, call: UpstreamCall): Promise<WireAnswer> {
    if (call.signal.aborted) throw abandoned(call.signal, true);
    const progress = new RequestProgress();
    const ending = new AbortController();
    let endedBy: 'caller' | 'timeout' | null = null;
    const end = (by: 'caller' | 'timeout'): void => {
      endedBy ??= by;
      ending.abort();
    };
    const byCaller = (): void => end('caller');
    const timer = setTimeout(() => end('timeout'), request.timeoutMs);
    call.signal.addEventListener('abort', byCaller, { once: true });
    this.#requests++;
    let begun = false;
    let http2 = false;
    try {
      http2 = this.#config.http2 && (await (this.#http2 ??= this.#speaksHttp2()));
      ending.signal.throwIfAborted();
      begun = true;
      const response = await this.#axios.request<string>({
        method: request.method,
        url: this.#urlOf(request),
        headers: this.#headersOf(request, call.credential.apiKey),
        signal: ending.signal,
        ...(http2
          ? { httpVersion: 2 as const, http2Options: this.#dialler.options }
          : { transport: this.#pool.transport(progress, request.method !== 'GET') }),
        data: request.body && JSON.stringify(request.body),
      });
      const headers = answerHeaders(response.headers);
      this.#report(call, response.status, headers);
      return { status: response.status, headers, text: response.data };
    } catch (error) {
      const head = progress.head ?? (isAxiosError(error) ? error.response : undefined);
      if (head) this.#report(call, head.status, answerHeaders(head.headers));
      const neverSent = !begun || (http2 ? this.#dialler.neverConnected(error) : !progress.connected);
      if (endedBy === 'caller') throw abandoned(call.signal, neverSent);
      if (endedBy === 'timeout') throw new UpstreamUnavailable('timeout', neverSent);
      throw failureOf(error, neverSent);
    } finally {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', byCaller);
    }
  }

  /** Cuts idle and busy connections. */
  close(): void {
    this.#pool.close();
    this.#dialler.close();
  }

  /** Asked once, before the first request; again where the server could not be reached. */
  async #speaksHttp2(): Promise<boolean> {
    const speaks = await this.#dialler.speaksHttp2(this.#config.baseUrl);
    if (speaks === null) this.#http2 = undefined;
    if (speaks === false)
      this.#config.warn?.({ baseUrl: this.#config.baseUrl }, 'Cal.com does not speak HTTP/2; going on in HTTP/1');
    return speaks ?? true;
  }

  #urlOf({ path, query }: WireRequest): string {
    const text = query?.toString() ?? '';
    return `${this.#config.baseUrl}${path}${text === '' ? '' : `?${text}`}`;
  }

  #headersOf(request: WireRequest, apiKey: string): Record<string, string> {
    return {
      Accept: 'application/json',
      'Accept-Encoding': 'gzip, deflate, br',
      Authorization: `Bearer ${apiKey}`,
      'User-Agent': `AskPro-Gateway/${this.#config.version}`,
      'cal-api-version': request.apiVersion,
      ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
  }

  #report(call: UpstreamCall, status: number, headers: AnswerHeaders): void {
    call.onAnswer?.({
      status,
      rateLimit: rateLimitOf(headers),
      retryAfterMs: retryAfterMs(headers, this.clock.nowMs()),
    });
  }
}

function abandoned(signal: AbortSignal, neverSent: boolean): DeadlineExceeded {
  const callerGone = signal.reason instanceof DeadlineExceeded && signal.reason.callerGone;
  return new DeadlineExceeded('while asking Cal.com', callerGone, neverSent);
}

function failureOf(error: unknown, neverSent: boolean): GatewayError {
  const code = codeOf(error);
  if (error instanceof Error && error.message.startsWith('maxContentLength'))
    return new UpstreamMalformed('the answer is too large');
  if (/^(Z_|ERR_BROTLI|ERR__ERROR|ERR_PADDING)/.test(code))
    return new UpstreamMalformed(`the answer cannot be decompressed: ${code}`);
  return new UpstreamUnavailable(code, neverSent);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 100);
}
