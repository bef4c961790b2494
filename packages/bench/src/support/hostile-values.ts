import fc from 'fast-check';

/** A name that no one else has: what is found of it in a log or in another's answer has leaked. */
export const PERSON = {
  name: 'Zacharias Quellenfeind',
  phone: '+4915799887766',
  email: 'zq.quellenfeind@privat.example',
};

/** What of that person would give it away. */
export const PERSONAL: readonly string[] = [PERSON.name, PERSON.phone, PERSON.email, 'Quellenfeind', '99887766'];

/** Texts that have broken a parser, database, log or terminal. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...['', ' ', '\u0000', 'a\u0000b', '\ud800', '\udfff tail', '\u202etxet sdrawkcab', '\ufeffBOM', '\u2028\u2029'],
  ...['🧑‍🦰👩‍👩‍👧 Łukasz Ōno', 'ﷺ'.repeat(50), 'e\u0301'.repeat(200), '𝕳𝖆𝖓𝖘', 'İstanbul', 'ß'.repeat(300)],
  ...["'; drop table companies; --", "' or 1=1 --", '"); select pg_sleep(5); --', '\\', '%', '_%', '$1', '{"a":'],
  ...['x\r\nSet-Cookie: owned=1', 'x\n{"level":"error","msg":"forged"}', '\u001b[31mred\u001b[2J', '${jndi:ldap://x}'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../../../etc/passwd', '<script>alert(1)</script>'],
  ...['{{call_id}}', '{{7*7}}', 'undefined', 'null', 'NaN', '1e309', '-1', '9007199254740993', '0x1F', '١٢٣', '🕑'],
  ...[
    '31.02.2027',
    '2028-02-29',
    '2027-02-29',
    '2027-03-28T02:30',
    '28.03.2027 02:30',
    '31.10.2027 02:30',
    '0000-00-00',
  ],
  ...['+275760-09-13', '-271821-04-20', '24:00', '23:59:60', '25 Uhr', 'halb', '99.99.9999', '2027-W05-1', 'T'],
  ...['aaaaaaaaaaaaaaaaaaaaaaaaaaaa!', 'vor '.repeat(500), '1'.repeat(400), 'ü'.repeat(4000), '('.repeat(3000)],
  ...[PERSON.name, PERSON.phone, PERSON.email, `${PERSON.name} ${PERSON.phone}`],
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2_000, max: 60_000 }).map((length) => 'A'.repeat(length)) },
);

const deep = (depth: number, open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`);

/** Any JSON that was not asked for. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.constantFrom(null, true, false, 0, -0, -1, 1e308, 1e21, 5e-324, 2 ** 53, 2 ** 31, 0.1) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom([], {}, [[]], [null], { '': '' }, { length: 1e9 }, { toJSON: 'x' }) },
  { weight: 1, arbitrary: fc.constantFrom(deep(500, '[', ']'), deep(300, '{"a":', '}')) },
  { weight: 1, arbitrary: fc.constant(Array.from({ length: 5000 }, (_, index) => ({ index }))) },
);

type Schema = Record<string, unknown>;

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values by a JSON Schema: mostly right, sometimes not at all. `$ref`s are looked up in `root`. */
export function bySchema(given: unknown, root: Schema, depth = 0): fc.Arbitrary<unknown> {
  const schema = isObject(given) ? given : {};
  if (depth > 6) return fc.constant(null);
  return fc.oneof(
    { weight: 9, arbitrary: rightBySchema(schema, root, depth) },
    { weight: depth === 0 ? 1 : 2, arbitrary: hostileValue },
  );
}

function rightBySchema(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') return bySchema(resolveRef(schema.$ref, root), root, depth + 1);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const options = schema[key];
    if (Array.isArray(options)) return fc.oneof(...options.map((option) => bySchema(option, root, depth + 1)));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || isObject(schema.properties)) return objectBySchema(schema, root, depth);
  if (type === 'array') return fc.array(bySchema(schema.items, root, depth + 1), { maxLength: 3 });
  if (type === 'string') return textBySchema(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer(bounds(schema));
  if (type === 'number')
    return fc.oneof(fc.integer(bounds(schema)), fc.double({ noNaN: true, noDefaultInfinity: true }));
  return type === 'null' ? fc.constant(null) : hostileValue;
}

function bounds(schema: Schema): { min: number; max: number } {
  const min = typeof schema.minimum === 'number' ? Math.max(schema.minimum, -(2 ** 31)) : -100;
  const max = typeof schema.maximum === 'number' ? Math.min(schema.maximum, 2 ** 31 - 1) : 10_000;
  return { min: Math.ceil(min), max: Math.max(Math.ceil(min), Math.floor(max)) };
}

function objectBySchema(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, bySchema(part, root, depth + 1)]),
  );
  // One required field in eight is forgotten; strangers come along.
  return fc
    .tuple(
      fc.record(model, { requiredKeys: required }),
      fc.option(
        fc.tuple(fc.oneof(hostileText, fc.constantFrom('__proto__', 'constructor', 'company_id')), hostileValue),
        {
          freq: 3,
        },
      ),
      fc.option(fc.constantFrom(...required, ''), { freq: 6 }),
    )
    .map(([value, stranger, forgotten]) => {
      const entries = Object.entries(value).filter(([name]) => name !== forgotten);
      if (stranger) entries.push(stranger);
      return Object.fromEntries(entries);
    });
}

function textBySchema(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.format) {
    case 'uuid':
    case 'guid':
      return fc.oneof(fc.uuid(), hostileText);
    case 'date-time':
      return fc.oneof(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((at) => at.toISOString()),
        hostileText,
      );
    case 'email':
      return fc.oneof(fc.constant(PERSON.email), hostileText);
    default:
      return fc.oneof(plausibleText, hostileText);
  }
}

const plausibleText = fc.constantFrom(
  ...['Herrenhaarschnitt', 'Färben', 'Bartpflege', 'haircut', 'morgen', 'übermorgen', 'nächsten Dienstag', 'tomorrow'],
  ...['14 Uhr', 'halb drei', '10:00', '2:30 pm', 'vormittags', 'ja', 'nein', PERSON.name, PERSON.phone, PERSON.email],
);

function resolveRef(ref: string, root: Schema): unknown {
  let at: unknown = root;
  for (const part of ref.replace(/^#\//, '').split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isObject(at) ? at[name] : undefined;
  }
  return at;
}
