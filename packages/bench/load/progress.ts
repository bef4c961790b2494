const LINE_EVERY_MS = 15_000;
const BAR = 24;

/** One line that is written over on a terminal, a line every quarter of a minute in a pipe. */
export class Progress {
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly seconds: number) {}

  show(at: number, text: string): void {
    const line = `${clock(at)} / ${clock(this.seconds)}  ${text}`;
    if (process.stdout.isTTY) {
      const filled = Math.min(BAR, Math.round((at / this.seconds) * BAR));
      process.stdout.write(`\r\u001b[2K${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}  ${line}`);
      return;
    }
    if (performance.now() - this.#lastMs < LINE_EVERY_MS) return;
    this.#lastMs = performance.now();
    console.log(line);
  }

  done(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
  }
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
