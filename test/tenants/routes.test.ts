import { SIGN_IN_LINK } from '../../src/controllers/admin/sign-in-link';
import 'reflect-metadata';
import { ADMIN_ROUTES } from '../../src/controllers/admin/admin-router';
import { openApiDocument } from '../../src/controllers/openapi/openapi-document';
import { tenantId } from '../../src/domain';
import { AdminKit, type Tenant } from '../admin/kit';
import { bodyFor, everyKindOfRow, rowsOf } from './walk-kit';
import { until } from '../support/until';

const MARK = 'Zebrawald';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;
/** A row of the other company for every kind of thing that has an address. */
let rowOf: Record<string, string>;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant(MARK);
  rowOf = await everyKindOfRow(kit, theirs, MARK);
});
afterAll(() => kit.stop());

/** Routes about the gateway or the asking company as a whole; whose answer may only be about that company. */
const ABOUT_ALL = new Set([
  ...['/status', '/rate-limit', '/circuit-breaker', '/circuit-breaker/reset', '/metrics', '/cache', '/cache/warm'],
  ...['/check-setup', '/calcom/test-connection', '/calcom/import-event-types', '/calcom/create-webhook'],
  ...['/calcom/assign-event-type', '/calcom/disputed-event-types', '/public-holidays'],
  ...['/performance-report', '/events', '/search', '/trends', '/callback-assignees', '/calendar'],
]);
const short = (path: string): string => path.replace('/api/admin', '');
const rowsOfTheirs = (): Promise<string> => rowsOf(kit, theirs.id);

test('every route in the document is walked: none is left out here', () => {
  // Whatever is below /session is about the person who asks, and names nothing of others.
  const isOnesOwn = (path: string): boolean => path === SIGN_IN_LINK || path.startsWith('/api/admin/session');
  const documented = Object.entries(openApiDocument().paths)
    .filter(([path]) => path.startsWith('/api/admin') && !isOnesOwn(path))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path.replace('{id}', ':id')}`));
  expect(documented.sort()).toEqual(ADMIN_ROUTES.map((spec) => `${spec.method} ${spec.path}`).sort());
});

test.each(ADMIN_ROUTES.filter((spec) => spec.path.includes(':')).map((spec) => [spec.method, spec.path] as const))(
  '%s %s does not reach a row of another company',
  async (method, path) => {
    const kind = short(path).split('/')[1]!;
    const id = rowOf[kind];
    if (!id) throw new Error(`there is no row of the other company for ${kind}: add one above`);
    const before = await rowsOfTheirs();
    const body = bodyFor(method, path, rowOf);
    const answer = await kit.ask(method, short(path).replace(':id', id), {
      token: ours.token,
      ...(body ? { body } : {}),
    });
    expect([403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(MARK);
    expect(await rowsOfTheirs()).toBe(before);
  },
);

test.each(
  ADMIN_ROUTES.filter((spec) => !spec.path.includes(':')).map((spec) => [spec.method, spec.path, spec.list] as const),
)(
  '%s %s, asked for another company, is refused; asked for one’s own it tells nothing of others',
  async (method, path, list) => {
    if (path.endsWith('/events')) return;
    const before = await rowsOfTheirs();
    const { token } = ours;
    const body = bodyFor(method, path, rowOf);
    const words = path.endsWith('/search') ? `q=${MARK}` : '';
    const mine = await kit.ask(method, `${short(path)}?${words}`, { token, ...(body ? { body } : {}) });
    expect(mine.text).not.toContain(MARK);
    const foreign = body
      ? await kit.ask(method, short(path), { token, body: { ...body, company_id: theirs.id } })
      : await kit.ask(method, `${short(path)}?company_id=${theirs.id}&${words}`, { token });
    // Refused, or a route that knows no company at all and says so.
    expect(list ? [403] : [400, 403]).toContain(foreign.status);
    if (!list && method === 'get') expect(ABOUT_ALL.has(short(path))).toBe(true);
    expect(foreign.text).not.toContain(MARK);
    expect(await rowsOfTheirs()).toBe(before);
  },
);

test('the live figures are those of the company of the token', async () => {
  const told: string[] = [];
  const res = {
    ...{ writableLength: 0, once: () => undefined, end: () => undefined, flushHeaders: () => undefined },
    ...{ status: () => res, set: () => res, write: (text: string) => told.push(text) },
  } as never;
  const actor = (await kit.tokens.authenticate(ours.token))!;
  kit.live.join(res, actor, tenantId(ours.id));
  await until(() => told.length > 0);
  kit.live.stop();
  expect(told.join('')).not.toContain(MARK);
});
