import pino, { type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';

/** What the rest of the gateway needs of a logger; pino satisfies it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** So many at once are written before the turn is over. */
const TURN_BYTES = 8192;
const SECRET_PATHS = ['authorization', 'apiKey', 'token', 'password', 'secret', 'signature'];

/**
 * JSON lines on stdout, or `beside` a command's own output on stderr; pretty ones on a terminal. Fields named like a
 * secret are removed wherever they stand on the first two levels; personal data is masked by the code that logs it
 * (`maskPhone`, `maskName`).
 */
export function createLogger(options: { level: string; pretty: boolean; name?: string; beside?: boolean }): PinoLogger {
  const settings: LoggerOptions = {
    level: options.level,
    base: options.name ? { name: options.name } : null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
    serializers: { err: pino.stdSerializers.err },
  };
  if (!options.pretty) return pino(settings, linesTo(options.beside ? 2 : 1));
  const target = { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } };
  return pino({ ...settings, transport: target });
}

/**
 * The same log without the search for secrets, which costs more than writing the line: for lines of which every field
 * is known.
 */
export function withoutSearch(logger: Logger | PinoLogger): Logger {
  return 'child' in logger ? logger.child({}, { redact: [] }) : logger;
}

/** The lines of one turn of the event loop leave in one write; none waits longer, and none is left behind at the end. */
function linesTo(dest: 1 | 2): DestinationStream {
  const out = pino.destination({ dest, sync: true, minLength: TURN_BYTES });
  let waiting = false;
  process.on('exit', () => out.flushSync());
  return {
    write: (line) => {
      out.write(line);
      if (waiting) return;
      waiting = true;
      setImmediate(() => {
        waiting = false;
        // Not flushSync, which would also wait for the disk when the log is a file.
        out.flush();
      });
    },
  };
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
