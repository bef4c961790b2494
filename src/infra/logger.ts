import pino, { type Logger as PinoLogger } from 'pino';

/** What the rest of the gateway needs of a logger; pino satisfies it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const SECRET_PATHS = ['authorization', 'apiKey', 'token', 'password', 'secret', 'signature'];

/**
 * JSON lines on stdout; pretty ones on a terminal. Fields named like a secret are removed wherever they stand on the
 * first two levels; personal data is masked by the code that logs it (`maskPhone`, `maskName`).
 */
export function createLogger(options: { level: string; pretty: boolean; name?: string }): PinoLogger {
  return pino({
    level: options.level,
    base: options.name ? { name: options.name } : null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
    serializers: { err: pino.stdSerializers.err },
    ...(options.pretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } } }
      : {}),
  });
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
