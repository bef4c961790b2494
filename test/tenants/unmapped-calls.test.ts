import request from 'supertest';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

const LINE = '+4930777555';
let t: TestGateway;

beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

type Row = Record<string, string>;
const admin = async (method: 'get' | 'post', path: string, body?: object): Promise<Row[]> => {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  const answer = await asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
  expect(answer.status).toBeLessThan(300);
  return [answer.body.data].flat() as Row[];
};
const alerts = (): Promise<Row[]> => admin('get', '/alerts?kind=unknown_line&open=true');
const calls = (): Promise<Row[]> => admin('get', `/unmapped-calls?line=${encodeURIComponent(LINE)}`);
const call = (call_id: string): ReturnType<TestGateway['tool']> =>
  t.tool('check_customer', {}, { call_id, to_number: LINE, agent_id: 'agent_of_none' });

test('a call to a number of no company is listed and counted until the number has a company', async () => {
  const { body } = await call('call_unmapped_1');
  expect(body.status).toBe('unknown_tenant');
  expect(body.message).not.toMatch(/später|later/);
  await until(calls, (found) => found.length === 1);
  await call('call_unmapped_1');
  await call('call_unmapped_2');
  const listed = await until(calls, (found) => found.length === 2);
  expect(listed.map(({ call_id, line, company_id }) => [call_id, line, company_id])).toEqual([
    ['call_unmapped_2', LINE, null],
    ['call_unmapped_1', LINE, null],
  ]);
  const [alert] = await until(alerts, ([found]) => found?.message?.includes('2 today') === true);
  expect(alert).toMatchObject({
    message: `Calls to ${LINE} belong to no company (2 today).`,
    message_de: `Anrufe für ${LINE} gehören zu keinem Betrieb (heute 2).`,
    line: LINE,
  });

  const [branch] = await admin('get', '/branches');
  const { id: branch_id, company_id } = branch!;
  await admin('post', '/phone-numbers', { company_id, branch_id, number: LINE });
  expect(await alerts()).toEqual([]);
  expect(await calls()).toEqual([]);
});
