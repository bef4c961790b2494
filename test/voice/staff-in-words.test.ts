import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

/** A repeat of the same wish would be the same booking. */
const ask = (service_name: string, desired_time: string) =>
  t.tool('create_booking', {
    service_name,
    desired_date: openDay(3),
    desired_time,
    customer_name: 'Erika Beispiel',
  });
async function hostOf(uid: string): Promise<string[]> {
  const answer = (await t.control('/bookings')) as { uid: string; hosts: { name: string }[] }[];
  return answer.find((one) => one.uid === uid)?.hosts.map((host) => host.name) ?? [];
}

test.each([
  ['Ben', '10:00'],
  ['Anna', '11:00'],
])('a person named beside the service is the one booked: %s', async (name, time) => {
  const { body } = await ask(`Herrenhaarschnitt bei ${name}`, time);
  expect(body).toMatchObject({ status: 'booked', service: { name: 'Herrenhaarschnitt' } });
  const hosts = await hostOf(body.booking_uid as string);
  expect(hosts).toHaveLength(1);
  expect(hosts[0]).toMatch(new RegExp(`^${name}`));
});
