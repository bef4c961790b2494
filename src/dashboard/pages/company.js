import { api } from '../core/api.js';
import { fill, h, icon } from '../core/dom.js';
import { milliseconds, number } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { field, form } from '../components/fields.js';
import { heading } from '../components/list.js';
import { serviceSettings } from '../components/service-settings.js';
import { empty, later } from '../components/states.js';
import { toast } from '../components/toast.js';
import { agentStep } from './agent-step.js';
import { companyRecords, retireButton, settingsButton } from './company-records.js';
import { openingStep } from './company-opening.js';
import { progressOf } from './company-progress.js';
import { checks } from './setup.js';
import { testCallStep } from './test-call-step.js';

/** A company's way from its key to its first booked call, in the order in which it is walked. */
export function page({ id, signal }) {
  const back = h('a.back', { href: addressOf('companies') }, icon('back'), t('nav.companies'));
  const body = later(signal, (stop) => load(id, stop, () => void body.reload()), 8);
  return [back, body];
}

async function load(id, signal, readAgain) {
  const { data: company } = await api.get(`/companies/${id}`, {}, signal);
  const check = later(signal, (stop) => checks(id, stop));
  const offer = later(signal, (stop) => services(id, stop));
  const changed = () => (void offer.reload(), again());
  const again = () => (void check.reload(), void progress.refresh());
  const steps = [
    ['key', keyStep(company, again)],
    ['import', [importStep(id, changed), offer]],
    ['number', later(signal, (stop) => numberStep(id, stop, again))],
    ['opening', openingStep(company, again)],
    ['agent', agentStep(company, signal, again)],
    ['webhook', webhookStep(id, again)],
    ['testCall', testCallStep(company, signal, again)],
    ['check', check],
  ];
  const progress = progressOf(id, steps, signal);
  return [
    heading(
      company.name,
      `${company.slug} · ${company.time_zone}`,
      settingsButton(company, readAgain),
      retireButton(company),
    ),
    progress.element,
    h('h2', {}, t('records.title')),
    companyRecords(company, signal, changed),
  ];
}

function keyStep(company, changed) {
  const result = h('div', { role: 'status' });
  const test = asking(t('company.test'), () => ({
    title: t('company.testTitle'),
    text: t('company.testText'),
    action: t('company.test'),
    run: async () => {
      const { data } = await api.post('/calcom/test-connection', { company_id: company.id });
      const words = data.success
        ? t('company.testOk', { name: data.user?.name ?? '', time: milliseconds(data.latency_ms) })
        : (data.error?.message ?? t('error.unknown'));
      fill(result, h('p.outcome', {}, badge('check', data.success ? 'ok' : 'error'), words));
    },
  }));
  const key = field({
    name: 'calcom_api_key',
    label: t('companies.key'),
    type: 'password',
    hint: company.has_calcom_api_key ? t('company.keySet') : t('companies.keyHint'),
  });
  const run = async ({ calcom_api_key: value }) => {
    await api.patch(`/companies/${company.id}`, { calcom_api_key: value.trim() });
    key.input.value = '';
    toast(t('state.saved'));
    changed();
  };
  return [form({ fields: [key], action: t('action.save'), run }), test, result];
}

function importStep(id, changed) {
  const result = h('div', { role: 'status' });
  const run = async () => {
    const { data } = await api.post('/calcom/import-event-types', { company_id: id });
    const lines = data.items.map((item) =>
      h(
        'li',
        {},
        h('span', {}, item.title, why(item) && h('small', {}, why(item))),
        badge('import', item.outcome, ['refused', 'deactivated'].includes(item.outcome) ? 'bad' : 'good'),
      ),
    );
    const hosts = h('p.hint', {}, t('company.hosts', { count: number(data.hosts.length) }));
    fill(result, lines.length > 0 ? h('ul.rows', {}, lines) : empty(t('company.nothing')), hosts);
  };
  return h(
    'div',
    {},
    h('p.lead', {}, t('company.importLead')),
    h(
      'div.page-actions',
      {},
      asking(
        t('company.import'),
        () => ({ title: t('company.importTitle'), text: t('company.importText'), action: t('company.import'), run }),
        changed,
      ),
      asking(t('company.hostChoice'), () => ({
        ...{ title: t('company.hostChoice'), text: t('company.hostChoiceText'), action: t('company.hostChoice') },
        run: async () => {
          const { data } = await api.post('/calcom/enable-host-choice', { company_id: id });
          const rows = data.event_types.map(({ title, outcome }) =>
            h('li', {}, h('span', {}, title), badge('hostChoice', outcome, outcome === 'enabled' ? 'good' : 'warn')),
          );
          fill(result, rows.length > 0 ? h('ul.rows', {}, rows) : empty(t('company.hostChoiceNone')));
        },
      })),
    ),
    result,
  );
}

const why = ({ reason, obstacles }) =>
  reason ? t.word('importRefusal', reason) : obstacles.map((one) => t.word('obstacle', one)).join(', ');

async function services(id, signal) {
  const { data } = await api.get('/services', { company_id: id, limit: 200 }, signal);
  if (data.length === 0) return empty(t('company.noServices'));
  return h(
    'ul.rows',
    {},
    data.map((row) =>
      h(
        'li',
        {},
        h(
          'div',
          {},
          h('span', {}, row.name, h('small', {}, t('company.minutes', { count: row.duration_minutes }))),
          serviceSettings(row),
        ),
        badge('active', row.is_active, row.is_active ? 'good' : 'plain'),
      ),
    ),
  );
}

async function numberStep(id, signal, changed) {
  const [branches, numbers] = await Promise.all(
    ['/branches', '/phone-numbers'].map((path) => api.get(path, { company_id: id, limit: 200 }, signal)),
  );
  const listed = h('ul.rows', {}, numbers.data.map(numberRow));
  const fields = [
    ...(branches.data.length === 0
      ? [field({ name: 'branch', label: t('company.branch'), value: t('company.firstBranch'), required: true })]
      : [
          field({
            name: 'branch_id',
            label: t('company.branch'),
            options: branches.data.map((row) => [row.id, row.name]),
          }),
        ]),
    field({
      name: 'number',
      label: t('column.number'),
      inputmode: 'tel',
      placeholder: '+493012345678',
      required: true,
    }),
    field({ name: 'agent_id', label: t('company.agent'), hint: t('field.optional') }),
  ];
  const run = async ({ branch, branch_id: chosen, number: text, agent_id: agent }) => {
    const { data } = await api.post('/phone-numbers', {
      company_id: id,
      ...(branch === undefined ? { branch_id: chosen } : { new_branch: branch }),
      number: text,
      ...(agent.trim() ? { agent_id: agent.trim() } : {}),
    });
    listed.append(numberRow(data));
    toast(t('state.saved'));
    changed();
  };
  return [listed, form({ fields, action: t('company.map'), run })];
}

function numberRow(row) {
  const confirmed = async () => {
    const { data } = await api.patch(`/phone-numbers/${row.id}`, { confirmed: true });
    element.replaceWith(numberRow(data));
    toast(t('state.saved'));
  };
  const pending = row.confirmed_at === null;
  const element = h(
    'li',
    {},
    h(
      'div',
      {},
      h('span', {}, row.number, h('small', {}, row.agent_id ?? '')),
      pending && h('small', {}, t('company.pending')),
      pending &&
        h(
          'button.button.small',
          { type: 'button', onclick: () => void confirmed().catch((error) => toast(error.message, 'bad')) },
          t('company.confirm'),
        ),
    ),
    badge('active', row.is_active, row.is_active ? 'good' : 'plain'),
  );
  return element;
}

function webhookStep(id, changed) {
  const url = field({
    name: 'public_url',
    label: t('company.publicUrl'),
    type: 'url',
    hint: t('company.publicUrlHint'),
  });
  const run = async ({ public_url: address }) => {
    // Without an address the gateway takes the one it is configured with.
    const body = { company_id: id, ...(address ? { public_url: address } : {}) };
    const { data } = await api.post('/calcom/create-webhook', body);
    toast(t(`company.webhook.${data.what_to_do ? 'by_hand' : data.outcome}`));
    changed();
  };
  return form({ fields: [url], action: t('company.createWebhook'), run });
}
