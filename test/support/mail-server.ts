import { createServer, type Server, type Socket } from 'node:net';

export interface Received {
  to: string[];
  data: string;
}

/** A mail server as far as one mail needs it. @param refuses every recipient */
export function mailServer(received: Received[], refuses: () => boolean): Server {
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

/** The text of a mail, decoded. */
export function textOf({ data }: Received): string {
  const encoded = data.slice(data.indexOf('\n\n')).trim();
  if (/quoted-printable/.test(data)) {
    const bytes = encoded.replaceAll('=\n', '').replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => `%${hex}`);
    return decodeURIComponent(bytes.replaceAll(/%(?![0-9A-F]{2})/g, '%25'));
  }
  return /base64/.test(data) ? Buffer.from(encoded, 'base64').toString('utf8') : encoded;
}
