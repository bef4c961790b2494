import { json, type Router } from 'express';
import { z } from 'zod';
import { LANGUAGE_CODES } from '../../domain';
import { companyOf } from '../../services/admin/actor';
import type { AuditTrail } from '../../services/admin/audit-trail';
import type { TestCalls } from '../../services/admin/test-calls';
import { actorOf } from './authenticate';
import { companyId } from './list-query';
import { admit, parse } from './mount';
import { actionOf, route } from './route-spec';

const spec = route({
  ...{ method: 'post', path: '/api/admin/test-calls', role: 'company_admin', tag: 'agents', subject: 'test_call' },
  summary:
    'Plays a call to the company as Retell would, signed and over HTTP, and answers server-sent events, one for each step as it happens: `ring`, `turn`, `hang_up`, last `done` or `problem`.',
  body: z
    .strictObject({
      company_id: companyId.optional(),
      number: z.string().trim().max(40).optional().describe('One of the company’s, E.164; default: the first'),
      service_id: z.guid().optional().describe('What is asked for; default: the first service'),
      language: z.enum(LANGUAGE_CODES).optional(),
      books: z.boolean().default(false).describe('Also books what is free, and cancels it again'),
    })
    .prefault({}),
  answer: z.string(),
});

export const TEST_CALL = { spec, mediaType: 'text/event-stream' };

export interface TestCallRouteDeps {
  audit: AuditTrail;
  testCalls: TestCalls<unknown>;
  warn: (fields: object, message: string) => void;
}

export function mountTestCalls(router: Router, { audit, testCalls, warn }: TestCallRouteDeps): void {
  router.post(spec.path, admit(spec, actorOf), json({ limit: '16kb' }), async (req, res) => {
    const actor = actorOf(res);
    const { company_id: named, service_id: serviceId, ...wish } = parse(spec.body, req.body, 'The body');
    const company = companyOf(actor, named);
    const order = await testCalls.prepare(company, { ...wish, serviceId });
    const after = { number: order.number, books: order.books };
    await audit.done(actor, actionOf(spec), { companyId: company, subjectType: 'test_call', subjectId: null, after });
    const show = (step: unknown): void => void res.write(`data: ${JSON.stringify(step)}\n\n`);
    const begin = (): void => {
      res
        .status(200)
        .set({ 'Content-Type': TEST_CALL.mediaType, 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      res.flushHeaders();
    };
    try {
      await testCalls.play(order, (step) => {
        if (!res.headersSent) begin();
        show(step);
      });
      show({ kind: 'done' });
    } catch (error) {
      if (!res.headersSent) throw error;
      warn({ err: error }, 'a test call ended early');
      show({ kind: 'problem' });
    }
    res.end();
  });
}
