import express from 'express';
import request from 'supertest';
import { createRequestLog } from '../../src/controllers/request-log';
import { RecordingLogger } from '../support/recording-logger';

test('a request’s line says the client’s address and who was authenticated', async () => {
  const logger = new RecordingLogger();
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(
    createRequestLog({
      logger,
      clock: { monotonicMs: () => 0 },
      metrics: { count: () => undefined, time: () => undefined },
    }),
  );
  app.get('/signed-in', (_req, res) => {
    res.locals.actor = { name: 'token:1' };
    res.end();
  });
  app.get('/open', (_req, res) => void res.end());
  for (const path of ['/signed-in', '/open']) await request(app).get(path).set('x-forwarded-for', '203.0.113.9');
  const lines = logger.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ client, actor }) => [client, actor])).toEqual([
    ['203.0.113.9', 'token:1'],
    ['203.0.113.9', undefined],
  ]);
});
