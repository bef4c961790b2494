import type { RequestListener, ServerResponse } from 'node:http';
import type { RequestPeek } from '../services/voice/voice-gate';
import { readShortBody } from './short-body';

const VOICE = /^\/api\/(?:webhooks\/)?retell\/(?:v\d+\/)?([\w-]+)\/?(?:\?|$)/i;
const NO_TOOL = new Set(['webhook']);
const CALL_ID = /"call_id"\s*:\s*"([\w-]{1,100})"/;
const OUTBOUND = /"direction"\s*:\s*"outbound"/;
const FROM_NUMBER = /"from_number"\s*:\s*"([^"\\]{1,60})"/;
const TO_NUMBER = /"to_number"\s*:\s*"([^"\\]{1,60})"/;
const AGENT_ID = /"agent_id"\s*:\s*"([^"\\]{1,100})"/;
const NAME = /"(?:name|function_name|tool_name)"\s*:\s*"([\w-]{1,80})"/;
const LANGUAGE = /"(?:language|sprache)"\s*:\s*"([^"\\]{1,40})"/;

export interface LoadShedderDeps {
  app: RequestListener;
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
    const tool = req.method === 'POST' && deps.crowded() ? VOICE.exec(req.url ?? '')?.[1] : undefined;
    if (tool === undefined || NO_TOOL.has(tool.toLowerCase())) return deps.app(req, res);
    const isShort = readShortBody(req, (body) => {
      const refusal = deps.refuse(peekRequest(tool, body));
      if (refusal !== null) return answer(res, refusal);
      // Body readers leave a request alone that has been read.
      Object.assign(req, { body });
      deps.app(req, res);
    });
    if (!isShort) deps.app(req, res);
  };
}

function peekRequest(pathTool: string, body: Buffer): RequestPeek {
  const text = body.toString('latin1');
  const found = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  return {
    pathTool,
    named: found(NAME),
    callId: found(CALL_ID),
    direction: OUTBOUND.test(text) ? 'outbound' : null,
    fromNumber: found(FROM_NUMBER),
    toNumber: found(TO_NUMBER),
    agentId: found(AGENT_ID),
    language: found(LANGUAGE),
  };
}

function answer(res: ServerResponse, json: string): void {
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(json) });
  res.end(json);
}
