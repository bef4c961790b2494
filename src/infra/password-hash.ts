import { hash, verify } from '@node-rs/argon2';

/** Argon2id with the library's defaults (19 MiB, two passes), in PHC form. */
export const argon2Hasher = {
  hash: (password: string): Promise<string> => hash(password),
  /** False too for a stored value that is no hash. */
  verify: (stored: string, password: string): Promise<boolean> => verify(stored, password).catch(() => false),
};
