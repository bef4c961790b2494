import type { ServiceLog } from '../../../src/services/calcom/calcom-budget';

/** Remembers what was said, by level. */
export class RecordingLog implements ServiceLog {
  readonly said: { level: 'info' | 'warn' | 'error'; message: string; fields: object }[] = [];
  info(fields: object, message: string): void {
    this.said.push({ level: 'info', message, fields });
  }
  warn(fields: object, message: string): void {
    this.said.push({ level: 'warn', message, fields });
  }
  error(fields: object, message: string): void {
    this.said.push({ level: 'error', message, fields });
  }
  at(level: 'info' | 'warn' | 'error'): string[] {
    return this.said.filter((entry) => entry.level === level).map((entry) => entry.message);
  }
}
