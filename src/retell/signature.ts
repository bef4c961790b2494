import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far Retell's timestamp may be from our clock, either way. */
const TOLERANCE_MS = 300_000;
const HEADER = /^v=(\d{1,16}),d=([0-9a-f]{64})$/i;

/** The digest Retell puts on a body: HMAC-SHA256 over the raw bytes followed by the timestamp's decimal digits. */
function digest(rawBody: Buffer, timestamp: string, key: string): Buffer {
  return createHmac('sha256', key).update(rawBody).update(timestamp, 'utf8').digest();
}

/** `X-Retell-Signature` for a body, as Retell itself would send it. */
export function signBody(rawBody: Buffer, key: string, atMs: number): string {
  const timestamp = String(Math.trunc(atMs));
  return `v=${timestamp},d=${digest(rawBody, timestamp, key).toString('hex')}`;
}

/**
 * True when one of the keys signed these very bytes within five minutes of `nowMs`. Every key is tried, in constant
 * time, so that a key being rotated out cannot be told from a wrong one.
 */
export function verifySignature(
  rawBody: Buffer,
  header: string | undefined,
  keys: readonly string[],
  nowMs: number,
): boolean {
  const parts = HEADER.exec(header?.trim() ?? '');
  const [, timestamp, claimed] = parts ?? [];
  if (timestamp === undefined || claimed === undefined) return false;
  if (Math.abs(nowMs - Number(timestamp)) > TOLERANCE_MS) return false;
  const given = Buffer.from(claimed, 'hex');
  let genuine = false;
  for (const key of keys) {
    if (key !== '' && timingSafeEqual(digest(rawBody, timestamp, key), given)) genuine = true;
  }
  return genuine;
}
