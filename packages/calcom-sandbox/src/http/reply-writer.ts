import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Reply } from './call';

const JSON_TYPE = 'application/json; charset=utf-8';
const DRIP_PARTS = 10;

const HTML_ERROR_PAGE = (status: number): string =>
  `<!DOCTYPE html>\n<html lang="en"><head><title>api.cal.com | ${status}</title></head>` +
  `<body><h1>Error ${status}</h1><p>The web server reported an error.</p></body></html>\n`;

function send(response: ServerResponse, status: number, type: string, payload: Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': payload.length });
  response.end(payload);
}

function prepare(response: ServerResponse, reply: Reply): Buffer {
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  return Buffer.from(JSON.stringify(reply.body));
}

export function writeReply(response: ServerResponse, reply: Reply): void {
  send(response, reply.status, JSON_TYPE, prepare(response, reply));
}

/** Half of the answer with a length to match: a complete HTTP message around broken JSON. */
export function writeTruncated(response: ServerResponse, reply: Reply): void {
  const payload = prepare(response, reply);
  send(response, reply.status, JSON_TYPE, payload.subarray(0, Math.ceil(payload.length / 2)));
}

/** The answer in pieces spread over `durationMs`. */
export async function writeSlowly(response: ServerResponse, reply: Reply, durationMs: number): Promise<void> {
  const payload = prepare(response, reply);
  response.writeHead(reply.status, { 'Content-Type': JSON_TYPE, 'Content-Length': payload.length });
  const size = Math.max(1, Math.ceil(payload.length / DRIP_PARTS));
  for (let at = 0; at < payload.length; at += size) {
    await sleep(durationMs / DRIP_PARTS, undefined, { ref: false });
    response.write(payload.subarray(at, at + size));
  }
  response.end();
}

export function writeMalformed(response: ServerResponse): void {
  send(response, 200, JSON_TYPE, Buffer.from('{"status":"success","data":{"2'));
}

export function writeWrongShape(response: ServerResponse): void {
  send(response, 200, JSON_TYPE, Buffer.from('{"status":"success","data":"unexpected"}'));
}

/** A page of the CDN: it never reached the application, so none of its headers are there. */
export function writeCdnPage(response: ServerResponse, status: number): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.setHeader('Server', 'cloudflare');
  send(response, status, 'text/html; charset=UTF-8', Buffer.from(HTML_ERROR_PAGE(status)));
}
