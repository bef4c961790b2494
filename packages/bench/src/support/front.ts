import net from 'node:net';

export interface Front {
  url: string;
  /** Connections each process has been given. */
  given: readonly number[];
  stop(): void;
}

/** One address in front of several processes: connections in turn, and past a process that does not accept them. */
export async function startFront(urls: readonly string[]): Promise<Front> {
  const ports = urls.map((url) => Number(new URL(url).port));
  const given = ports.map(() => 0);
  const open = new Set<net.Socket>();
  let next = 0;
  const server = net.createServer({ noDelay: true }, (near) => {
    open.add(near);
    near.on('close', () => open.delete(near));
    near.on('error', () => near.destroy());
    connect(near, next++, ports.length);
  });
  const connect = (near: net.Socket, turn: number, triesLeft: number): void => {
    if (triesLeft === 0) return void near.destroy();
    const index = turn % ports.length;
    const far = net.connect({ port: ports[index] ?? 0, host: '127.0.0.1', noDelay: true });
    far.once('connect', () => {
      given[index] = (given[index] ?? 0) + 1;
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
    far.once('error', () => {
      if (far.bytesRead > 0 || near.destroyed) near.destroy();
      else connect(near, turn + 1, triesLeft - 1);
    });
    far.on('error', () => far.destroy());
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    given,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
