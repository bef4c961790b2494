import net from 'node:net';

/** How the wire behaves from now on. */
export interface WireFault {
  /** Added to every chunk, each way. */
  latencyMs?: number;
  bytesPerSecond?: number;
  /** Neither forwards nor closes; connections are accepted and stay silent. */
  blackHole?: boolean;
}

/** What happens to one exchange, told by the first bytes of its request. */
export type CutWhen =
  /** Cut before the request gets through. */
  | 'dropped'
  /** The request is on its way; nothing of its answer comes back. */
  | 'sent'
  /** The other side has done it and answers; the answer is lost. */
  | 'answered'
  /** Half of the answer's first packet still comes through. */
  | 'truncated';

interface CutRule {
  matches: (request: string) => boolean;
  when: CutWhen;
  times: number;
  /** Called before the wire is cut. */
  then: () => void;
}

interface Pair {
  client: net.Socket;
  server: net.Socket;
  rule: CutRule | null;
}

/** Stands between a client and one server on this machine and spoils the wire on demand. */
export class TcpFaultProxy {
  readonly #pairs = new Set<Pair>();
  readonly #listener: net.Server;
  #port = 0;
  #fault: WireFault = {};
  #cuts: CutRule[] = [];
  #healed: (() => void)[] = [];
  /** Connections accepted so far. */
  connections = 0;

  private constructor(
    /** Port of the server behind; may change when the server comes back elsewhere. */
    public target: number,
  ) {
    this.#listener = net.createServer((client) => this.#accept(client));
  }

  static async start(target: number): Promise<TcpFaultProxy> {
    const proxy = new TcpFaultProxy(target);
    await new Promise<void>((resolve) => proxy.#listener.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** `{}` heals; what a black hole held back then goes on. */
  behave(fault: WireFault): void {
    this.#fault = fault;
    if (fault.blackHole) return;
    for (const go of this.#healed.splice(0)) go();
  }

  /** The next exchanges that match are cut. */
  cut(when: CutWhen, matches: (request: string) => boolean, then: () => void = () => undefined, times = 1): void {
    this.#cuts.push({ when, matches, then, times });
  }

  forgetCuts(): void {
    this.#cuts = [];
  }

  /** Resets every connection that is open. */
  reset(): void {
    for (const pair of this.#pairs) this.#break(pair);
  }

  /** Nothing listens any more: connections are refused, those that were open are reset. */
  async shut(): Promise<void> {
    this.#port = this.port;
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    this.reset();
    await closed;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#listener.listen(this.#port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.behave({});
    if (this.#listener.listening) await this.shut();
  }

  #accept(client: net.Socket): void {
    this.connections++;
    client.on('error', () => undefined);
    client.setNoDelay(true);
    const server = net.connect(this.target, '127.0.0.1');
    server.setNoDelay(true);
    server.on('error', () => client.resetAndDestroy());
    const pair: Pair = { client, server, rule: null };
    this.#pairs.add(pair);
    client.on('data', (chunk) => void this.#carry(client, server, chunk, () => this.#request(pair, chunk)));
    server.on('data', (chunk) => void this.#carry(server, client, chunk, () => this.#answer(pair, chunk)));
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    client.on('close', () => server.destroy());
    server.on('close', () => {
      client.destroy();
      this.#pairs.delete(pair);
    });
  }

  /** @param pass whether the chunk goes on */
  async #carry(from: net.Socket, to: net.Socket, chunk: Buffer, pass: () => boolean): Promise<void> {
    from.pause();
    if (this.#fault.blackHole) await new Promise<void>((resolve) => this.#healed.push(resolve));
    if (!pass()) return;
    const { latencyMs, bytesPerSecond } = this.#fault;
    if (latencyMs) await sleep(latencyMs);
    if (bytesPerSecond) {
      const step = Math.max(1, Math.floor(bytesPerSecond / 10));
      for (let at = 0; at < chunk.length && !to.destroyed; at += step) {
        to.write(chunk.subarray(at, at + step));
        await sleep(100);
      }
    } else if (!to.destroyed) {
      to.write(chunk);
    }
    from.resume();
  }

  #request(pair: Pair, chunk: Buffer): boolean {
    if (this.#cuts.length === 0) return true;
    const text = chunk.toString('latin1', 0, 2000);
    const rule = this.#cuts.find((one) => one.matches(text));
    if (!rule) return true;
    rule.times--;
    if (rule.times <= 0) this.#cuts = this.#cuts.filter((one) => one !== rule);
    pair.rule = rule;
    if (rule.when === 'dropped') {
      rule.then();
      this.#break(pair);
      return false;
    }
    if (rule.when !== 'sent') return true;
    // The request still reaches the server, which may or may not act on it.
    pair.server.write(chunk, () => {
      rule.then();
      this.#break(pair);
    });
    return false;
  }

  #answer(pair: Pair, chunk: Buffer): boolean {
    const { rule } = pair;
    if (!rule) return true;
    rule.then();
    if (rule.when === 'truncated') {
      pair.client.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => this.#break(pair));
    } else {
      this.#break(pair);
    }
    return false;
  }

  #break({ client, server }: Pair): void {
    client.resetAndDestroy();
    server.resetAndDestroy();
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
