import type { RedisConnections } from './redis';

/** Short messages to all processes. Nothing depends on their arrival: listeners also forget by age. */
export class Announcements {
  readonly #listeners = new Map<string, ((message: string) => void)[]>();

  constructor(private readonly redis: RedisConnections) {
    redis.subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
  }

  listen(channel: string, listener: (message: string) => void): void {
    this.#listeners.set(channel, [...(this.#listeners.get(channel) ?? []), listener]);
    // The client repeats it after every reconnect; until Redis is there no process announces anything either.
    void this.redis.subscriber.subscribe(channel).catch(() => undefined);
  }

  async say(channel: string, message: string): Promise<void> {
    // This process first: its own next answer must know.
    for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    if (this.redis.available) await this.redis.commands.publish(channel, message).catch(() => 0);
  }
}
