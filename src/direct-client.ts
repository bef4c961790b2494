import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

/** No proxy passed the request on. */
export function isDirect(headers: IncomingHttpHeaders): boolean {
  return FORWARDED.every((name) => headers[name] === undefined);
}

/** The client runs on this machine, and no proxy on this machine passed its request on. */
export function isFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  return isDirect(headers) && LOOPBACK.test(socket.remoteAddress ?? '');
}
