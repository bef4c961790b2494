import { post, type Heard } from '../src/support/caller';

const LOOK_EVERY_MS = 100;

/** What stands before several processes: sends to those that say they are ready, in turn. */
export class Balancer {
  #ready: string[];
  #next = 0;
  #timer: NodeJS.Timeout;

  constructor(private readonly urls: readonly string[]) {
    this.#ready = [...urls];
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A refused connection carried no request yet: the next process gets it. Anything else that fails has failed. */
  async post(where: string, body: string): Promise<Heard> {
    const turn = this.#next++;
    const ready = this.#ready.length > 0 ? this.#ready : this.urls;
    for (let tries = 0; ; tries++) {
      const url = ready[(turn + tries) % ready.length] ?? '';
      try {
        return await post(`${url}${where}`, body);
      } catch (error) {
        const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
        if (!refused || tries + 1 >= ready.length) throw error;
      }
    }
  }

  async #look(): Promise<void> {
    const states = await Promise.all(
      this.urls.map((url) =>
        fetch(`${url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        ),
      ),
    );
    this.#ready = this.urls.filter((_, index) => states[index]);
  }
}
