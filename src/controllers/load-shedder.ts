import type { RequestListener, ServerResponse } from 'node:http';
import type { RequestPeek } from '../services/voice/voice-platform';
import { readShortBody, type VoiceRoute } from './voice-controller';

interface LoadShedderDeps {
  app: RequestListener;
  routes: readonly Pick<VoiceRoute, 'path' | 'peek'>[];
  /** Whether requests may have to be refused at present. */
  crowded: () => boolean;
  /** The refusal as JSON when there is no room; null admits the request. */
  refuse: (peek: RequestPeek) => string | null;
}

/**
 * Runs before everything else. Refusing a request at the end of the whole chain costs a good part of answering it, which
 * under overload would leave nothing for the admitted ones. So only the head of a tool call is read, and refusing costs a
 * tenth of answering. Admitted requests are checked as always: nothing read here is trusted.
 */
export function createLoadShedder(deps: LoadShedderDeps): RequestListener {
  return (req, res) => {
    if (req.method !== 'POST' || !deps.crowded()) return deps.app(req, res);
    const [address = ''] = req.url?.split('?') ?? [];
    const route = deps.routes.find(({ path }) => path.test(address));
    if (!route) return deps.app(req, res);
    const isShort = readShortBody(req, (body) => {
      const peek = route.peek(address, req.headers, body);
      const refusal = peek && deps.refuse(peek);
      if (refusal !== null) return answer(res, refusal);
      // Body readers leave a request alone that has been read.
      Object.assign(req, { body });
      deps.app(req, res);
    });
    if (!isShort) deps.app(req, res);
  };
}

function answer(res: ServerResponse, json: string): void {
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(json) });
  res.end(json);
}
