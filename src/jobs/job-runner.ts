import { randomUUID } from 'node:crypto';
import type { TenantId } from '../domain';
import { classify } from '../errors';
import type { Clock } from '../infra/clock';
import type { Logger } from '../infra/logger';

export interface NewJob {
  queue: string;
  name: string;
  companyId: TenantId | null;
  payload: unknown;
  /** While a job with this key is queued or running, another is not added. */
  uniqueKey: string | null;
  delayMs: number;
  maxAttempts: number;
  backoffMs: number;
  timeoutMs: number;
}

export interface JobRecord {
  id: string;
  queue: string;
  name: string;
  companyId: TenantId | null;
  payload: unknown;
  /** Including the one that is running. */
  attempts: number;
  maxAttempts: number;
  backoffMs: number;
  timeoutMs: number;
  /** Grows with every claim: the holder of an older one has lost the job. */
  epoch: number;
}

/** Something that a job has done, for those who watch it: a word and what stands in its sentence. */
export interface JobProgress {
  step: string;
  values: Record<string, string>;
}

export interface JobSteps {
  done: number;
  total: number;
}

/** Durable rows; leases and due-ness are decided by the database's clock. Writes with a stale epoch return false. */
export interface JobStore {
  enqueue(job: NewJob): Promise<boolean>;
  /** One row per cron slot, whatever the number of processes and whether it has already been worked on. */
  enqueueOnce(slotKey: string, job: NewJob): Promise<boolean>;
  /**
   * Due jobs and those whose lease ran out, with SKIP LOCKED, in turn by company.
   * @param mostOfCompany so many jobs of one company at most run with this owner; jobs of no company are not counted
   */
  claim(owner: string, limit: number, mostOfCompany: number): Promise<JobRecord[]>;
  complete(job: JobRecord, owner: string): Promise<boolean>;
  /** Its next part begins after a pause, with tries of its own. */
  postpone(job: JobRecord, owner: string, payload: unknown, delayMs: number): Promise<boolean>;
  retry(job: JobRecord, owner: string, error: string, delayMs: number): Promise<boolean>;
  /** The job last added under the key, whatever became of it. */
  lastId(uniqueKey: string): Promise<string | null>;
  /** Adds to what the job has done so far. */
  note(job: JobRecord, owner: string, progress: JobProgress): Promise<void>;
  /** Says how far the job is. */
  countSteps(job: JobRecord, owner: string, steps: JobSteps): Promise<boolean>;
  /** No tries left: kept for the operator. */
  bury(job: JobRecord, owner: string, error: string): Promise<boolean>;
}

interface JobContext {
  signal: AbortSignal;
  attempt: number;
  companyId: string | null;
  /** What is left of the job begins after a pause, during which it holds no place. */
  goOnLater: (payload: unknown, afterMs: number) => void;
  /** Says what has been done, for those who watch the job. */
  note: (progress: JobProgress) => Promise<void>;
  /** Shown to operators while it runs; what cannot be recorded holds nothing up. */
  countSteps: (steps: JobSteps) => Promise<void>;
}

export interface JobHandler {
  /**
   * Must be harmless when run twice: a job runs at least once. The signal aborts when its time is over or the process
   * stops.
   */
  run(payload: unknown, context: JobContext): Promise<void>;
  /** Tries, back-off and time limit of this kind of job. */
  policy: { maxAttempts: number; backoffMs: number; timeoutMs: number; queue: string };
}

interface JobRunnerDeps {
  store: JobStore;
  handlers: Record<string, JobHandler>;
  clock: Clock;
  logger: Logger;
  concurrency: number;
  pollMs: number;
  onResult: (name: string, result: 'done' | 'retried' | 'dead', durationMs: number) => void;
  /** A job has no tries left. */
  onDead: (job: JobRecord, error: string) => void;
}

interface Rest {
  payload: unknown;
  afterMs: number;
}

/**
 * Runs durable jobs inside the gateway's processes. A process that dies leaves a lease that runs out; another one
 * repeats the job. Stopping takes no new jobs and waits for the running ones.
 */
export class JobRunner {
  readonly #owner = randomUUID();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<number> | undefined;
  #stopping = false;
  #storeDown = false;

  constructor(private readonly deps: JobRunnerDeps) {}

  /** Before `start`: a kind of job that needs what is made after this runner. */
  add(name: string, handler: JobHandler): void {
    this.deps.handlers[name] = handler;
  }

  start(): void {
    this.#schedule(this.deps.pollMs);
  }

  /** Adds a job by its handler's policy. Returns false when the same unique key is already waiting. */
  enqueue(
    name: string,
    payload: unknown,
    options: { companyId?: TenantId | null; uniqueKey?: string; delayMs?: number } = {},
  ): Promise<boolean> {
    return this.deps.store.enqueue(this.#job(name, payload, options));
  }

  /** As `enqueue`, for a job that an operator watches. @returns its id, or that of the one that is waiting */
  async enqueueWatched(
    name: string,
    payload: unknown,
    options: { companyId: TenantId | null; uniqueKey: string },
  ): Promise<{ queued: boolean; jobId: string | null }> {
    const queued = await this.enqueue(name, payload, options);
    return { queued, jobId: await this.deps.store.lastId(options.uniqueKey) };
  }

  /** Adds the job of one cron slot; many processes may try, one row results. */
  enqueueSlot(name: string, slotKey: string): Promise<boolean> {
    return this.deps.store.enqueueOnce(slotKey, this.#job(name, {}, { uniqueKey: slotKey }));
  }

  /** Begins the jobs that are due now, as many as there is room for. @returns how many */
  poll(): Promise<number> {
    if (this.#polling || this.#stopping) return Promise.resolve(0);
    this.#polling = this.#claim().finally(() => (this.#polling = undefined));
    return this.#polling;
  }

  async #claim(): Promise<number> {
    try {
      const room = this.deps.concurrency - this.#running.size;
      if (room <= 0) return 0;
      const mostOfCompany = Math.max(1, Math.floor(this.deps.concurrency / 2));
      const jobs = await this.deps.store.claim(this.#owner, room, mostOfCompany);
      if (this.#storeDown) {
        this.#storeDown = false;
        this.deps.logger.info({}, 'the job queue can be read again');
      }
      for (const job of jobs) this.#begin(job);
      return jobs.length;
    } catch (error) {
      if (!this.#storeDown) {
        this.#storeDown = true;
        this.deps.logger.warn({ code: classify(error).code }, 'the job queue cannot be read; jobs wait');
      }
      return 0;
    }
  }

  /** Runs everything that is due now, one after the other, until nothing is. For commands and tests. */
  async drain(): Promise<void> {
    for (;;) {
      const found = await this.poll();
      await Promise.all(this.#running);
      if (found === 0) return;
    }
  }

  /** @param graceMs how long running jobs may take to finish before their signal aborts */
  async stop(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopping = true;
    // What is being claimed at this moment is ours already.
    await this.#polling;
    const force = setTimeout(() => this.#stop.abort(new Error('stopping')), graceMs);
    await Promise.allSettled(this.#running);
    clearTimeout(force);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => {
      void this.poll().then((found) => {
        if (this.#timer) this.#schedule(found > 0 ? 10 : this.deps.pollMs);
      });
    }, delayMs);
    this.#timer.unref();
  }

  #begin(job: JobRecord): void {
    const work = this.#work(job).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #work(job: JobRecord): Promise<void> {
    const { clock, logger } = this.deps;
    const beganMs = clock.monotonicMs();
    // Its worker crashed on the last attempt; another one would only repeat that.
    const result = job.attempts > job.maxAttempts ? 'worker crashed on its last attempt' : await this.#try(job);
    const durationMs = clock.monotonicMs() - beganMs;
    try {
      if (typeof result === 'string') await this.#failed(job, result, durationMs);
      else if (result) await this.deps.store.postpone(job, this.#owner, result.payload, result.afterMs);
      else await this.#done(job, durationMs);
    } catch (problem) {
      logger.warn(
        { job: job.name, id: job.id, err: problem },
        'what became of a job could not be recorded; it will be repeated when its lease runs out',
      );
    }
  }

  /** @returns what went wrong, the part that is left, or null when it is done */
  async #try(job: JobRecord): Promise<string | Rest | null> {
    const { clock, handlers } = this.deps;
    const late = new AbortController();
    const over = new AbortController();
    clock.sleep(job.timeoutMs, over.signal).then(
      () => late.abort(new Error(`not done within ${job.timeoutMs} ms`)),
      () => undefined,
    );
    try {
      const handler = handlers[job.name];
      if (!handler) throw new Error(`no handler for ${job.name}`);
      const signal = AbortSignal.any([late.signal, this.#stop.signal]);
      let rest: Rest | null = null;
      const goOnLater: JobContext['goOnLater'] = (payload, afterMs) => (rest = { payload, afterMs });
      const note = (progress: JobProgress): Promise<void> => this.deps.store.note(job, this.#owner, progress);
      const countSteps: JobContext['countSteps'] = (steps) =>
        this.deps.store.countSteps(job, this.#owner, steps).then(
          () => undefined,
          () => undefined,
        );
      const { attempts: attempt, companyId } = job;
      const context = { signal, attempt, companyId, goOnLater, note, countSteps };
      await withSignal(handler.run(job.payload, context), signal);
      return rest;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      over.abort();
    }
  }

  async #done(job: JobRecord, durationMs: number): Promise<void> {
    if (await this.deps.store.complete(job, this.#owner)) this.deps.onResult(job.name, 'done', durationMs);
  }

  /** Only who still holds the job says what became of it. */
  async #failed(job: JobRecord, message: string, durationMs: number): Promise<void> {
    const { store, logger, onResult, onDead } = this.deps;
    if (job.attempts < job.maxAttempts) {
      if (!(await store.retry(job, this.#owner, message, job.backoffMs))) return;
      logger.warn(
        { job: job.name, id: job.id, attempt: job.attempts, error: message },
        'a job failed and will be tried again',
      );
      onResult(job.name, 'retried', durationMs);
      return;
    }
    if (!(await store.bury(job, this.#owner, message))) return;
    logger.error({ job: job.name, id: job.id, attempts: job.attempts, error: message }, 'a job failed for good');
    onResult(job.name, 'dead', durationMs);
    onDead(job, message);
  }

  #job(
    name: string,
    payload: unknown,
    options: { companyId?: TenantId | null; uniqueKey?: string; delayMs?: number },
  ): NewJob {
    const handler = this.deps.handlers[name];
    if (!handler) throw new Error(`no handler for ${name}`);
    return {
      ...handler.policy,
      name,
      payload,
      companyId: options.companyId ?? null,
      uniqueKey: options.uniqueKey ?? null,
      delayMs: options.delayMs ?? 0,
    };
  }
}

/** A handler that ignores its signal must not keep its place for ever. */
function withSignal(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
