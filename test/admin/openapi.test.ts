import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import express from 'express';
import request from 'supertest';
import { ADMIN_SPECS } from '../../src/controllers/admin/admin-router';
import { createDocsRouter } from '../../src/controllers/openapi/docs-router';
import { openApiDocument } from '../../src/controllers/openapi/openapi-document';
import { TOOLS } from '../../src/services/voice/tools';

const document = openApiDocument();
const app = express().use(createDocsRouter({ version: '1' }));

interface Described {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema: { properties?: Record<string, unknown> } }> }>;
  requestBody?: { content: Record<string, { schema: object }> };
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Described })),
);

test('every route is described once, under an id of its own', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const routes = ADMIN_SPECS.map((spec) => `${spec.method} ${spec.path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(new Set(routes).size).toBe(routes.length);
  expect(operations.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(routes));
});

test('every schema of the document is one', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const schemas = operations.flatMap(({ operation }) => [
    ...Object.values(operation.responses).flatMap((one) => Object.values(one.content ?? {})),
    ...Object.values(operation.requestBody?.content ?? {}),
  ]);
  expect(schemas.length).toBeGreaterThan(300);
  for (const { schema } of schemas) if (!('$ref' in schema)) expect(() => ajv.compile(schema)).not.toThrow();
});

test('writes refuse unknown fields, and the document says so', () => {
  const bodies = operations.filter(({ path, operation }) => path.startsWith('/api/admin') && operation.requestBody);
  const open = bodies.filter(
    ({ operation }) => !JSON.stringify(operation.requestBody).includes('"additionalProperties":false'),
  );
  expect(open.map(({ path }) => path)).toEqual([]);
});

test.each(TOOLS)('the document has every argument of $name and every field of its answer', ({ name, args, answer }) => {
  const { operation } = operations.find(({ path }) => path === `/api/retell/${name}`)!;
  const said = operation.responses[200]!.content!['application/json']!.schema;
  expect(Object.keys(said.properties ?? {})).toEqual(Object.keys(answer.shape));
  expect(said).toMatchObject({ required: Object.keys(answer.shape), additionalProperties: false });
  const sent = JSON.stringify(operation.requestBody?.content['application/json']?.schema);
  for (const argument of Object.keys(args.shape)) expect(sent).toContain(`"${argument}"`);
});

test('the document and a page to read it are served from this origin alone', async () => {
  expect((await request(app).get('/api/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(document)));
  const page = await request(app).get('/api/docs');
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  expect(page.headers['content-security-policy']).not.toContain('unsafe');
  const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  expect(links).toHaveLength(4);
  for (const link of links) expect([link, (await request(app).get(link)).status]).toEqual([link, 200]);
  expect(page.text).not.toMatch(/<script>|\sstyle=|\son\w+=/);
});

test('nothing else of the page’s package is served', async () => {
  for (const name of ['package.json', 'swagger-initializer.js', '..%2Fpackage.json', 'index.html']) {
    expect((await request(app).get(`/api/docs/${name}`)).status).toBe(404);
  }
});
