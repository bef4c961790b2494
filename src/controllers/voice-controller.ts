import { raw, type Request, type RequestHandler, type Response } from 'express';
import { InvalidInput, Unauthorised } from '../errors';
import type { Speaker } from '../services/tenants/ownership';
import type { VoiceAnswer, VoiceRequest } from '../services/voice/voice-request';
import type { RequestLogFields } from './request-log';
import { sendProblem } from './error-response';
import { readShortBody } from './short-body';

/** Retell's body limit: an hour of talk with word timings is about 1 MB. */
const BODY_LIMIT = '5mb';

/**
 * One pattern for all: every answer is looked up here first. Version and tool are its groups; Retell's webhook is none.
 */
const TOOL_PATH = /^\/api\/(?!retell\/webhook\/?$)(?:retell(?:\/(v\d+))?|webhooks\/retell)\/([^/]+)\/?$/i;
/** The body names the tool. */
const DISPATCHER = /^function(?:-call)?$/i;

export type ParsedToolCall =
  | { kind: 'request'; request: VoiceRequest; respond: (answer: VoiceAnswer) => unknown }
  | { kind: 'unknown_tool'; respond: (requestId: string) => unknown }
  | { kind: 'not_json' }
  | { kind: 'no_such_path' };

export interface BodySource {
  /** The tool in the path; null for the dispatcher, which reads it from the body. */
  pathTool: string | null;
  /** `X-Retell-Call-Id`. */
  callIdHeader: string | undefined;
  /** The body is `application/x-www-form-urlencoded`: its fields are the arguments. */
  isForm: boolean;
}

export interface VoiceControllerDeps {
  /** Who signed these bytes; null when no known key did. */
  speakerOf: (req: Request, rawBody: Buffer) => Promise<Speaker | null>;
  /** Any body shape and any path spelling into one request. */
  parse: (rawBody: Buffer, source: BodySource) => ParsedToolCall;
  answer: (
    request: VoiceRequest,
    context: { requestId: string; speaker: Speaker; onGone: (abandon: () => void) => void },
  ) => Promise<{
    answer: VoiceAnswer;
    log: RequestLogFields;
  }>;
  /** False when this process is at its capacity or the tenant uses more than its share: refused at once. */
  admit: (request: VoiceRequest) => { admitted: true; release: () => void } | { admitted: false; refusal: VoiceAnswer };
}

export interface VoiceRoute {
  /** Of POST requests. */
  path: RegExp;
  handlers: RequestHandler[];
}

/** `POST /api/retell/<tool>` and the dispatcher. Business outcomes are 200; only unreadable or unsigned requests are not. */
export function createVoiceRoute(deps: VoiceControllerDeps): VoiceRoute {
  const anyBody = raw({ type: () => true, limit: BODY_LIMIT });
  const body: RequestHandler = (req, res, next) => {
    // The load shedder may have read it.
    if (Buffer.isBuffer(req.body)) return next();
    const isShort = readShortBody(req, (read) => {
      req.body = read;
      next();
    });
    if (!isShort) anyBody(req, res, next);
  };

  const handle = async (req: Request, res: Response, pathTool: string | null): Promise<void> => {
    const rawBody = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const speaker = await deps.speakerOf(req, rawBody);
    if (!speaker) throw new Unauthorised();
    const callIdHeader = req.headers['x-retell-call-id'];
    const parsed = deps.parse(rawBody, {
      pathTool,
      callIdHeader: typeof callIdHeader === 'string' ? callIdHeader : undefined,
      isForm: req.is('application/x-www-form-urlencoded') !== false,
    });
    if (parsed.kind === 'not_json') throw new InvalidInput('The body is not JSON.');
    if (parsed.kind === 'no_such_path') {
      res.locals.route = 'unknown';
      return sendProblem(res, {
        status: 404,
        retryAfterSeconds: null,
        body: { error: { code: 'not_found', message: 'There is no such tool.' } },
      });
    }
    if (parsed.kind === 'unknown_tool') {
      res.locals.log = { status: 'unknown_tool' };
      sendAnswer(res, parsed.respond(String(res.locals.requestId)));
      return;
    }
    const { request, respond } = parsed;
    res.locals.route = `/api/retell/${request.tool}`;
    const place = deps.admit(request);
    if (!place.admitted) {
      res.locals.log = { call_id: request.call.callId, tool: request.tool, status: place.refusal.status };
      sendAnswer(res, respond(place.refusal));
      return;
    }
    try {
      const { answer, log } = await deps.answer(request, {
        requestId: String(res.locals.requestId),
        speaker,
        onGone: (abandon) => res.once('close', () => (res.writableFinished ? undefined : abandon())),
      });
      res.locals.log = log;
      sendAnswer(res, respond(answer));
    } finally {
      place.release();
    }
  };

  // The Laravel app's spelling with a version segment, and its second prefix, are still configured in live agents.
  const answer: RequestHandler = (req, res) => {
    const [version, tool] = [req.params[0], String(req.params[1] ?? '')];
    return handle(req, res, version === undefined && DISPATCHER.test(tool) ? null : tool);
  };
  return { path: TOOL_PATH, handlers: [body, answer] };
}

/** What `res.json` does for an object, without its looking for validators, charsets and replacers on every answer. */
function sendAnswer(res: Response, answer: unknown): void {
  const json = JSON.stringify(answer);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(json));
  res.end(json);
}
