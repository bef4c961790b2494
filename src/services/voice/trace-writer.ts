import type { TenantId } from '../../domain';
import type { GatewayMetrics } from '../../metrics/instruments';

export interface ToolInvocation {
  companyId: TenantId;
  callId: string | null;
  requestId: string;
  tool: string;
  toolCallId: string | null;
  /** Already masked. */
  input: unknown;
  output: unknown;
  status: string;
  success: boolean;
  startedAt: Date;
  durationMs: number;
  /** The questions to Cal.com behind the answer. */
  steps: unknown[];
  error: string | null;
}

/** The trace. Written behind the answer; losing the last second of it is allowed, slowing an answer is not. */
export interface InvocationStore {
  append(invocations: ToolInvocation[]): Promise<void>;
  /** The last tools of a call, in their order. */
  ofCall(companyId: TenantId, callId: string): Promise<{ tool: string; status: string }[]>;
}

/** Held back at most; beyond that the oldest are dropped, because a trace must never cost a caller anything. */
const MAX_WAITING = 5000;
const BATCH = 200;
const EVERY_MS = 50;

/** Writes the trace behind the answers, in batches; what is personal is masked on the way. */
export class TraceWriter {
  #waiting: ToolInvocation[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param deps.maskPersonal a copy of the first, fit to be kept; in the second the same people are named */
  constructor(
    private readonly deps: {
      store: InvocationStore;
      maskPersonal: (value: unknown, around: unknown) => unknown;
      metrics: Pick<GatewayMetrics, 'count'>;
    },
  ) {}

  record(invocation: ToolInvocation): void {
    this.#waiting.push(invocation);
    if (this.#waiting.length > MAX_WAITING)
      this.deps.metrics.count('askpro_trace_lost_total', {}, this.#waiting.splice(0, BATCH).length);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves when everything recorded so far has been tried. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await this.deps.store.append(batch.map((one) => this.#masked(one)));
        this.#waiting.splice(0, batch.length);
      } catch {
        // Kept for the next flush; MAX_WAITING bounds what is held.
        return;
      }
    }
  }

  #masked(invocation: ToolInvocation): ToolInvocation {
    const { input, output } = invocation;
    return {
      ...invocation,
      input: this.deps.maskPersonal(input, output),
      output: this.deps.maskPersonal(output, input),
    };
  }
}
