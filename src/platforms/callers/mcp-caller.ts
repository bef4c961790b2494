import {
  fieldsOf,
  postJson,
  randomId,
  type CallerOptions,
  type Exchange,
  type PlatformCaller,
  type Turn,
} from './platform-caller';

const REVISION = '2026-07-28';

/** Plays a client of the Model Context Protocol that names the call in headers. The protocol knows no start and no end. */
export class McpCaller implements PlatformCaller {
  readonly platform = 'mcp';
  readonly callId = randomId('mcp_');
  readonly #options: CallerOptions;
  #requests = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  async ring(): Promise<Exchange[]> {
    const { status, ms, body } = await this.#request('tools/list', {});
    return [{ name: 'tools/list', httpStatus: status, ms, body }];
  }

  say(): void {}

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const { status, ms, body } = await this.#request('tools/call', { name: tool, arguments: args });
    return { tool, ms, httpStatus: status, answer: fieldsOf(fieldsOf(fieldsOf(body).result).structuredContent) };
  }

  hangUp(): Promise<Exchange[]> {
    return Promise.resolve([]);
  }

  #request(method: string, params: { name?: string; arguments?: object }): ReturnType<typeof postJson> {
    const { secret, fromNumber, toNumber } = this.#options;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': REVISION,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const raw = JSON.stringify({ jsonrpc: '2.0', id: ++this.#requests, method, params: { ...params, _meta: meta } });
    return postJson(this.#options, '/mcp', raw, {
      ...{ accept: 'application/json, text/event-stream', 'mcp-protocol-version': REVISION, 'mcp-method': method },
      ...(params.name !== undefined && { 'mcp-name': params.name }),
      ...(secret !== null && { authorization: `Bearer ${secret}` }),
      'x-call-id': this.callId,
      ...(fromNumber !== null && { 'x-caller-number': fromNumber }),
      ...(toNumber !== null && { 'x-line-number': toNumber }),
    });
  }
}
