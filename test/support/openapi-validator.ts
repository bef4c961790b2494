import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Response } from 'supertest';
import { openApiDocument } from '../../src/controllers/openapi/openapi-document';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
const document = openApiDocument();
ajv.addSchema({ ...document, $id: 'openapi' });

/** The path of the document that an address belongs to: the one with the most fixed parts. */
export function templateOf(pathname: string, method: string): string | null {
  const parts = pathname.split('/');
  const fits = Object.keys(document.paths).filter((template) => {
    const wanted = template.split('/');
    const same = wanted.length === parts.length && wanted.every((part, i) => part.startsWith('{') || part === parts[i]);
    return same && method in document.paths[template]!;
  });
  const open = (template: string): number => template.split('{').length;
  return fits.sort((a, b) => open(a) - open(b))[0] ?? null;
}

/** Fails unless the answer is one that the document promises for this route and status. */
export function expectDocumented(response: Response): void {
  const method = response.request.method.toLowerCase();
  const { pathname } = new URL(response.request.url);
  const template = templateOf(pathname, method);
  if (!template) throw new Error(`${method} ${pathname} is not in the document`);
  const operation = document.paths[template]![method] as Operation;
  const promised = operation.responses[response.status];
  if (!promised)
    throw new Error(
      `${method} ${template}: status ${response.status} is not in the document (${response.text.slice(0, 300)})`,
    );
  if (!promised.content) return;
  const type = (response.headers['content-type'] ?? '').split(';')[0]!;
  const media = promised.content[type];
  if (!media) throw new Error(`${method} ${template}: ${type} is not in the document`);
  if (type !== 'application/json') return;
  const path = ['#', 'paths', template, method, 'responses', String(response.status), 'content', type, 'schema'];
  const pointer = path
    .map((part) =>
      encodeURIComponent(part === '#' ? part : part.replaceAll('~', '~0').replaceAll('/', '~1')).replace('%23', '#'),
    )
    .join('/');
  const validate = ajv.getSchema(`openapi${pointer}`);
  if (!validate) throw new Error(`no schema at ${pointer}`);
  if (validate(response.body) !== true) {
    throw new Error(
      `${method} ${template} ${response.status} is not as documented: ${ajv.errorsText(validate.errors)}\n${response.text.slice(0, 1000)}`,
    );
  }
}
