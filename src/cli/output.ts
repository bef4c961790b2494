import { SingleBar } from 'cli-progress';
import { InvalidArgumentError } from 'commander';

/** How a command speaks: plain lines, one JSON document with `--json`, progress bars on a terminal only. */
export class Output {
  readonly #json: boolean;

  constructor(options: { json?: boolean | undefined }) {
    this.#json = options.json === true;
  }

  line(text: string): void {
    if (!this.#json) console.log(text);
  }

  /** The command's result: the object with `--json`, else the text. */
  result(data: unknown, text: string): void {
    console.log(this.#json ? JSON.stringify(inSnakeCase(data), null, 2) : text);
  }

  /** A bar on a terminal, a line per step in a pipe, nothing with `--json`. */
  progress(label: string, total: number): { step(text: string): void; done(): void } {
    if (this.#json) return { step: () => undefined, done: () => undefined };
    if (!process.stdout.isTTY) {
      let count = 0;
      return { step: (text) => console.log(`[${++count}/${total}] ${text}`), done: () => undefined };
    }
    const bar = new SingleBar({ format: `${label} {bar} {value}/{total} {text}`, hideCursor: true });
    bar.start(total, 0, { text: '' });
    return { step: (text) => bar.increment(1, { text }), done: () => bar.stop() };
  }
}

/** The same document with the keys that the API would use. */
function inSnakeCase(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(inSnakeCase);
  if (typeof data !== 'object' || data === null || 'toJSON' in data) return data;
  const named = (key: string): string =>
    /^[a-z][a-zA-Z]*$/.test(key) ? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [named(key), inSnakeCase(value)]));
}

/** Text columns aligned to the widest cell; null is a dash. */
export function table(header: string[], body: (string | number | null)[][]): string {
  const rows = [header, ...body.map((row) => row.map((cell) => String(cell ?? '–')))];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = '', ...lines] = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...lines].join('\n');
}

/** Reads an option's value. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}
