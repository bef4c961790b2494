import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { milliseconds } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { field, form } from '../components/fields.js';
import { later } from '../components/states.js';

/** A call to the company that is played by the gateway, shown turn by turn while it goes on. */
export function testCallStep(company, signal, changed) {
  return later(signal, async (stop) => {
    const [numbers, services] = await Promise.all(
      ['/phone-numbers', '/services'].map(async (path) => {
        const query = { company_id: company.id, is_active: true, limit: 200 };
        return (await api.get(path, query, stop)).data;
      }),
    );
    return [h('p.lead', {}, t('testCall.lead')), player(company, numbers, services, changed)];
  });
}

function player(company, numbers, services, changed) {
  const played = h('div', { role: 'log', 'aria-live': 'polite', 'aria-label': t('step.testCall') });
  const fields = [
    field({
      ...{ name: 'number', label: t('column.number') },
      options: numbers.filter((row) => row.confirmed_at !== null).map((row) => [row.number, row.number]),
    }),
    field({
      ...{ name: 'service_id', label: t('column.service') },
      options: services.map((row) => [row.id, row.name]),
    }),
    field({
      ...{ name: 'language', label: t('records.language'), value: company.language },
      options: ['de', 'en'].map((code) => [code, t.word('language', code)]),
    }),
    field({
      ...{ name: 'books', label: t('testCall.mode'), hint: t('testCall.modeHint') },
      options: [
        ['false', t('testCall.asks')],
        ['true', t('testCall.books')],
      ],
    }),
  ];
  const run = async ({ number, service_id: service, language, books }) => {
    const list = h('ol.dialogue', {});
    fill(played, list);
    const wish = { company_id: company.id, language, books: books === 'true' };
    const chosen = { ...(number ? { number } : {}), ...(service ? { service_id: service } : {}) };
    const steps = [];
    await api.postEvents('/test-calls', { ...wish, ...chosen }, (step) => {
      steps.push(step);
      list.append(...lineOf(step));
    });
    fill(played, list, verdict(steps));
    changed();
  };
  return h('div', {}, form({ fields, action: t('testCall.ring'), run }), played);
}

/** What one step looks like: what the caller says, what the agent answers, how long it took. */
function lineOf(step) {
  if (step.kind === 'turn')
    return [
      h('li.said-caller', {}, h('small', {}, t('testCall.caller')), step.heard),
      h(
        'li.said-agent',
        {},
        h('small', {}, t('testCall.agent')),
        step.message,
        h(
          'small.hint',
          {},
          `${t.word('tool', step.tool)}: ${t.word('outcome', step.status)}, ${milliseconds(step.ms)}`,
        ),
      ),
    ];
  const words = TOLD[step.kind];
  // A platform tells of a call's begin and end twice each.
  return words === undefined || step.name === 'call_analyzed' || step.name === 'call_inbound'
    ? []
    : [h('li.told', {}, h('small', {}, t(words)))];
}

const TOLD = { ring: 'testCall.ring_told', hang_up: 'testCall.hang_up_told', taken_back: 'testCall.taken_back' };

/** Turns that end a call, with what to do about each. */
const FAULTS = [
  'unknown_tenant',
  'unknown_service',
  'upstream_unavailable',
  'busy',
  'error',
  'slot_taken',
  'pending_confirmation',
];

function verdict(steps) {
  const refused = steps.find((step) => step.http_status >= 400);
  const turns = steps.filter(({ kind }) => kind === 'turn');
  const fault = turns.find(({ status }) => FAULTS.includes(status));
  const takenBack = steps.find(({ kind }) => kind === 'taken_back');
  const code = refused
    ? refused.http_status === 401
      ? 'signature'
      : 'refused'
    : steps.at(-1)?.kind !== 'done'
      ? 'ended'
      : takenBack && takenBack.status !== 'cancelled'
        ? 'stands'
        : (fault?.status ?? (turns.at(-1)?.status === 'unavailable' ? 'unavailable' : null));
  if (code === null)
    return h(
      'p.outcome',
      {},
      t(takenBack ? 'testCall.goodBooked' : 'testCall.good'),
      ' ',
      h('a', { href: addressOf('calls', null, {}) }, t('testCall.toCalls')),
    );
  return h('p.form-problem', { role: 'alert' }, t(`testCall.fault.${code}`, { status: refused?.http_status }));
}
