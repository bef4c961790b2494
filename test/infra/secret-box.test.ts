import fc from 'fast-check';
import { SecretBox, SecretUnreadable } from '../../src/infra/secret-box';

const box = new SecretBox(['an application key of 32 letters or more']);

test('what was sealed is opened again, and looks different each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (secret, place) => {
      const wellFormed = Buffer.from(secret).toString();
      const sealed = box.seal(wellFormed, place);
      expect(box.open(sealed, place)).toBe(wellFormed);
      expect(box.seal(wellFormed, place)).not.toBe(sealed);
    }),
  );
});

test('a sealed text opens neither elsewhere nor with another key nor when a single character was changed', () => {
  const sealed = box.seal('cal_live_0123456789', 'company-1');
  expect(sealed).not.toContain('cal_live');
  expect(() => box.open(sealed, 'company-2')).toThrow(SecretUnreadable);
  expect(() => new SecretBox(['another application key of 32 letters']).open(sealed, 'company-1')).toThrow(
    SecretUnreadable,
  );
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'q', '.', '0'), (at, letter) => {
      const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1);
      // The last letter of a part may differ in bits that decode to nothing.
      fc.pre(decoded(changed) !== decoded(sealed));
      expect(() => box.open(changed, 'company-1')).toThrow(SecretUnreadable);
    }),
  );
  for (const nonsense of ['', 'v1', 'v1.a.b', 'v2.a.b.c', 'v1...'])
    expect(() => box.open(nonsense, 'x')).toThrow(SecretUnreadable);
});

function decoded(sealed: string): string {
  const [version, ...parts] = sealed.split('.');
  return [version, ...parts.map((part) => Buffer.from(part, 'base64url').toString('hex'))].join('.');
}

test('while keys are rotated the first one seals and all of them open, until everything is sealed again', () => {
  const [old, fresh] = ['an application key of 32 letters or more', 'another application key of 32 letters'] as const;
  const sealed = box.seal('cal_live_0123456789', 'company-1');
  const both = new SecretBox([fresh, old]);
  expect(both.open(sealed, 'company-1')).toBe('cal_live_0123456789');
  const resealed = both.reseal(sealed, 'company-1');
  expect(new SecretBox([fresh]).open(resealed!, 'company-1')).toBe('cal_live_0123456789');
  expect(() => box.open(resealed!, 'company-1')).toThrow(SecretUnreadable);
  expect(both.reseal(resealed!, 'company-1')).toBeNull();
  expect(() => both.reseal(sealed, 'company-2')).toThrow(SecretUnreadable);
});
