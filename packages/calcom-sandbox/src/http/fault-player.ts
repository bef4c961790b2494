import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOfShape, throttled, uncaughtError } from './api-error';
import { type Reply } from './call';
import { type Fault } from './fault-book';
import { writeCdnPage, writeMalformed, writeReply, writeSlowly, writeTruncated, writeWrongShape } from './reply-writer';

/** Runs the real request; its answer is complete when the promise settles. Never rejects. */
type RealHandling = () => Promise<Reply>;

/** Status that went out, or 0 when the caller gets no answer. */
type SentStatus = number;

interface Exchange {
  response: ServerResponse;
  toReply: (error: ReturnType<typeof throttled>) => Reply;
  handle: RealHandling;
}

function resetConnection(response: ServerResponse): SentStatus {
  response.socket?.resetAndDestroy();
  return 0;
}

function answer(response: ServerResponse, reply: Reply): SentStatus {
  writeReply(response, reply);
  return reply.status;
}

function edited(reply: Reply, changes: Record<string, unknown>): Reply {
  const { body } = reply;
  if (typeof body !== 'object' || body === null || !('data' in body)) return reply;
  return { ...reply, body: { ...body, data: { ...(body.data as object), ...changes } } };
}

function answerRateLimited(exchange: Exchange, fault: Extract<Fault, { kind: 'rate-limited' }>): SentStatus {
  const { response } = exchange;
  if (!fault.withHeaders) {
    for (const name of response.getHeaderNames()) if (name.startsWith('x-ratelimit')) response.removeHeader(name);
  } else {
    response.setHeader('X-RateLimit-Remaining-Default', '0');
  }
  if (fault.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(fault.retryAfterSeconds));
  return answer(response, exchange.toReply(throttled()));
}

/** Answers one request with the given fault. */
export async function playFault(fault: Fault, exchange: Exchange): Promise<SentStatus> {
  const { response, handle, toReply } = exchange;
  switch (fault.kind) {
    case 'status':
      if (fault.shape === 'E8') {
        writeCdnPage(response, fault.status);
        return fault.status;
      }
      return answer(response, {
        ...toReply(errorOfShape(fault.shape, fault.status, fault.message)),
        status: fault.status,
      });
    case 'delay':
      await sleep(fault.delayMs, undefined, { ref: false });
      return answer(response, await handle());
    case 'hang':
      return 0;
    case 'reset-before-commit':
      return resetConnection(response);
    case 'reset-after-commit':
      await handle();
      return resetConnection(response);
    case 'timeout-after-commit':
      await handle();
      return 0;
    case 'error-after-commit':
      await handle();
      return answer(response, toReply(uncaughtError()));
    case 'conflict-after-commit':
      await handle();
      return answer(response, toReply(errorOfShape('E4', 409, 'booking_conflict_error')));
    case 'edited-answer':
      return answer(response, edited(await handle(), fault.data));
    case 'rate-limited':
      return answerRateLimited(exchange, fault);
    case 'malformed-body':
      writeMalformed(response);
      return 200;
    case 'wrong-shape':
      writeWrongShape(response);
      return 200;
    case 'truncated-json': {
      const reply = await handle();
      writeTruncated(response, reply);
      return reply.status;
    }
    case 'html-502':
      writeCdnPage(response, 502);
      return 502;
    case 'slow-body': {
      const reply = await handle();
      await writeSlowly(response, reply, fault.durationMs);
      return reply.status;
    }
  }
}
