import type { RequestListener, ServerResponse } from 'node:http';
import { readShortBody } from './short-body';

const VOICE = /^\/api\/(?:webhooks\/)?retell\/(?:v\d+\/)?([\w-]+)\/?(?:\?|$)/i;
const NO_TOOL = new Set(['webhook']);
const CALL_ID = /"call_id"\s*:\s*"([\w-]{1,100})"/;
const TO_NUMBER = /"to_number"\s*:\s*"([^"\\]{1,60})"/;
const AGENT_ID = /"agent_id"\s*:\s*"([^"\\]{1,100})"/;
const NAME = /"(?:name|function_name|tool_name)"\s*:\s*"([\w-]{1,80})"/;
const LANGUAGE = /"(?:language|sprache)"\s*:\s*"([^"\\]{1,40})"/;

/** What a glance at a tool call tells, before anything of it is checked or parsed. */
export interface Glance {
  /** From the path; null when the body names the tool. */
  pathTool: string;
  named: string | null;
  callId: string | null;
  toNumber: string | null;
  agentId: string | null;
  language: string | null;
}

export interface FrontDoorDeps {
  app: RequestListener;
  /** Whether it is worth looking at who comes. */
  crowded: () => boolean;
  /** The answer for whom there is no room, as JSON; null lets it in. */
  refuse: (glance: Glance) => string | null;
}

/**
 * Stands before everything else. Refusing a question the whole way through costs a good part of answering it; once
 * there are more than can be answered that would leave nothing for those who are let in. So a tool call is only glanced
 * at, and refused for a tenth of the price. Whoever is let in is checked as always: nothing here is trusted.
 */
export function createFrontDoor(deps: FrontDoorDeps): RequestListener {
  return (req, res) => {
    const tool = req.method === 'POST' && deps.crowded() ? VOICE.exec(req.url ?? '')?.[1] : undefined;
    if (tool === undefined || NO_TOOL.has(tool.toLowerCase())) return deps.app(req, res);
    const isShort = readShortBody(req, (body) => {
      const refusal = deps.refuse(glanceAt(tool, body));
      if (refusal !== null) return answer(res, refusal);
      // Body readers leave a request alone that has been read.
      Object.assign(req, { body });
      deps.app(req, res);
    });
    if (!isShort) deps.app(req, res);
  };
}

function glanceAt(pathTool: string, body: Buffer): Glance {
  const text = body.toString('latin1');
  const found = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  return {
    pathTool,
    named: found(NAME),
    callId: found(CALL_ID),
    toNumber: found(TO_NUMBER),
    agentId: found(AGENT_ID),
    language: found(LANGUAGE),
  };
}

function answer(res: ServerResponse, json: string): void {
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(json) });
  res.end(json);
}
