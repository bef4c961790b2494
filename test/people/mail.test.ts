import type { AddressInfo, Server } from 'node:net';
import request from 'supertest';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';
import { mailServer, textOf, type Received } from '../support/mail-server';

const received: Received[] = [];
let refuses = false;
let server: Server;
let t: TestGateway;

beforeAll(async () => {
  server = mailServer(received, () => refuses);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t = await startTestGateway({
    env: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'AskPro <askpro@example.org>' },
  });
});
afterAll(async () => {
  await t.stop();
  server.close();
});

const invite = async (email: string): Promise<Record<string, unknown>> => {
  const asked = request(t.gateway.server).post('/api/admin/users').set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const { body } = await asked.send({ email, name: 'Jörg Groß', role: 'platform' });
  return body.data.invitation;
};

test('an invitation goes out through the mail server of SMTP_URL, with a link of this gateway', async () => {
  expect(await invite('joerg@example.org')).toMatchObject({ mail: 'sent', link: null });
  expect(received).toHaveLength(1);
  const [mail] = received as [Received];
  const { to, data } = mail;
  expect(to).toEqual(['joerg@example.org']);
  expect(data).toContain('From: AskPro <askpro@example.org>');
  const { port } = t.gateway.server.address() as AddressInfo;
  expect(textOf(mail)).toContain(`http://127.0.0.1:${port}/admin#/welcome?token=`);
});

test('an invitation that the mail server refuses is shown to the inviter instead', async () => {
  refuses = true;
  expect(await invite('keiner@example.org')).toMatchObject({ mail: 'failed', link: expect.stringContaining('token=') });
});

test('an address with a comma in it stays one address', async () => {
  refuses = false;
  received.length = 0;
  const asked = request(t.gateway.server).post('/api/admin/users').set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const answer = await asked.send({ email: 'a@example.org,b@example.org', name: 'Zwei', role: 'platform' });
  expect([answer.status, received]).toEqual([400, []]);
});
