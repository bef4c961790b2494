import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import request from 'supertest';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';

interface Received {
  to: string[];
  data: string;
}

/** A mail server as far as one mail needs it. @param refuses every recipient */
function mailServer(received: Received[], refuses: () => boolean): Server {
  return createServer((socket: Socket) => {
    let mail: Received = { to: [], data: '' };
    let isData = false;
    let rest = '';
    socket.write('220 mail.test ESMTP\r\n');
    const answer = (line: string): string => {
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'EHLO') return '250-mail.test\r\n250 8BITMIME';
      if (command === 'RCPT' && refuses()) return '550 no such mailbox';
      if (command === 'RCPT') mail.to.push(/<(.*?)>/.exec(line)![1]!);
      if (command === 'DATA') isData = true;
      return command === 'DATA' ? '354 go on' : command === 'QUIT' ? '221 bye' : '250 ok';
    };
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      const lines = (rest + part.toString('utf8')).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (!isData) socket.write(`${answer(line)}\r\n`);
        else if (line !== '.') mail.data += `${line}\n`;
        else {
          isData = false;
          received.push(mail);
          mail = { to: [], data: '' };
          socket.write('250 taken\r\n');
        }
      }
    });
  });
}

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
  const [{ to, data }] = received as [Received];
  expect(to).toEqual(['joerg@example.org']);
  expect(data).toContain('From: AskPro <askpro@example.org>');
  const encoded = data.slice(data.indexOf('\n\n')).trim();
  const plain = /quoted-printable/.test(data)
    ? encoded.replaceAll('=\n', '').replaceAll('=3D', '=')
    : Buffer.from(encoded, 'base64').toString('utf8');
  const { port } = t.gateway.server.address() as AddressInfo;
  expect(plain).toContain(`http://127.0.0.1:${port}/admin#/welcome?token=`);
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
