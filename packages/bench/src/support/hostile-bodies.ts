import fc from 'fast-check';
import { hostileValue } from './hostile-values';

export const NINE_MB = Buffer.alloc(9_000_000, 0x20);
const DEEP = Buffer.from('['.repeat(200_000));

/** Bytes that are not the JSON that was asked for. */
const brokenBody = (json: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(json, fc.double({ min: 0, max: 1, noNaN: true })).map(([value, part]) => cut(value, part)),
    },
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(
          ...[
            '',
            '{',
            'NaN',
            '{"a":1,}',
            "{'a':1}",
            '\ufeff{}',
            '{"a":"\\ud800"}',
            '{"a":1}{"b":2}',
            'null',
            '[]',
            '"x"',
            '1e999',
          ],
          ...[
            '{"__proto__":{"polluted":true}}',
            '{"constructor":{"prototype":{"polluted":true}}}',
            '{"args":"{\\"a\\":"}',
          ],
          ...[
            '{"call":null,"args":null,"name":null}',
            '{"call":[],"args":[],"name":[]}',
            '{"name":"x","name":"y"}',
            '\u0000',
          ],
        )
        .map((text) => Buffer.from(text)),
    },
    { weight: 1, arbitrary: fc.constant(DEEP) },
  );

const cut = (value: unknown, part: number): Buffer => {
  const whole = Buffer.from(JSON.stringify(value) ?? '');
  return whole.subarray(0, Math.floor(whole.length * part));
};

const goodBody = (json: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> =>
  json.map((value) => Buffer.from(JSON.stringify(value) ?? ''));

export const bodyOf = (json: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 14, arbitrary: goodBody(json) },
    { weight: 4, arbitrary: brokenBody(json) },
    { weight: 1, arbitrary: goodBody(hostileValue) },
  );
