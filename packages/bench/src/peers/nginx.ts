import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { accepts, dieWithParent, freePort, stopChild } from '../../../../src/infra/child-process';
import { until } from '../support/fleet';

const BINARY = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'].find((file) =>
  existsSync(file),
);

export interface NginxCache {
  /** Takes the place of Cal.com's base URL. */
  baseUrl: string;
  stop(): Promise<void>;
}

/** nginx with a locking, stale-while-updating cache in front of Cal.com; null where there is no nginx. */
export async function startNginx(sandboxUrl: string, apiKey: string): Promise<NginxCache | null> {
  if (!BINARY || spawnSync(BINARY, ['-v'], { stdio: 'ignore' }).status !== 0) return null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-nginx-'));
  for (const part of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi', 'cache']) mkdirSync(path.join(folder, part));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, new URL(sandboxUrl).host, apiKey));
  const [command = BINARY, ...args] = [...dieWithParent('TERM'), BINARY, '-e', 'stderr', '-p', folder, '-c', file];
  const child: ChildProcess = spawn(command, args, { stdio: 'ignore' });
  await until(() => accepts(port), child);
  return {
    baseUrl: `http://127.0.0.1:${port}/v2`,
    stop: async () => {
      await stopChild(child, 'SIGTERM', 3000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, port: number, sandbox: string, apiKey: string): string {
  const toCalcom = [
    'proxy_pass http://calcom;',
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    `proxy_set_header Authorization "Bearer ${apiKey}";`,
  ].join(' ');
  return `
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off; tcp_nodelay on; keepalive_requests 1000000; keepalive_timeout 75s;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  proxy_cache_path ${folder}/cache levels=1:2 keys_zone=slots:10m max_size=200m inactive=30m use_temp_path=off;
  upstream calcom { server ${sandbox}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location /v2/slots {
      ${toCalcom}
      proxy_set_header cal-api-version 2024-09-04;
      proxy_cache slots; proxy_cache_key $request_uri; proxy_cache_valid 200 5m; proxy_cache_lock on;
      proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504 http_429;
      proxy_cache_background_update on; proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
      proxy_read_timeout 3s;
    }
    location / { ${toCalcom} proxy_read_timeout 15s; }
  }
}
`;
}
