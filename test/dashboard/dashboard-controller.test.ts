import express from 'express';
import request from 'supertest';
import { sharedWords } from '../../src/compose/shared-words';
import { agentFolder } from '../../src/retell/agent-kit';
import { createDashboardRouter } from '../../src/controllers/dashboard-controller';

const app = express().use(createDashboardRouter({ words: sharedWords, kit: agentFolder() }));

test.each([
  ['/admin', 'text/html'],
  ['/admin/', 'text/html'],
  ['/admin/app.js', 'text/javascript'],
  ['/admin/styles/tokens.css', 'text/css'],
  ['/admin/icons.svg', 'image/svg+xml'],
  ['/admin/vendor/uplot.js', 'text/javascript'],
  ['/admin/vendor/uplot.css', 'text/css'],
])('%s is served as %s under a policy that allows nothing inline or foreign', async (path, type) => {
  const answer = await request(app).get(path).expect(200);
  expect(answer.headers['content-type']).toContain(type);
  expect(answer.headers['content-security-policy']).toMatch(/^default-src 'self';/);
  expect(answer.headers['content-security-policy']).not.toContain('unsafe');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
});

test('an unchanged file is not sent twice', async () => {
  const first = await request(app).get('/admin/app.js').expect(200);
  expect(first.headers['cache-control']).toBe('no-cache');
  await request(app).get('/admin/app.js').set('If-None-Match', String(first.headers.etag)).expect(304);
});

test.each(['/admin/nothing.js', '/admin/%2e%2e/config.ts', '/admin/vendor/uPlot.cjs.js'])(
  '%s is not found',
  async (path) => {
    await request(app).get(path).expect(404);
  },
);

test('the page itself holds no inline script or style', async () => {
  const { text } = await request(app).get('/admin').expect(200);
  expect(text).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
});
