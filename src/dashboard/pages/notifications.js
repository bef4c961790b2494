import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { ago } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { who } from '../core/who.js';
import { badge } from '../components/badge.js';
import { ask, asking } from '../components/dialog.js';
import { field } from '../components/fields.js';
import { heading } from '../components/list.js';
import { yesNo } from '../components/record-editor.js';
import { empty, later } from '../components/states.js';
import { toast } from '../components/toast.js';
import { withOwnWords } from './account.js';

const KINDS = ['email', 'slack', 'webhook'];
const EVENTS = ['alerts', 'new_callbacks', 'overdue_callbacks', 'reviews', 'daily_report'];
const OWN = '/own-notification-channels';
const SHARED = '/notification-channels';

/** Where one is notified oneself, and where the company is; without a mail server the page says so. */
export function page({ signal }) {
  return [
    heading(t('nav.notifications'), t('notify.lead')),
    later(signal, async (stop) => {
      const [{ data: options }, only] = await Promise.all([api.get('/session/options', {}, stop), onlyCompany(stop)]);
      const { mail } = options;
      const mayOwn = who.isPerson() && who.may('post', OWN);
      return [
        !mail && h('section.card', { role: 'note' }, h('p', {}, t('notify.noMail'))),
        mayOwn && ownChannels(signal, mail),
        who.may('get', SHARED) && sharedChannels(signal, mail, only),
        only && companyChannels(signal, mail, only.id),
      ];
    }),
  ];
}

const ownChannels = (signal, mail) =>
  channels({
    ...{ signal, mail, path: OWN, isOwn: true, companyId: who.current.company_id },
    ...{ title: t('notify.own'), lead: t('notify.ownLead') },
  });

const isAboutAll = () => who.isPlatform() && session.company() === '';

/** Of a platform with one company, which has no choice of companies above the page. */
async function onlyCompany(signal) {
  if (!isAboutAll()) return null;
  const { data } = await api.get('/companies', { limit: 2 }, signal);
  return data.length === 1 ? data[0] : null;
}

/** The platform without a chosen company has channels of its own, which are about every company's alerts. */
function sharedChannels(signal, mail, only) {
  if (!isAboutAll()) return companyChannels(signal, mail, session.company() || who.current.company_id);
  const lead = only ? t('notify.platformLead') : `${t('notify.platformLead')} ${t('notify.platformChoose')}`;
  return channels({ signal, mail, path: SHARED, isOwn: false, companyId: null, title: t('notify.platform'), lead });
}

function companyChannels(signal, mail, companyId) {
  const words = { title: t('notify.shared'), lead: t('notify.sharedLead') };
  return channels({ signal, mail, path: SHARED, isOwn: false, companyId, ...words });
}

function channels({ signal, mail, path, isOwn, companyId, title, lead }) {
  const shown = h('div', { role: 'status' });
  const events = companyId === null ? EVENTS.slice(0, 1) : EVENTS;
  const about = { mail, path, isOwn, companyId, events, shown };
  const list = later(signal, async (stop) => {
    const reach = companyId === null ? { of_platform: true } : { company_id: companyId };
    const { data } = await api.get(path, { ...reach, limit: 200, order: 'asc' }, stop);
    return data.length === 0 ? empty(t('notify.none')) : h('ul.rows', {}, data.map(rowOf));
  });
  const rowOf = (row) =>
    h(
      'li',
      {},
      h('div', {}, h('span', {}, nameOf(row), h('small', {}, summary(row))), h('small', {}, stateOf(row))),
      badge('active', row.is_active, row.is_active ? (row.problem === null ? 'good' : 'bad') : 'plain'),
      h(
        'div.row-actions',
        {},
        testButton(row, about, list.reload),
        labelled(t('action.edit'), row, () => edit(row, about), list.reload),
        removeButton(row, path, list.reload),
      ),
    );
  return h(
    'section.card',
    {},
    h(
      'div.card-head',
      {},
      h('h2', {}, title),
      labelled(t('notify.add'), null, () => edit(null, about), list.reload, title),
    ),
    h('p.lead', {}, lead),
    shown,
    list,
  );
}

const nameOf = ({ kind, address }) => `${t.word('notifyKind', kind)} ${address ?? t('notify.toMyself')}`;

const summary = (row) =>
  [
    row.events
      .filter((event) => event !== 'daily_report')
      .map((event) => t.word('notifyEvent', event))
      .join(', '),
    row.events.includes('daily_report') && t('notify.dailyTime', { time: row.daily_at }),
    row.quiet_from !== null && t('notify.quiet', { from: row.quiet_from, to: row.quiet_to }),
  ]
    .filter(Boolean)
    .join(' · ');

function stateOf({ problem, failed_at: failedAt, last_sent_at: sentAt }) {
  if (problem !== null) return t('notify.failed', { when: ago(failedAt), problem: t.word('sendProblem', problem) });
  return sentAt === null ? t('notify.nothingYet') : t('notify.sent', { when: ago(sentAt) });
}

const labelled = (label, row, open, after, name = nameOf(row)) =>
  h(
    'button.button.small',
    { type: 'button', 'aria-label': `${label}: ${name}`, onclick: async () => (await open()) && after() },
    label,
  );

function testButton(row, { path, shown }, reload) {
  const run = async () => {
    button.disabled = true;
    try {
      const { data } = await api.post(`${path}/${row.id}/test`);
      fill(shown, h('p.outcome', {}, badge('check', data.outcome === 'sent' ? 'ok' : 'error'), resultOf(data)));
      reload();
    } catch (error) {
      toast(error.message, 'bad');
    } finally {
      button.disabled = false;
    }
  };
  const attributes = { type: 'button', 'aria-label': `${t('notify.test')}: ${nameOf(row)}`, onclick: () => void run() };
  const button = h('button.button.small', attributes, t('notify.test'));
  return button;
}

/** What came back, in words. */
function resultOf({ problem, status, said }) {
  if (problem === null) return t(status === null ? 'notify.testOk' : 'notify.testOkStatus', { status });
  const words = { problem: t.word('sendProblem', problem), status: status === null ? '' : ` (${status})` };
  return [t('notify.testFailed', words), said && t('notify.said', { said })].filter(Boolean).join(' ');
}

const removeButton = (row, path, reload) =>
  asking(
    t('notify.remove'),
    () => ({
      ...{ title: t('notify.removeTitle'), text: t('notify.removeText', { name: nameOf(row) }) },
      ...{ action: t('notify.remove'), danger: true, run: () => api.delete(`${path}/${row.id}`) },
    }),
    reload,
    { class: 'small', 'aria-label': `${t('notify.remove')}: ${nameOf(row)}` },
  );

/** One dialog for a new channel and for a known one; it stays open, as typed, when the API refuses it. */
function edit(row, { mail, path, isOwn, companyId, events, shown }) {
  const kinds = mail ? KINDS : KINDS.slice(1);
  const isWebhook = row === null || row.kind === 'webhook';
  const hasAddress = row === null || row.kind !== 'email' || !isOwn;
  const rows = [
    row === null &&
      field({
        name: 'kind',
        label: t('notify.kind'),
        options: kinds.map((kind) => [kind, t.word('notifyKind', kind)]),
      }),
    hasAddress &&
      field({
        ...{ name: 'address', label: t(isOwn ? 'notify.addressOwn' : 'notify.address'), maxlength: 1000 },
        hint: t(isOwn ? 'notify.addressOwnHint' : 'notify.addressHint'),
        // Of a Slack webhook only the host is known here.
        ...(row?.kind === 'slack' ? { placeholder: `https://${row.address}/…` } : { value: row?.address ?? '' }),
      }),
    isWebhook &&
      field({
        name: 'secret',
        label: t('notify.secret'),
        hint: t('notify.secretHint'),
        type: 'password',
        maxlength: 200,
      }),
    field({ name: 'quiet_from', label: t('notify.quietFrom'), type: 'time', value: row?.quiet_from ?? '' }),
    field({
      ...{ name: 'quiet_to', label: t('notify.quietTo'), type: 'time', value: row?.quiet_to ?? '' },
      hint: t('notify.quietHint'),
    }),
    plainYesNo('urgent_always', t('notify.urgent'), row?.urgent_always ?? true),
    events.includes('daily_report') &&
      field({
        ...{ name: 'daily_at', label: t('notify.dailyAt'), type: 'time', value: row?.daily_at ?? '07:00' },
        hint: t('notify.dailyAtHint'),
      }),
    row !== null && plainYesNo('is_active', t('notify.active'), row.is_active),
  ].filter(Boolean);
  const choices = eventChoices(events, row?.events ?? ['alerts']);
  const run = withOwnWords(async (values) => {
    const body = bodyOf(values, events);
    if (row !== null) return api.patch(`${path}/${row.id}`, { ...body, if_updated_at: row.updated_at });
    const { kind } = values;
    const address = isOwn && kind === 'email' ? {} : { address: body.address ?? null };
    const { data } = await api.post(path, { ...body, ...address, kind, company_id: companyId });
    if (data.secret !== null) tellSecret(shown, data.secret);
  }, 'notify.problem');
  return ask({
    title: t(row === null ? 'notify.addTitle' : 'notify.editTitle'),
    text: t(row !== null ? 'notify.editText' : mail ? 'notify.addText' : 'notify.addMailless'),
    ...{ action: t('action.save'), done: t('state.saved'), rows, run },
    fields: h('div.form', {}, rows.slice(0, row === null ? 2 : 1), choices, rows.slice(row === null ? 2 : 1)),
  });
}

function plainYesNo(name, label, value) {
  const { read: _read, ...described } = yesNo(name, label, value);
  return field(described);
}

const eventChoices = (events, chosen) =>
  h(
    'fieldset.form.choices',
    {},
    h('legend', {}, t('notify.events')),
    events.map((event) =>
      h(
        'label.choice',
        {},
        h('input', { type: 'checkbox', name: `event.${event}`, checked: chosen.includes(event) }),
        t.word('notifyEvent', event),
      ),
    ),
  );

function bodyOf(values, events) {
  const chosen = events.filter((event) => values[`event.${event}`] !== undefined);
  if (chosen.length === 0) throw Object.assign(new Error(t('notify.problem.events')), { details: [] });
  const typed = (name) => (values[name] ?? '').trim();
  const maybe = (name) => (typed(name) === '' ? {} : { [name]: typed(name) });
  return {
    events: chosen,
    ...maybe('address'),
    ...maybe('secret'),
    ...maybe('daily_at'),
    quiet_from: typed('quiet_from') || null,
    quiet_to: typed('quiet_to') || null,
    urgent_always: values.urgent_always === 'true',
    ...(values.is_active === undefined ? {} : { is_active: values.is_active === 'true' }),
  };
}

/** A secret that was made is shown once. */
function tellSecret(shown, secret) {
  fill(
    shown,
    h(
      'section.card.secret',
      {},
      h('h3', {}, t('notify.secretTitle')),
      h('p', {}, t('notify.secretText')),
      h('p', {}, h('code', { tabindex: '0' }, secret)),
    ),
  );
}
