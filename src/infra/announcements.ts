import type { RedisConnections } from './redis';

/** Short messages to all processes on one channel. Nothing depends on their arrival: listeners also forget by age. */
export class Announcements {
  readonly #listeners: ((message: string) => void)[] = [];

  constructor(
    private readonly redis: RedisConnections,
    private readonly channel: string,
  ) {
    redis.subscriber.on('message', (heard: string, message: string) => {
      if (heard === channel) this.#deliver(message);
    });
    // The client repeats it after every reconnect; until Redis is there no process announces anything either.
    void redis.subscriber.subscribe(channel).catch(() => undefined);
  }

  listen(listener: (message: string) => void): void {
    this.#listeners.push(listener);
  }

  async say(message: string): Promise<void> {
    // This process first: its own next answer must know.
    this.#deliver(message);
    if (this.redis.available) await this.redis.commands.publish(this.channel, message).catch(() => 0);
  }

  #deliver(message: string): void {
    for (const listener of this.#listeners) listener(message);
  }
}
