import { z } from 'zod';
import { LANGUAGE_CODES } from '../../domain';
import { companyOf } from '../../services/admin/actor';
import { companyId } from './list-query';
import { openStream } from './live-events';
import { actionOf, route, type RouteSpec } from './route-spec';

export const testCallRoute: RouteSpec = route('post /api/admin/test-calls', {
  ...{ role: 'company_admin', tag: 'agents', subject: 'test_call', limit: '16kb', mediaType: 'text/event-stream' },
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
  run: async ({ audit, testCalls, warn }, { actor, body, res }) => {
    const { company_id: named, service_id: serviceId, ...wish } = body;
    const company = companyOf(actor, named);
    const order = await testCalls.prepare(company, { ...wish, serviceId });
    const after = { number: order.number, books: order.books };
    const change = { companyId: company, subjectType: 'test_call', subjectId: null, after };
    await audit.done(actor, actionOf(testCallRoute), change);
    const show = (step: unknown): void => void res.write(`data: ${JSON.stringify(step)}\n\n`);
    try {
      await testCalls.play(order, (step) => {
        if (!res.headersSent) openStream(res);
        show(step);
      });
      show({ kind: 'done' });
    } catch (error) {
      if (!res.headersSent) throw error;
      warn({ err: error }, 'a test call ended early');
      show({ kind: 'problem' });
    }
    res.end();
  },
});
