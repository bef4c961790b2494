import { maskPersonal, maskText } from '../../src/infra/masking';

test.each([
  ['ruf +49 157 99887766 an', 'ruf +4915…66 an'],
  ['030/9018-2000', '03090…00'],
  ['am 2026-12-03 10:00', 'am 2026-12-03 10:00'],
  ['am 03.12.2026', 'am 03.12.2026'],
  ['call_00000000000000000000000000aa', 'call_00000000000000000000000000aa'],
  ['06420421-4270-4270-9570-845789123456', '06420421-4270-4270-9570-845789123456'],
  ['schreib an anna@example.org', 'schreib an a…@…'],
])('%j becomes %j', (text, masked) => {
  expect(maskText(text)).toBe(masked);
});

test('names found under their keys are taken out of everything else that was said', () => {
  const args = { customerName: 'Anna Blumenfeld', desiredDate: 'für Frau blumenfeld am Montag', serviceName: 'Färben' };
  const answer = {
    message: 'Danke, Anna Blumenfeld! Bananas stay.',
    customer: { name: 'Anna' },
    service: { name: 'Färben' },
  };
  expect(maskPersonal(args, answer)).toEqual({
    customerName: 'A… B…',
    desiredDate: 'für Frau b… am Montag',
    serviceName: 'Färben',
  });
  expect(maskPersonal(answer, args)).toEqual({
    message: 'Danke, A… B…! Bananas stay.',
    customer: { name: 'A…' },
    service: { name: 'Färben' },
  });
});

test('a reason in a caller’s own words is taken out, a code of ours stays', () => {
  expect(maskPersonal({ reason: 'Ich habe Rückenschmerzen' })).toEqual({ reason: '…' });
  expect(maskPersonal({ reason: 'outside_hours' })).toEqual({ reason: 'outside_hours' });
});

test('hostile shapes come back short and without an error', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as object;
  expect(
    JSON.stringify(maskPersonal({ deep, name: '(((', notes: '', list: Array(1000).fill('x') })).length,
  ).toBeLessThan(1000);
  expect(maskPersonal({ name: '(((. .*', text: '((( a' })).toEqual({ name: '(… .…', text: '((( a' });
});
