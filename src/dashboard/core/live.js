import { ApiError, api, headers, queryOf } from './api.js';
import { session } from './preferences.js';
import { who } from './who.js';
import { snapshotOf } from './snapshot.js';

/** How the figures arrive: 'live' (stream), 'polling' (stream refused or broken), 'lost' (neither works). */
const POLL_MS = 5000;
const STREAM_AGAIN_MS = 15_000;
/** A stream that says nothing for this long is dead; the server speaks every second. */
const SILENCE_MS = 8000;
const KEPT = 180;

class LiveFeed {
  #listeners = new Set();
  #stateListeners = new Set();
  #stopper = null;
  state = 'connecting';
  latest = null;
  /** The last three minutes, oldest first: what a page that opens later still wants to draw. */
  history = [];

  /** Calls at once with what is known. @returns {() => void} to stop listening */
  listen(callback) {
    this.#listeners.add(callback);
    if (this.latest) callback(this.latest);
    return () => this.#listeners.delete(callback);
  }

  listenState(callback) {
    this.#stateListeners.add(callback);
    callback(this.state);
    return () => this.#stateListeners.delete(callback);
  }

  start() {
    this.stop();
    this.#stopper = new AbortController();
    void this.#run(this.#stopper.signal);
  }

  stop() {
    this.#stopper?.abort();
    this.#stopper = null;
    this.latest = null;
    this.history = [];
  }

  async #run(signal) {
    while (!signal.aborted && who.isSignedIn()) {
      try {
        await this.#stream(signal);
      } catch (error) {
        if (signal.aborted || (error instanceof ApiError && error.status === 401)) return;
      }
      await this.#poll(signal, STREAM_AGAIN_MS);
    }
  }

  async #stream(signal) {
    const own = new AbortController();
    const giveUp = () => own.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    let silence = setTimeout(giveUp, SILENCE_MS);
    try {
      const answer = await fetch(`/api/admin/events${queryOf({ company_id: session.company() })}`, {
        headers: headers({ accept: 'text/event-stream' }),
        signal: own.signal,
        cache: 'no-store',
      });
      if (answer.status === 401) await api.get('/status', { company_id: session.company() }, signal);
      if (!answer.ok || !answer.body) throw new ApiError(answer.status, 'stream', '');
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(silence);
        silence = setTimeout(giveUp, SILENCE_MS);
        const events = (rest + part.value).replaceAll('\r\n', '\n').split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) this.#take(event);
      }
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', giveUp);
      own.abort();
    }
  }

  #take(event) {
    const data = event
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart())
      .join('\n');
    if (data === '') return;
    this.#setState('live');
    this.#publish(JSON.parse(data));
  }

  /** Asks for the status page instead, until it is time to try the stream again. */
  async #poll(signal, forMs) {
    const untilMs = performance.now() + forMs;
    while (!signal.aborted && performance.now() < untilMs) {
      try {
        const answer = await api.get('/status', { company_id: session.company() }, signal);
        this.#setState('polling');
        this.#publish(answer.data ?? answer);
      } catch (error) {
        if (signal.aborted || (error instanceof ApiError && error.status === 401)) return;
        this.#setState('lost');
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #publish(raw) {
    this.latest = snapshotOf(raw);
    this.history = [...this.history.slice(1 - KEPT), this.latest];
    for (const callback of this.#listeners) callback(this.latest);
  }

  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    for (const callback of this.#stateListeners) callback(state);
  }
}

export const live = new LiveFeed();
