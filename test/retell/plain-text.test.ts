import fc from 'fast-check';
import { cleanText, scalarIn, shortText } from '../../src/retell/plain-text';

describe('plain text out of anything', () => {
  test.each([
    ['  Anna \n\t Müller ', 'Anna Müller'],
    ['<script>alert(1)</script>Anna', 'alert(1) Anna'],
    ['Anna {{x}} \\ Müller', 'Anna x Müller'],
    ['An\u0000na\u200b\u202e', 'An na'],
    [42, '42'],
    [['', 'Anna'], 'Anna'],
    [{ name: 'Anna', id: 7 }, 'Anna'],
    [{ service: {}, value: { text: 'Färben' } }, 'Färben'],
    ['Fa\u0308rben', 'Färben'],
  ])('%p reads as %p', (value, text) => {
    expect(cleanText(value)).toBe(text);
  });

  test.each([
    '',
    '   ',
    'None',
    'null',
    'undefined',
    'N/A',
    '-',
    '…',
    '{{customer_name}}',
    'keine Angabe',
    'not provided',
    '<>',
    '{}',
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    false,
    {},
    [],
    [[[[[['deep']]]]]],
    { other: 1 },
  ])('%p is nothing', (value) => {
    expect(cleanText(value)).toBeNull();
  });

  test('text is cut by characters, never through one', () => {
    expect(shortText('😀'.repeat(10), 3)).toBe('😀😀😀');
    expect(shortText('x'.repeat(500), 150)).toHaveLength(150);
  });

  test('a body full of open tags costs no more than a short one', () => {
    expect(cleanText('<'.repeat(3_000_000))).toBeNull();
    expect(cleanText(`${'<a'.repeat(1_000_000)}`)).toMatch(/^a+$/);
  });

  test('whatever JSON holds, what comes out is one clean line or nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = cleanText(value);
        expect(scalarIn(value)).not.toBeUndefined();
        if (text !== null) expect(text).not.toMatch(/[<>{}\\]|\p{Cc}|^\s|\s$/u);
      }),
    );
  });
});
