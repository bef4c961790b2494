import fc from 'fast-check';
import { bySchema } from './hostile-values';

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  [key: string]: unknown;
}

export interface Operation {
  parameters?: { name: string; in: string; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

/** Printable enough for a header line; Node itself refuses to send the rest. */
export const headerText = fc.oneof(
  fc.constantFrom('', 'x', "' or 1=1", '../..', '{{call_id}}', '\u00ff\u00fe', 'a,b', 'x'.repeat(9000), '%00', 'null'),
  fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?')),
);

export const oddHeaders: fc.Arbitrary<Record<string, string | string[]>> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        '',
        'text/plain',
        'application/xml',
        'application/json; charset=utf-16',
        'multipart/form-data',
        'a/b;c',
        '/',
      )
      .map((type) => ({ 'content-type': type })),
  },
  { weight: 1, arbitrary: fc.tuple(headerText, headerText).map(([a, b]) => ({ 'x-retell-call-id': [a, b] })) },
  { weight: 1, arbitrary: headerText.map((text) => ({ 'x-request-id': text, accept: text, 'user-agent': text })) },
  { weight: 1, arbitrary: headerText.map((text) => ({ cookie: text, origin: text, referer: text, range: text })) },
  { weight: 1, arbitrary: fc.constant({ 'x-http-method-override': 'DELETE', 'x-original-url': '/api/admin/tokens' }) },
  { weight: 1, arbitrary: fc.constant({ 'if-none-match': '*', 'if-modified-since': 'x', te: 'trailers' }) },
);

export const forwardedFor = fc.ipV4().map((address) => ({ 'x-forwarded-for': address }));

/** A document's paths by their kind; each has cases as soon as it is in the document. */
export const wrongToken = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    'Bearer',
    'Bearer ',
    'Bearer x',
    'bearer ask_',
    `Bearer ${'a'.repeat(9000)}`,
    'Basic YTpi',
    'Bearer a b',
    'Bearer null',
  ),
  headerText,
);

export function queryPart(one: { name: string; schema: unknown }, root: Document): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: bySchema(one.schema, root).map((value) =>
        [one.name, typeof value === 'string' ? value.slice(0, 500) : JSON.stringify(value).slice(0, 500)]
          .map(wirePart)
          .join('='),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `${one.name}[]=1`,
        `${one.name}=1&${one.name}=2`,
        `${one.name}[__proto__]=1`,
        `${one.name}=%`,
      ),
    },
  );
}

/** Text as a part of an address; halves of surrogate pairs cannot be written there. */
export function wirePart(text: string): string {
  return encodeURIComponent(Buffer.from(text.slice(0, 1500)).toString('utf8'));
}
