// autocannon ships no types; this is what the benches use of it.
declare module 'autocannon' {
  function autocannon(options: {
    url: string;
    connections: number;
    duration: number;
    requests: { method: string; path: string; headers: Record<string, string>; body: string | Buffer }[];
  }): Promise<{
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    duration: number;
    latency: { p50: number; p99: number; max: number };
  }>;
  export = autocannon;
}
