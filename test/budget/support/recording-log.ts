import type { Logger } from '../../../src/infra/logger';

/** Remembers what was said, by level. */
export class RecordingLog implements Logger {
  readonly said: { level: keyof Logger; message: string; fields: object }[] = [];
  debug(fields: object, message: string): void {
    this.said.push({ level: 'debug', message, fields });
  }
  info(fields: object, message: string): void {
    this.said.push({ level: 'info', message, fields });
  }
  warn(fields: object, message: string): void {
    this.said.push({ level: 'warn', message, fields });
  }
  error(fields: object, message: string): void {
    this.said.push({ level: 'error', message, fields });
  }
  at(level: keyof Logger): string[] {
    return this.said.filter((entry) => entry.level === level).map((entry) => entry.message);
  }
}
