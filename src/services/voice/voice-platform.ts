import type { IncomingHttpHeaders } from 'node:http';
import type { Language, Platform } from '../../domain';
import type { Speaker } from '../tenants/signature-owners';
import type { CallEnds } from '../tenants/resolve-call';
import type { CallFacts, InboundCall, InboundFacts } from './ports';
import type { VoiceAnswer, VoiceRequest } from './voice-request';

/** A request as it came over HTTP, before anything in it is believed. */
export interface PlatformRequest {
  /** The last part of the path; null where the body names the tool. */
  pathTool: string | null;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** The body is `application/x-www-form-urlencoded`. */
  isForm: boolean;
}

/** What happened to a call. `dedupeKey` is the same for every delivery of one event and holds no personal data. */
export type CallEvent =
  | { kind: 'call_started' | 'call_ended' | 'call_analyzed'; dedupeKey: string; call: CallFacts }
  /** Kept, not acted upon. */
  | { kind: 'other'; dedupeKey: string; event: string; callId: string | null };

/** One of the tool calls in a message; a platform's agent may have tools that the gateway does not. */
export type AskedTool = { request: VoiceRequest } | { unknown: { callId: string | null; language: Language | null } };

export interface PlatformReply {
  status: number;
  /** The content type; null for an empty body. */
  type: string | null;
  body: string;
}

/** A request in the gateway's own terms, with the shape in which its sender reads the answer. */
export type PlatformMessage =
  | { kind: 'tools'; asked: AskedTool[]; respond: (answers: VoiceAnswer[]) => unknown }
  /** Before the agent picks up. The facts are null when no company has that line or they cannot be had in time. */
  | { kind: 'starting'; call: InboundCall; respond: (facts: InboundFacts | null) => unknown }
  /** The platform's protocol has its own way of asking and answering. */
  | {
      kind: 'exchange';
      run: (answer: (asked: AskedTool) => Promise<VoiceAnswer>) => Promise<PlatformReply>;
    }
  /** `answer` null: 204. */
  | { kind: 'events'; events: CallEvent[]; answer: object | null }
  /** Not what the platform sends; the text says what it should have been. */
  | { kind: 'unreadable'; problem: string }
  | { kind: 'no_such_path' };

/** What a request for tools says, before anything of it is proven or checked. */
export interface RequestPeek extends CallEnds {
  /** As named by the agent. */
  tools: string[];
  callId: string | null;
  language: Language | null;
  /** The answer comes in the envelope of the one address for all tools. */
  isDispatched?: boolean;
  /** The body, of the tools' answers as JSON; absent: the answer of the only tool. */
  respond?: (answers: string[]) => string;
}

/** The door of one voice platform. The two ends of a call are read from what the platform itself sends, never from arguments. */
export interface VoicePlatform {
  readonly name: Platform;
  /** `WWW-Authenticate` of a refusal, where the platform's clients expect one. */
  readonly challenge?: string;
  /** For logs and metrics: the path without what differs from call to call. */
  routeOf(tool: string): string;
  /** The companies that the request may speak for; null without a proof of its origin. */
  speakerOf(request: PlatformRequest): Promise<Speaker | null>;
  read(request: PlatformRequest, speaker: Speaker): PlatformMessage | Promise<PlatformMessage>;
  /** Cheap: nothing is looked up. Null for a request that asks for no tool, or is none. */
  peek(request: Omit<PlatformRequest, 'isForm'>): RequestPeek | null;
}
