import type { Logger } from '../../src/infra/logger';

/** Every line that the gateway logs, as pino would write it. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];
  debug = (fields: object, message: string): void => this.#write('debug', fields, message);
  info = (fields: object, message: string): void => this.#write('info', fields, message);
  warn = (fields: object, message: string): void => this.#write('warn', fields, message);
  error = (fields: object, message: string): void => this.#write('error', fields, message);

  #write(level: string, fields: object, message: string): void {
    const plain = JSON.stringify({ level, ...fields, message }, (_key, value: unknown) =>
      value instanceof Error
        ? { ...value, type: value.name, message: value.message, stack: value.stack, cause: value.cause }
        : value,
    );
    this.lines.push(plain);
  }
}
