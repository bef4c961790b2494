import { createHmac } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { signBody } from '../../../../src/retell/signature';

const BOMB = gzipSync(Buffer.alloc(60_000_000));

export type Coding = 'none' | 'gzip' | 'deflate' | 'bomb' | 'lie' | 'br' | 'odd';
export const coding: fc.Arbitrary<Coding> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Coding>('none') },
  { weight: 4, arbitrary: fc.constantFrom<Coding>('gzip', 'deflate', 'lie', 'br', 'odd') },
  { weight: 1, arbitrary: fc.constant<Coding>('bomb') },
);

export function coded(body: Buffer, how: Coding): { body: Buffer; headers: Record<string, string> } {
  switch (how) {
    case 'none':
      return { body, headers: {} };
    case 'gzip':
      return { body: gzipSync(body), headers: { 'content-encoding': 'gzip' } };
    case 'deflate':
      return { body: deflateSync(body), headers: { 'content-encoding': 'deflate' } };
    case 'bomb':
      return { body: BOMB, headers: { 'content-encoding': 'gzip' } };
    case 'lie':
      return { body, headers: { 'content-encoding': 'gzip' } };
    case 'br':
      return { body, headers: { 'content-encoding': 'br' } };
    case 'odd':
      return { body, headers: { 'content-encoding': 'zstd, x-none' } };
  }
}

export type Trust = 'valid' | 'none' | 'wrong' | 'old' | 'future' | 'other-body' | 'odd' | 'twice';
export const untrusted: Trust[] = ['none', 'wrong', 'old', 'future', 'other-body', 'odd', 'twice'];
const DAY_MS = 86_400_000;

export function retellSignature(body: Buffer, trust: Trust, key: string): Record<string, string | string[]> {
  const name = 'x-retell-signature';
  const nowMs = Date.now();
  switch (trust) {
    case 'valid':
      return { [name]: signBody(body, key, nowMs) };
    case 'none':
      return {};
    case 'wrong':
      return { [name]: signBody(body, 'key_of_somebody_else', nowMs) };
    case 'old':
      return { [name]: signBody(body, key, nowMs - DAY_MS) };
    case 'future':
      return { [name]: signBody(body, key, nowMs + DAY_MS) };
    case 'other-body':
      return { [name]: signBody(Buffer.concat([body, Buffer.from(' ')]), key, nowMs) };
    case 'odd':
      return { [name]: `v=${'9'.repeat(8000)},d=${'z'.repeat(64)}` };
    case 'twice':
      return { [name]: [signBody(body, key, nowMs), signBody(body, key, nowMs)] };
  }
}

export function calcomSignature(body: Buffer, trust: Trust, secret: string): Record<string, string | string[]> {
  const name = 'x-cal-signature-256';
  const sign = (key: string): string => createHmac('sha256', key).update(body).digest('hex');
  switch (trust) {
    case 'valid':
      return { [name]: sign(secret) };
    case 'none':
      return {};
    case 'twice':
      return { [name]: [sign(secret), sign(secret)] };
    case 'odd':
      return { [name]: 'no-secret-provided' };
    case 'old':
      return { [name]: sign('') };
    default:
      return { [name]: sign('a secret of another sender') };
  }
}
