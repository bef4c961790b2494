import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { signBody, verifySignature } from '../../src/retell/signature';

const BODY = Buffer.from('{"a":1}');
const AT_MS = 1_700_000_000_000;
const VECTOR = 'v=1700000000000,d=d0c8330e80341a21f6315e3a64165c948ab9794b28cdaec1f6149fb005fea6b1';
const MINUTES_5 = 300_000;

describe('Retell signature', () => {
  test('the published vector verifies, and signing makes exactly that header', () => {
    expect(signBody(BODY, 'key_test', AT_MS)).toBe(VECTOR);
    expect(verifySignature(BODY, VECTOR, ['key_test'], AT_MS)).toBe(true);
  });

  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the wrong scheme', `t=1700000000,v1=${'a'.repeat(64)}`],
    ['a short digest', 'v=1700000000000,d=d0c8330e'],
    ['a digest of zeros', `v=1700000000000,d=${'0'.repeat(64)}`],
    ['text after the digest', `${VECTOR}00`],
    ['a timestamp that is not the signed one', VECTOR.replace('v=1700000000000', 'v=1700000000001')],
    ['a timestamp of absurd length', VECTOR.replace('1700000000000', '9'.repeat(40))],
  ])('%s is refused', (_what, header) => {
    expect(verifySignature(BODY, header, ['key_test'], AT_MS)).toBe(false);
  });

  test('a body that differs by one byte is refused', () => {
    expect(verifySignature(Buffer.from('{"a":2}'), VECTOR, ['key_test'], AT_MS)).toBe(false);
    expect(verifySignature(Buffer.from('{"a": 1}'), VECTOR, ['key_test'], AT_MS)).toBe(false);
  });

  test('five minutes either way pass, one millisecond more does not', () => {
    for (const now of [AT_MS + MINUTES_5, AT_MS - MINUTES_5]) {
      expect(verifySignature(BODY, VECTOR, ['key_test'], now)).toBe(true);
    }
    for (const now of [AT_MS + MINUTES_5 + 1, AT_MS - MINUTES_5 - 1]) {
      expect(verifySignature(BODY, VECTOR, ['key_test'], now)).toBe(false);
    }
  });

  test('while keys rotate each of them is accepted, and no other', () => {
    const verify = (header: string | undefined): boolean =>
      verifySignature(BODY, header, ['key_new', 'key_old'], AT_MS);
    expect(verify(signBody(BODY, 'key_old', AT_MS))).toBe(true);
    expect(verify(signBody(BODY, 'key_new', AT_MS))).toBe(true);
    expect(verify(signBody(BODY, 'key_other', AT_MS))).toBe(false);
    expect(verify(undefined)).toBe(false);
  });

  test('an empty key in the list opens nothing', () => {
    expect(verifySignature(BODY, signBody(BODY, '', AT_MS), ['', 'key_test'], AT_MS)).toBe(false);
  });

  test('an upper-case digest is the same digest', () => {
    expect(
      verifySignature(
        BODY,
        VECTOR.replace(/d=.*/, (digest) => `d=${digest.slice(2).toUpperCase()}`),
        ['key_test'],
        AT_MS,
      ),
    ).toBe(true);
  });

  test('the message is the raw bytes followed by the timestamp, whatever bytes they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.string({ minLength: 1 }),
        fc.integer({ min: 1, max: 4e12 }),
        (bytes, key, at) => {
          const body = Buffer.from(bytes);
          const expected = createHmac('sha256', key)
            .update(Buffer.concat([body, Buffer.from(String(at))]))
            .digest('hex');
          expect(signBody(body, key, at)).toBe(`v=${at},d=${expected}`);
          expect(verifySignature(body, signBody(body, key, at), [key], at)).toBe(true);
        },
      ),
    );
  });
});
