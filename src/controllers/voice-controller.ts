import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { raw, type Request, type RequestHandler, type Response } from 'express';
import { DEFAULT_LANGUAGE } from '../domain';
import { InvalidInput, Unauthorised } from '../errors';
import type { Speaker } from '../services/tenants/signature-owners';
import { toolOf } from '../services/voice/tools';
import type { AskedTool, RequestPeek, VoicePlatform } from '../services/voice/voice-platform';
import type { VoiceAnswer } from '../services/voice/voice-request';
import { sendProblem } from './error-response';
import { LANGUAGES } from '../services/language/languages';
import type { VoiceGate } from '../services/voice/voice-gate';
import type { VoiceTools } from '../services/voice/voice-tools';
import type { CallEvents } from '../services/webhooks/call-events';

interface VoiceControllerDeps {
  tools: Pick<VoiceTools, 'answer'>;
  gate: Pick<VoiceGate, 'admit'>;
  calls: Pick<CallEvents, 'starting' | 'happened'>;
}

export interface VoiceRoute {
  /** Of POST requests. */
  path: RegExp;
  peek: (path: string, headers: IncomingHttpHeaders, rawBody: Buffer) => RequestPeek | null;
  handlers: RequestHandler[];
  /** Of requests with other methods, where they are not unknown paths. */
  refuse?: RequestHandler;
}

/** Where a platform's requests arrive. */
interface VoiceDoor {
  path: RegExp;
  /** The largest body, as `raw` takes it. */
  limit: string;
  /** What the path says, from the groups of `path`: a tool, or null where the body names it. */
  pathTool: (groups: readonly (string | undefined)[]) => string | null;
  /** Other methods are 405 instead of an unknown path. */
  isPostOnly?: boolean;
}

/** The body names the tool. */
const DISPATCHER = /^function(?:-call)?$/i;

/** The Laravel app's spelling with a version segment, and its second prefix, are still configured in live agents. */
export const RETELL_TOOLS: VoiceDoor = {
  path: /^\/api\/(?!retell\/webhook\/?$)(?:retell(?:\/(v\d+))?|webhooks\/retell)\/([^/]+)\/?$/i,
  // An hour of talk with word timings is about 1 MB.
  limit: '5mb',
  pathTool: ([version, tool = '']) => (version === undefined && DISPATCHER.test(tool) ? null : tool),
};
export const RETELL_WEBHOOK: VoiceDoor = {
  path: /^\/api\/(?:retell\/webhook|webhooks\/retell|webhook)\/?$/i,
  limit: '10mb',
  pathTool: () => 'webhook',
};

export const VAPI: VoiceDoor = { path: /^\/api\/vapi\/?$/i, limit: '5mb', pathTool: () => null };
export const ELEVENLABS: VoiceDoor = {
  path: /^\/api\/elevenlabs\/([^/]+)\/?$/i,
  limit: '10mb',
  pathTool: ([tool = '']) => tool.toLowerCase(),
};
export const MCP: VoiceDoor = { path: /^\/mcp\/?$/i, limit: '1mb', pathTool: () => null, isPostOnly: true };

/** One platform's requests. Business outcomes are 200; only unreadable or unproven requests are not. */
export function createVoiceRoute(platform: VoicePlatform, door: VoiceDoor, deps: VoiceControllerDeps): VoiceRoute {
  const anyBody = raw({ type: () => true, limit: door.limit });
  const body: RequestHandler = (req, res, next) => {
    // The load shedder may have read it.
    if (Buffer.isBuffer(req.body)) return next();
    const isShort = readShortBody(req, (read) => {
      req.body = read;
      next();
    });
    if (!isShort) anyBody(req, res, next);
  };

  const answerTool = async (asked: AskedTool, speaker: Speaker, res: Response): Promise<VoiceAnswer> => {
    if ('unknown' in asked) {
      res.locals.log = { status: 'unknown_tool' };
      const { callId, language } = asked.unknown;
      return {
        success: false,
        status: 'error',
        message: LANGUAGES[language ?? DEFAULT_LANGUAGE].phrases.unknownTool(),
        call_id: callId,
      };
    }
    const { request } = asked;
    res.locals.route = platform.routeOf(request.tool);
    const place = deps.gate.admit(request);
    if (!place.admitted) {
      res.locals.log = { call_id: request.call.callId, tool: request.tool, status: place.refusal.status };
      return place.refusal;
    }
    try {
      const { answer, log } = await deps.tools.answer(request, {
        requestId: String(res.locals.requestId),
        speaker,
        onGone: (abandon) => res.once('close', () => (res.writableFinished ? undefined : abandon())),
      });
      res.locals.log = log;
      return answer;
    } finally {
      place.release();
    }
  };

  const respond = async (req: Request, res: Response): Promise<void> => {
    const request = {
      pathTool: door.pathTool([req.params[0], req.params[1]]),
      headers: req.headers,
      rawBody: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
      isForm: isForm(req),
    };
    const speaker = await platform.speakerOf(request);
    if (!speaker) throw new Unauthorised();
    const message = await platform.read(request, speaker);
    if (message.kind === 'unreadable') throw new InvalidInput(message.problem);
    if (message.kind === 'no_such_path') return noSuchTool(res);
    if (message.kind === 'tools') {
      const answers = await inOrder(message.asked, (asked) => answerTool(asked, speaker, res));
      return sendAnswer(res, message.respond(answers));
    }
    res.locals.route = platform.routeOf('webhook');
    if (message.kind === 'exchange') {
      const { status, type, body: answered } = await message.run((asked) => answerTool(asked, speaker, res));
      if (type) res.setHeader('Content-Type', type);
      return void res.status(status).end(answered);
    }
    if (message.kind === 'starting') {
      return sendAnswer(res, message.respond(await deps.calls.starting(speaker, message.call)));
    }
    await deps.calls.happened(platform.name, speaker, message.events);
    if (message.answer) sendAnswer(res, message.answer);
    else res.status(204).end();
  };
  const handle: RequestHandler = (req, res) =>
    respond(req, res).catch((error: unknown) => {
      if (error instanceof Unauthorised && platform.challenge) res.setHeader('WWW-Authenticate', platform.challenge);
      throw error;
    });
  const peek: VoiceRoute['peek'] = (path, headers, rawBody) => {
    const [, ...groups] = door.path.exec(path) ?? [];
    return platform.peek({ pathTool: door.pathTool(groups), headers, rawBody });
  };
  return { path: door.path, peek, handlers: [body, handle], ...(door.isPostOnly ? { refuse: onlyPost } : {}) };
}

const onlyPost: RequestHandler = (req, res) => {
  res.setHeader('Allow', 'POST');
  sendProblem(res, 405, { code: 'method_not_allowed', message: `${req.method} is not answered here.` });
};

function isForm(req: Request): boolean {
  return req.is('application/x-www-form-urlencoded') !== false;
}

/** Reads run beside each other; a write waits for what was asked before it, and what was asked after it waits too. */
async function inOrder(asked: AskedTool[], answer: (asked: AskedTool) => Promise<VoiceAnswer>): Promise<VoiceAnswer[]> {
  const answers: Promise<VoiceAnswer>[] = [];
  for (const one of asked) {
    const isWrite = 'request' in one && toolOf(one.request.tool).effect === 'write';
    if (isWrite) await Promise.allSettled(answers);
    const answered = answer(one);
    answers.push(answered);
    if (isWrite) await Promise.allSettled([answered]);
  }
  return Promise.all(answers);
}

function noSuchTool(res: Response): void {
  res.locals.route = 'unknown';
  sendProblem(res, 404, { code: 'not_found', message: 'There is no such tool.' });
}

/** What `res.json` does for an object, without its looking for validators, charsets and replacers on every answer. */
function sendAnswer(res: Response, answer: unknown): void {
  const json = JSON.stringify(answer);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(json));
  res.end(json);
}

const LONGEST_SHORT_BODY = 65_536;

/**
 * Reads a body of small and known length, as nearly all tool calls have; body-parser's work for longer, encoded and chunked
 * ones is not needed. `done` is not called when the client disconnects first.
 * @returns false when it is another kind of body; nothing was read then
 */
export function readShortBody(req: IncomingMessage, done: (body: Buffer) => void): boolean {
  const length = Number(req.headers['content-length'] ?? Number.NaN);
  if (!(length > 0 && length <= LONGEST_SHORT_BODY) || req.headers['content-encoding'] !== undefined) return false;
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.once('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  return true;
}
