import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const FORMAT = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Raised when a sealed text was made with another key, for another place, or was tampered with. */
export class SecretUnreadable extends Error {
  constructor(options?: { cause?: unknown }) {
    super('A sealed secret cannot be opened with this key.', options);
    this.name = 'SecretUnreadable';
  }
}

/**
 * Secrets at rest: AES-256-GCM under a key derived from the application's. Each text is bound to the place it is kept
 * at, so that a ciphertext copied into another row does not open there.
 */
export class SecretBox {
  readonly #keys: readonly Buffer[];

  /** @param applicationKeys each 32 characters or more, from a random source; the first one seals, all of them open */
  constructor(applicationKeys: readonly [string, ...string[]]) {
    this.#keys = applicationKeys.map((key) => Buffer.from(hkdfSync('sha256', key, '', 'secrets at rest', 32)));
  }

  /** @param place who owns the secret and which one it is, e.g. a row's id and its column */
  seal(secret: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const [first = Buffer.alloc(0)] = this.#keys;
    const cipher = createCipheriv('aes-256-gcm', first, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [FORMAT, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
  }

  /** @throws SecretUnreadable */
  open(sealed: string, place: string): string {
    for (const key of this.#keys.slice(0, -1)) {
      try {
        return openWith(key, sealed, place);
      } catch {
        // One of the other keys may have sealed it.
      }
    }
    return openWith(this.#keys.at(-1) ?? Buffer.alloc(0), sealed, place);
  }

  /**
   * @returns the same secret sealed with the first key; null when it is that already
   * @throws SecretUnreadable
   */
  reseal(sealed: string, place: string): string | null {
    const secret = this.open(sealed, place);
    const [first = Buffer.alloc(0)] = this.#keys;
    try {
      openWith(first, sealed, place);
      return null;
    } catch {
      return this.seal(secret, place);
    }
  }
}

function openWith(key: Buffer, sealed: string, place: string): string {
  const [format, iv, tag, text] = sealed.split('.');
  if (format !== FORMAT || iv === undefined || tag === undefined || text === undefined) throw new SecretUnreadable();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new SecretUnreadable({ cause });
  }
}
