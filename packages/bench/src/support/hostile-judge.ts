import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Document, Operation } from './hostile-parts';
import type { HostileRequest } from './hostile-requests';
import type { Reply } from './hostile-wire';

/** What none of our answers may show: stacks, files, statements, addresses of servers. */
const INNARDS =
  /\n\s+at |node_modules|\/src\/|\/dist\/|\bQueryFailed|\bsyntax error\b|\bselect \S+ from\b|\binsert into\b|ECONN|postgres(?:ql)?:\/\/|redis:\/\/|\bTypeError\b|\bZodError\b|Unexpected token/;
/** Methods and addresses that the document does not have are met with one of these. */
const NOTHING_THERE = new Set([200, 204, 206, 304, 400, 401, 404, 405, 412, 413, 416, 429]);

/** Decides whether an answer is one that the document promises and that gives nothing away. */
export class Judge {
  readonly #document: Document;
  readonly #forbidden: (asked: HostileRequest) => readonly string[];
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  /** @param forbidden texts that stand in no answer, unless the request itself brought them */
  constructor(document: Document, forbidden: (asked: HostileRequest) => readonly string[]) {
    this.#document = document;
    this.#forbidden = forbidden;
    addFormats(this.#ajv);
    this.#ajv.addSchema({ ...document, $id: 'document' });
  }

  /** @returns what is wrong with it, null when nothing is */
  fault(asked: HostileRequest, reply: Reply): string | null {
    const { status, text } = reply;
    const type = String(reply.headers['content-type'] ?? '').split(';')[0] ?? '';
    const readable = type !== 'text/javascript' && type !== 'application/javascript';
    if (readable && INNARDS.test(text)) return `shows innards: ${INNARDS.exec(text)?.[0]}`;
    const brought = JSON.stringify(asked.headers) + decoded(asked.path) + (asked.body?.toString('utf8') ?? '');
    const leaked = this.#forbidden(asked).find((secret) => text.includes(secret) && !brought.includes(secret));
    if (leaked) return `gives away ${leaked}`;
    // Headers beyond the limit are refused before anything of ours is asked.
    if (status === 431 && text === '') return null;
    const path = asked.path.split('?')[0] ?? '';
    const method = asked.method.toLowerCase();
    const template = this.#templateOf(path, method);
    if (template === null) {
      // HEAD is answered as GET is, without the body.
      if (method === 'head' && this.#promised(this.#templateOf(path, 'get'), 'get', status)) return null;
      if (!NOTHING_THERE.has(status)) return `status ${status} at an address of nothing`;
      return status >= 400 && type === 'application/json' && asked.method !== 'HEAD' ? this.#errorFault(text) : null;
    }
    if (status >= 500 && !(path === '/readyz' && status === 503)) return `status ${status}`;
    return this.#contractFault(template, method, status, type, text);
  }

  #promised(template: string | null, method: string, status: number): Operation['responses'][string] | undefined {
    return template === null ? undefined : this.#document.paths[template]?.[method]?.responses[String(status)];
  }

  #contractFault(template: string, method: string, status: number, type: string, text: string): string | null {
    const promised = this.#promised(template, method, status);
    if (!promised) return `status ${status} of ${method} ${template} is not in the document`;
    if (!promised.content) return text === '' ? null : `a body where ${template} promises none`;
    const media = promised.content[type];
    if (!media) return `${type || 'no type'} of ${method} ${template} ${status} is not in the document`;
    if (type !== 'application/json') return null;
    return this.#schemaFault(['paths', template, method, 'responses', String(status), 'content', type, 'schema'], text);
  }

  #errorFault(text: string): string | null {
    return this.#schemaFault(['components', 'schemas', 'Error'], text);
  }

  #schemaFault(path: string[], text: string): string | null {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return 'a body that is not JSON';
    }
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    let validate = this.#validators.get(pointer);
    if (!validate) {
      const found = this.#ajv.getSchema(`document#/${pointer}`);
      if (!found) return `no schema at ${pointer}`;
      validate = found;
      this.#validators.set(pointer, validate);
    }
    return validate(body) === true ? null : `not as documented: ${this.#ajv.errorsText(validate.errors).slice(0, 500)}`;
  }

  /** The path of the document that an address belongs to: the one with the most fixed parts. */
  #templateOf(path: string, method: string): string | null {
    const parts = path.split('/');
    const fits = Object.keys(this.#document.paths).filter((template) => {
      const wanted = template.split('/');
      const same =
        wanted.length === parts.length &&
        wanted.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]));
      return same && method in (this.#document.paths[template] ?? {});
    });
    const open = (template: string): number => template.split('{').length;
    return fits.sort((a, b) => open(a) - open(b))[0] ?? null;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
