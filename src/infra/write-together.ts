import type { Writable } from 'node:stream';

/**
 * Lets everything that is written to a socket within one turn of the event loop leave in one system call: many small
 * commands, each of which would cost one. Nothing waits longer than the turn takes.
 */
export function writeTogether(socket: Writable): void {
  const write = socket.write.bind(socket);
  let held = false;
  socket.write = (...given: unknown[]): boolean => {
    if (!held) {
      held = true;
      socket.cork();
      setImmediate(() => {
        held = false;
        socket.uncork();
      });
    }
    return Reflect.apply(write, socket, given) as boolean;
  };
}
