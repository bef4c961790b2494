import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorsPage } from '../../scripts/errors-page';
import { REFUSALS } from '../../src/services/booking/refusals';

test('docs/errors.md is what the code says; `npm run generate` writes it', () => {
  expect(readFileSync(path.join(__dirname, '../../docs/errors.md'), 'utf8')).toBe(errorsPage());
});

test('every reason has words of Cal.com, a status, a sentence in both languages and something for the operator', () => {
  const rows = errorsPage()
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  for (const reason of Object.keys(REFUSALS)) {
    const cells = rows.find((one) => one[2] === `\`${reason}\``) ?? [];
    expect(cells.slice(1, 7).filter((cell) => cell === '' || cell === '``')).toEqual([]);
    expect(cells).toHaveLength(8);
  }
});
