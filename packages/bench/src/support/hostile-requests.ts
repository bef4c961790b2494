import fc from 'fast-check';
import { bodyOf, NINE_MB } from './hostile-bodies';
import { calcomSignature, coded, coding, retellSignature, untrusted, type Trust } from './hostile-dress';
import { forwardedFor, oddHeaders, queryPart, wirePart, wrongToken, type Document } from './hostile-parts';
import { bySchema, hostileText, hostileValue, PERSON } from './hostile-values';

export interface HostileRequest {
  method: string;
  /** As it goes over the wire, not normalised. */
  path: string;
  headers: Record<string, string | string[]>;
  body: Buffer | null;
  /** Without a content-length. */
  chunked: boolean;
  /** Whether it shows a signature or token that counts. */
  trusted: boolean;
  /** Only for reading a report. */
  what: string;
}

export interface Secrets {
  retellKey: string;
  calcomSecret: string;
  /** Tokens that count, and ids that exist. */
  tokens: string[];
  ids: string[];
}

export class HostileRequests {
  readonly #document: Document;
  readonly #secrets: Secrets;

  constructor(document: Document, secrets: Secrets) {
    this.#document = document;
    this.#secrets = secrets;
  }

  voice(trust: 'valid' | 'untrusted'): fc.Arbitrary<HostileRequest> {
    const paths = Object.keys(this.#document.paths).filter((path) => /^\/api\/retell\/(?!webhook)/.test(path));
    const spellings = [
      ...paths,
      ...paths.map((path) => path.replaceAll('_', '-')),
      ...paths.map((path) => path.replace('/retell/', '/retell/v17/')),
      ...[
        '/api/retell/function-call',
        '/api/webhooks/retell/function',
        '/api/retell/__proto__',
        '/api/retell/constructor',
      ],
      ...[
        '/api/retell/Create_Booking',
        '/api/retell/create_booking/',
        '/api/retell//create_booking',
        '/api/retell/%2e%2e',
      ],
    ];
    return fc.constantFrom(...spellings).chain((path) => {
      const known =
        paths.find((one) => one === path.replace('/v17', '').replaceAll('-', '_')) ?? '/api/retell/function';
      return this.#signed('POST', path, this.#envelope(known), trust, (body, how) =>
        retellSignature(body, how, this.#secrets.retellKey),
      );
    });
  }

  retellWebhook(trust: 'valid' | 'untrusted'): fc.Arbitrary<HostileRequest> {
    const schema = this.#bodySchema('/api/retell/webhook', 'post');
    const event = fc
      .tuple(
        bySchema(schema, this.#document),
        fc.constantFrom('call_started', 'call_ended', 'call_analyzed', 'call_inbound', 'transfer_started', 'x'),
        this.#call(),
      )
      .map(([value, name, call]) =>
        typeof value === 'object' && value !== null ? { ...value, event: name, call, call_inbound: call } : value,
      );
    return fc
      .constantFrom('/api/retell/webhook', '/api/webhooks/retell', '/api/webhook')
      .chain((path) =>
        this.#signed('POST', path, event, trust, (body, how) => retellSignature(body, how, this.#secrets.retellKey)),
      );
  }

  calcomWebhook(trust: 'valid' | 'untrusted'): fc.Arbitrary<HostileRequest> {
    const text = fc.oneof(hostileText, fc.constantFrom('uid-1', '2027-01-05T10:00:00Z', 'ACCEPTED'));
    const payload = fc.record(
      {
        ...{
          uid: fc.oneof(text, hostileValue),
          rescheduleUid: text,
          startTime: fc.oneof(text, hostileValue),
          endTime: text,
        },
        ...{ eventTypeId: fc.oneof(fc.constantFrom<unknown>(1001, 1002), hostileValue), bookingId: hostileValue },
        ...{
          attendees: hostileValue,
          organizer: hostileValue,
          metadata: hostileValue,
          status: text,
          responses: hostileValue,
        },
      },
      { requiredKeys: ['uid'] },
    );
    const triggers = ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED', 'BOOKING_REJECTED', 'PING', 'x'];
    const event = fc.record({
      ...{ triggerEvent: fc.oneof(fc.constantFrom(...triggers), hostileText), createdAt: text },
      payload: fc.oneof({ weight: 5, arbitrary: payload }, { weight: 1, arbitrary: hostileValue }),
    });
    return fc
      .constantFrom('/api/calcom/webhook', '/api/webhooks/calcom')
      .chain((path) =>
        this.#signed('POST', path, event, trust, (body, how) => calcomSignature(body, how, this.#secrets.calcomSecret)),
      );
  }

  admin(trust: 'valid' | 'untrusted'): fc.Arbitrary<HostileRequest> {
    const operations = Object.entries(this.#document.paths)
      .filter(([path]) => path.startsWith('/api/admin'))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
      );
    return fc.constantFrom(...operations).chain(({ path, method, operation }) => {
      const schema = operation.requestBody?.content['application/json']?.schema;
      const body = schema ? bodyOf(bySchema(schema, this.#document)) : fc.constant(null);
      const id = fc.oneof(fc.constantFrom(...this.#secrets.ids), fc.uuid(), hostileText);
      const query = fc.option(
        fc.tuple(
          ...(operation.parameters ?? [])
            .filter((one) => one.in === 'query')
            .map((one) => queryPart(one, this.#document)),
        ),
        { freq: 2 },
      );
      const token =
        trust === 'valid' ? fc.constantFrom(...this.#secrets.tokens).map((one) => `Bearer ${one}`) : wrongToken;
      return fc
        .tuple(id, query, body, token, oddHeaders, coding, forwardedFor, fc.boolean())
        .map(([given, parts, raw, authorization, odd, how, from, chunked]): HostileRequest => {
          const sent = raw === null ? { body: null, headers: {} } : coded(raw, how);
          const search = (parts ?? []).filter(Boolean).join('&');
          return {
            method: method.toUpperCase(),
            path: `${path.replace(/\{\w+\}/, wirePart(given))}${search ? `?${search}` : ''}`,
            headers: {
              ...(raw === null ? {} : { 'content-type': 'application/json' }),
              ...odd,
              ...sent.headers,
              ...from,
              ...(authorization === null ? {} : { authorization }),
            },
            body: sent.body,
            chunked: chunked && raw !== null,
            trusted: trust === 'valid',
            what: `admin ${trust}`,
          };
        });
    });
  }

  /** Health, documents, pages, and everything that is nothing. */
  open(): fc.Arbitrary<HostileRequest> {
    const places = fc.oneof(
      fc.constantFrom(
        ...[
          '/healthz',
          '/readyz',
          '/metrics',
          '/api/openapi.json',
          '/api/docs',
          '/api/docs/start.js',
          '/admin',
          '/admin/',
        ],
        ...[
          '/admin/app.js',
          '/admin/core/api.js',
          '/admin/vendor/uplot.js',
          '/',
          '/api',
          '/favicon.ico',
          '/api/calcom/webhook',
        ],
        ...[
          '/admin/../src/main.js',
          '/admin/..%2f..%2fpackage.json',
          '/admin/%2e%2e/%2e%2e/package.json',
          '/admin/%00',
        ],
        ...[
          '/admin/vendor/../../../../etc/passwd',
          '/admin/....//....//etc/passwd',
          '/admin/.env',
          '/admin/.git/config',
        ],
        ...[
          '//evil.example/admin',
          '/admin//..//',
          '/%61dmin',
          '/ADMIN',
          '/api/docs/%2e%2e/index.html',
          '/api/docs/swagger-ui.css',
        ],
        ...[
          '/api/admin',
          '/api/admin/..%2fmetrics',
          '/%',
          '/%E0%A4%A',
          '/admin/%E0%A4%A',
          '/api/retell/%',
          '/?__proto__[x]=1',
        ],
        ...[
          '/admin?x=%00',
          '/healthz?a[]=1&a[]=2',
          '/admin\\..\\..\\',
          '/admin/core',
          '/admin/core/',
          '/.well-known/x',
          '*',
        ],
      ),
      hostileText.map((text) => `/${wirePart(text)}`),
      hostileText.map((text) => `/admin/${wirePart(text)}`),
    );
    const methods = fc.constantFrom(
      'GET',
      'GET',
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
    );
    return fc
      .tuple(places, methods, oddHeaders, forwardedFor, fc.option(bodyOf(hostileValue), { freq: 3 }))
      .map(([path, method, odd, from, body]) => ({
        ...{ method, path, headers: { ...odd, ...from } },
        ...{ body: method === 'TRACE' || method === 'HEAD' || method === 'GET' ? null : body, chunked: false },
        ...{ trusted: false, what: 'open' },
      }));
  }

  /** Much larger than any route takes. */
  oversized(): fc.Arbitrary<HostileRequest> {
    const paths = ['/api/retell/create_booking', '/api/retell/function', '/api/retell/webhook', '/api/calcom/webhook'];
    return fc.tuple(fc.constantFrom(...paths), fc.boolean(), forwardedFor).map(([path, chunked, from]) => ({
      ...{
        method: 'POST',
        path,
        body: path === '/api/retell/webhook' ? Buffer.concat([NINE_MB, NINE_MB]) : NINE_MB,
        chunked,
      },
      ...{ headers: { 'content-type': 'application/json', ...from }, trusted: false, what: 'oversized' },
    }));
  }

  #signed(
    method: string,
    path: string,
    json: fc.Arbitrary<unknown>,
    trust: 'valid' | 'untrusted',
    sign: (body: Buffer, trust: Trust) => Record<string, string | string[]>,
  ): fc.Arbitrary<HostileRequest> {
    const trusts = trust === 'valid' ? fc.constant<Trust>('valid') : fc.constantFrom(...untrusted);
    return fc
      .tuple(bodyOf(json), trusts, oddHeaders, coding, forwardedFor, fc.boolean())
      .map(([raw, how, odd, code, from, chunked]) => {
        const sent = coded(raw, code);
        return {
          ...{ method, path, body: sent.body, chunked },
          headers: { 'content-type': 'application/json', ...odd, ...sent.headers, ...from, ...sign(raw, how) },
          ...{ trusted: how === 'valid', what: `signature ${how}, coding ${code}` },
        };
      });
  }

  #envelope(path: string): fc.Arbitrary<unknown> {
    const args = bySchema(argumentsOf(this.#bodySchema(path, 'post')), this.#document);
    const tools = Object.keys(this.#document.paths).flatMap((one) => /^\/api\/retell\/(\w+)$/.exec(one)?.[1] ?? []);
    const name = fc.oneof(fc.constantFrom(...tools, 'create_booking_v17'), hostileText);
    return fc.oneof(
      { weight: 6, arbitrary: fc.record({ name, args, call: this.#call() }, { requiredKeys: ['args'] }) },
      { weight: 1, arbitrary: args },
      { weight: 1, arbitrary: bySchema(this.#bodySchema(path, 'post'), this.#document) },
    );
  }

  #call(): fc.Arbitrary<unknown> {
    const number = fc.oneof(fc.constantFrom('+493012345678', PERSON.phone, 'anonymous', ''), hostileText);
    const right = fc.record(
      {
        ...{
          call_id: fc.oneof(
            fc.uuid().map((id) => `call_${id.replaceAll('-', '').slice(0, 28)}`),
            hostileText,
          ),
        },
        ...{ to_number: number, from_number: number, agent_id: fc.oneof(fc.constant('agent_demo'), hostileText) },
        start_timestamp: fc.oneof(fc.constantFrom<unknown>(Date.now(), 0, -1, 8.64e15, 1e300), hostileValue),
        retell_llm_dynamic_variables: fc.oneof(fc.constant({ language: 'en' }), hostileValue),
        ...{ transcript: fc.oneof(hostileText, hostileValue), call_analysis: hostileValue, metadata: hostileValue },
        transcript_with_tool_calls: hostileValue,
      },
      { requiredKeys: ['call_id', 'to_number'] },
    );
    return fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: hostileValue });
  }

  #bodySchema(path: string, method: string): unknown {
    return this.#document.paths[path]?.[method]?.requestBody?.content['application/json']?.schema;
  }
}

function argumentsOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || !('anyOf' in schema) || !Array.isArray(schema.anyOf)) return {};
  return schema.anyOf.at(-1);
}
