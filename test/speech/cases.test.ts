import path from 'node:path';
import { CASES_FILE, judged, readCases, type Judged } from '../../packages/bench/src/speech/cases';

const READ_BY_THE_READER = ['date', 'time', 'datetime', 'arguments'];
const ROOT = path.join(__dirname, '../..');

const results = readCases(path.join(ROOT, CASES_FILE))
  .filter(({ field }) => READ_BY_THE_READER.includes(field))
  .map(judged)
  .filter((one) => one !== null);

const told = ({ said, came }: Judged): string =>
  `${JSON.stringify(said.input)}: ${came}, wanted ${String(said.wanted)}`;

describe('the cases of spoken days and times', () => {
  it('are more than a thousand', () => {
    expect(results.length).toBeGreaterThan(1000);
  });

  it('are hardly ever read with another meaning', () => {
    const wrong = results.filter(({ verdict }) => verdict === 'wrong').map(told);
    expect(wrong).toEqual(wrong.slice(0, Math.floor(results.length * 0.003)));
  });

  it.each(['de', 'en'] as const)('in %s are read rightly in at least 98 of 100', (language) => {
    const said = results.filter((one) => one.said.lang === language);
    const missed = said.filter(({ verdict }) => verdict !== 'right').map(told);
    expect(missed).toEqual(missed.slice(0, Math.floor(said.length * 0.02)));
  });
});
