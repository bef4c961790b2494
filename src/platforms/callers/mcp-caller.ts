import {
  type Answered,
  type CallerOptions,
  type Exchange,
  exchange,
  fieldsOf,
  PlatformCaller,
  randomId,
  type Turn,
} from './platform-caller';

const REVISION = '2026-07-28';

/** Plays a client of the Model Context Protocol that names the call in headers. The protocol knows no start and no end. */
export class McpCaller extends PlatformCaller {
  readonly platform = 'mcp';
  #requests = 0;

  constructor(options: CallerOptions) {
    super(options, randomId('mcp_'));
  }

  async ring(): Promise<Exchange[]> {
    return [exchange('tools/list', await this.#request('tools/list', {}))];
  }

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const answered = await this.#request('tools/call', { name: tool, arguments: args });
    return this.heard(tool, answered, fieldsOf(fieldsOf(fieldsOf(answered.body).result).structuredContent));
  }

  hangUp(): Promise<Exchange[]> {
    return Promise.resolve([]);
  }

  #request(method: string, params: { name?: string; arguments?: object }): Promise<Answered> {
    const { secret, fromNumber, toNumber } = this.options;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': REVISION,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const raw = JSON.stringify({ jsonrpc: '2.0', id: ++this.#requests, method, params: { ...params, _meta: meta } });
    return this.post('/mcp', raw, {
      ...{ accept: 'application/json, text/event-stream', 'mcp-protocol-version': REVISION, 'mcp-method': method },
      ...(params.name !== undefined && { 'mcp-name': params.name }),
      ...(secret !== null && { authorization: `Bearer ${secret}` }),
      'x-call-id': this.callId,
      ...(fromNumber !== null && { 'x-caller-number': fromNumber }),
      ...(toNumber !== null && { 'x-line-number': toNumber }),
    });
  }
}
