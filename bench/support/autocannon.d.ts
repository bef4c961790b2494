// autocannon ships no types; this is what the benches use of it.
declare module 'autocannon' {
  export interface Options {
    url: string;
    connections: number;
    duration: number;
    requests: { method: string; path: string; headers: Record<string, string>; body: string | Buffer }[];
  }
  export interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    duration: number;
    requests: { total: number; average: number };
    latency: { p50: number; p97_5: number; p99: number; max: number };
  }
  export default function autocannon(options: Options): Promise<Result>;
}
