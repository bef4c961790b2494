import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  ProtocolError,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { Unauthorised } from '../errors';
import { toolParameters } from '../retell/agent-kit';
import { readArguments } from '../retell/arguments';
import { readCallId } from '../retell/call-id';
import { toolByName } from '../retell/tool-names';
import { type FlatAnswer, flatAnswer } from '../retell/wire-answer';
import { onlyOne, type Speaker } from '../services/tenants/signature-owners';
import type { VoiceTokens } from '../services/tenants/voice-tokens';
import type { CallDirection } from '../services/tenants/resolve-call';
import { TOOLS, type ToolName } from '../services/voice/tools';
import { isReadOnly } from '../services/voice/tools/define-tool';
import type {
  AskedTool,
  PlatformMessage,
  PlatformReply,
  PlatformRequest,
  RequestPeek,
  VoicePlatform,
} from '../services/voice/voice-platform';
import type { VoiceAnswer, VoiceCall } from '../services/voice/voice-request';
import { bearerIn, header, fieldsIn, languageOf, part, recordIn, textIn } from './wire';

interface McpPlatformDeps {
  voiceTokens: Pick<VoiceTokens, 'companyOf'>;
  /** For calls whose platform names two numbers and no direction. */
  directionOf: (ends: Pick<VoiceCall, 'fromNumber' | 'toNumber'>) => Promise<CallDirection | null>;
  version: string;
}

type AnswerTool = (asked: AskedTool) => Promise<VoiceAnswer>;

/** Codes of JSON-RPC. */
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;
const OPENING_FIELDS = 'The params of initialize need protocolVersion, capabilities and clientInfo (name, version).';
const LAST_WITH_BATCHES = '2025-03-26';
/** More than any model asks for in one turn. */
const MOST_MESSAGES = 20;
const DESTRUCTIVE = new Set<ToolName>(['cancel_appointment', 'reschedule_appointment']);

const TOOL_LIST = TOOLS.map((tool) => ({
  name: tool.name,
  description: tool.describe.en,
  inputSchema: toolParameters(tool, 'en'),
  annotations: {
    readOnlyHint: isReadOnly(tool),
    destructiveHint: DESTRUCTIVE.has(tool.name),
    idempotentHint: tool.agent.repeatable !== false,
    openWorldHint: true,
  },
}));

/**
 * The tools for clients of the Model Context Protocol: Streamable HTTP without sessions, one exchange per request, the
 * revision of 2026 and those before it.
 */
export class McpPlatform implements VoicePlatform {
  readonly name = 'mcp';
  readonly challenge = 'Bearer';

  constructor(private readonly deps: McpPlatformDeps) {}

  routeOf(): string {
    return '/mcp';
  }

  async speakerOf({ headers }: PlatformRequest): Promise<Speaker | null> {
    const token = bearerIn(headers);
    const companyId = token === undefined ? null : await this.deps.voiceTokens.companyOf(token);
    return companyId && { platform: false, companyIds: [companyId], unsigned: false };
  }

  peek({ headers, rawBody }: Pick<PlatformRequest, 'headers' | 'rawBody'>): RequestPeek | null {
    const { id, method, ...asked } = fieldsIn(rawBody) ?? {};
    const name = textIn(part(asked, 'params').name);
    if (method !== 'tools/call' || name === null || !isRequestId(id)) return null;
    return {
      ...{ ...endsIn(headers), direction: null, agentId: null, language: languageOf(headers), tools: [name] },
      respond: ([answer = '{}']) => {
        const result = { ...toolResult(fieldsIn(Buffer.from(answer)) ?? {}), resultType: 'complete' };
        return JSON.stringify({ jsonrpc: '2.0', id, result });
      },
    };
  }

  async read(request: PlatformRequest, speaker: Speaker): Promise<PlatformMessage> {
    const { headers } = request;
    // A page in a browser must not reach the tools with a token that it got hold of.
    if (headers.origin !== undefined && hostOf(headers.origin) !== headers.host) {
      return { kind: 'exchange', run: () => Promise.resolve(failure(403, -32_000, 'This origin may not ask.')) };
    }
    const ends = endsIn(headers);
    const call: VoiceCall = {
      platform: 'mcp',
      home: onlyOne(speaker),
      toolCallId: null,
      direction: await this.deps.directionOf(ends),
      ...ends,
      agentId: null,
      startedAt: null,
      language: languageOf(headers),
      hasCallObject: true,
    };
    return {
      kind: 'exchange',
      run: async (answer) => {
        const refused: Unauthorised[] = [];
        let before: Promise<unknown> = Promise.resolve();
        const reply = await this.#exchange(request, call, (asked) => {
          // The messages of a batch are answered in their order.
          const answered = before.then(() => answer(asked));
          before = answered.catch((error: unknown) => {
            if (error instanceof Unauthorised) refused.push(error);
          });
          return answered;
        });
        // The protocol's server makes an answer of every error; a token on a line that is not its company's is 401.
        if (refused[0]) throw refused[0];
        return reply;
      },
    };
  }

  async #exchange({ headers, rawBody }: PlatformRequest, call: VoiceCall, answer: AnswerTool): Promise<PlatformReply> {
    let parsedBody: unknown;
    try {
      parsedBody = JSON.parse(rawBody.toString('utf8'));
    } catch {
      return failure(400, PARSE_ERROR, 'The body is not JSON.');
    }
    const problem = Array.isArray(parsedBody)
      ? batchProblem(parsedBody, header(headers, 'mcp-protocol-version'))
      : null;
    if (problem !== null) return failure(400, INVALID_REQUEST, problem);
    const opening = recordIn(parsedBody);
    // The protocol's server would call it an internal error.
    if (opening?.method === 'initialize' && isRequestId(opening.id) && !isInitializeRequest(opening))
      return failure(200, INVALID_PARAMS, OPENING_FIELDS, opening.id);
    const { accept = '*/*' } = headers;
    const sent = new Request('http://gateway/mcp', {
      method: 'POST',
      headers: [
        ...Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' && !HOP.has(name) ? [[name, value]] : [],
        ),
        ['accept', accept.includes('*/*') ? 'application/json, text/event-stream' : accept],
      ],
      body: rawBody.toString('utf8'),
    });
    const server = this.#server(call, answer);
    if (await isLegacyRequest(sent, parsedBody)) {
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
      await server.connect(transport);
      try {
        return await replyOf(await transport.handleRequest(sent, { parsedBody }));
      } finally {
        await server.close();
      }
    }
    const handler = createMcpHandler(() => server, { legacy: 'reject', maxSubscriptions: 0 });
    return replyOf(await handler.fetch(sent, { parsedBody }));
  }

  #server(call: VoiceCall, answer: AnswerTool): Server {
    const server = new Server({ name: 'askpro-gateway', version: this.deps.version }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => ({ tools: TOOL_LIST }));
    server.setRequestHandler('tools/call', async ({ params }) => {
      const tool = toolByName(params.name);
      if (tool === null) throw new ProtocolError(INVALID_PARAMS, `There is no tool ${params.name.slice(0, 100)}.`);
      const args = readArguments(tool, params.arguments ?? {});
      return toolResult(flatAnswer(tool, await answer({ request: { tool, args, call } })));
    });
    return server;
  }
}

function endsIn(headers: PlatformRequest['headers']): Pick<VoiceCall, 'callId' | 'fromNumber' | 'toNumber'> {
  return {
    callId: readCallId(header(headers, 'x-call-id')),
    fromNumber: textIn(header(headers, 'x-caller-number')),
    toNumber: textIn(header(headers, 'x-line-number')),
  };
}

function toolResult(flat: FlatAnswer) {
  const { message } = flat;
  return {
    // Some clients show the model nothing but the texts.
    content: [
      { type: 'text' as const, text: typeof message === 'string' ? message : '' },
      { type: 'text' as const, text: JSON.stringify(flat) },
    ],
    structuredContent: flat,
    isError: false,
  };
}

/** Of the connection, not of the message. */
const HOP = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'authorization',
  'accept',
]);

/** Of a batch, which clients up to 2025-03-26 may send; they name no revision, or that one. */
function batchProblem(batch: unknown[], revision = LAST_WITH_BATCHES): string | null {
  if (revision > LAST_WITH_BATCHES) return `Revision ${revision.slice(0, 20)} has no batches: send one message.`;
  return batch.length > MOST_MESSAGES ? `A batch has at most ${MOST_MESSAGES} messages.` : null;
}

async function replyOf(response: Response): Promise<PlatformReply> {
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  };
}

function isRequestId(id: unknown): id is string | number {
  return typeof id === 'string' || typeof id === 'number';
}

/** @param id of the message that is refused; null where none could be read */
function failure(status: number, code: number, message: string, id: string | number | null = null): PlatformReply {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });
  return { status, type: 'application/json', body };
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
