import { api } from '../core/api.js';
import { h, icon } from '../core/dom.js';
import { dateTime, day, milliseconds, time } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { badge } from '../components/badge.js';
import { callTimeline, endReason } from '../components/call-timeline.js';
import { heading } from '../components/list.js';
import { empty, later } from '../components/states.js';

/** Why a call did, or did not, book. */
export function page({ id, signal }) {
  const back = h('a.back', { href: addressOf('calls') }, icon('back'), t('nav.calls'));
  return [back, heading(t('trace.title'), t('trace.lead')), later(signal, (stop) => load(id, stop), 8)];
}

async function load(id, signal) {
  const { data } = await api.get(`/calls/${encodeURIComponent(id)}/trace`, {}, signal);
  const { call, tools, appointments, operations, callbacks } = data;
  const zone = call.time_zone ?? undefined;
  return [
    h('section.card', {}, summary(call, tools)),
    call.hand_over && h('section.card', {}, handOver(call.hand_over, zone)),
    h(
      'section.card',
      {},
      h('h2', {}, t('trace.tools')),
      callTimeline(data),
      tools.length === 0 && empty(t('trace.noTools')),
    ),
    h(
      'div.grid.two',
      {},
      h(
        'section.card',
        {},
        h('h2', {}, t('nav.appointments')),
        rows(appointments, t('trace.noAppointments'), (row) => [
          h('span', {}, `${day(row.starts_at, zone)} ${time(row.starts_at, zone)}`),
          badge('appointment', row.status),
        ]),
      ),
      h(
        'section.card',
        {},
        h('h2', {}, t('trace.operations')),
        rows(operations, t('trace.noOperations'), (row) => [
          h(
            'span',
            {},
            t.word('operation', row.kind),
            h('small', {}, row.error === null ? dateTime(row.created_at, zone) : t.word('reason', row.error)),
          ),
          badge('ledger', row.state),
        ]),
      ),
      callbacks.length > 0 &&
        h(
          'section.card',
          {},
          h('h2', {}, t('nav.callbacks')),
          rows(callbacks, '', (row) => [h('span', {}, row.reason), badge('callback', row.status)]),
        ),
    ),
  ];
}

function summary(call, tools) {
  const questions = tools.flatMap(({ steps }) => steps);
  const asked = questions.filter(({ source }) => source === 'upstream').length;
  const facts = [
    [t('column.when'), dateTime(call.started_at, call.time_zone ?? undefined)],
    [t('column.number'), call.from_number ?? t('calls.anonymous')],
    [t('column.customer'), call.customer_name ?? '–'],
    [t('nav.company'), [call.company_name, call.branch_name].filter(Boolean).join(' · ') || '–'],
    [t('column.platform'), t.word('platform', call.platform)],
    [t('column.language'), t.word('language', call.language)],
    [t('column.duration'), milliseconds(call.duration_ms)],
    [t('trace.endReason'), endReason(call)],
    [t('column.outcome'), badge('call', call.booked ? 'booked' : 'not_booked', call.booked ? 'good' : 'plain')],
    [t('trace.questions'), t('trace.questionsOf', { asked, count: questions.length })],
    [t('trace.slowest'), milliseconds(Math.max(0, ...tools.map(({ duration_ms }) => duration_ms)))],
  ];
  const flags = Object.keys(call.flags ?? {});
  return [
    factList(facts),
    flags.length > 0 &&
      h(
        'p.flags',
        {},
        flags.map((flag) => badge('flag', flag, 'warn')),
      ),
    call.recording_url &&
      h('p', {}, h('a', { href: call.recording_url, target: '_blank', rel: 'noreferrer' }, t('trace.recording'))),
    h('p.hint', {}, h('code', {}, call.retell_call_id)),
  ];
}

/** What the person who goes on needs to know. */
function handOver(note, zone) {
  const { customer, collected } = note;
  const wanted = [
    collected.service,
    collected.start ? dateTime(collected.start, zone) : collected.day && day(collected.day, 'UTC'),
  ];
  const tried = note.tried.map(({ tool, status }) => `${t.word('tool', tool)}: ${t.word('outcome', status)}`);
  return [
    h('h2', {}, t('handOver.title')),
    factList(
      [
        [
          t(`handOver.${note.outcome}`),
          note.outcome === 'transfer' ? phoneLink(note.transferNumber) : dateTime(note.callbackDue, zone),
        ],
        [t('handOver.who'), customer.name],
        [t('column.number'), phoneLink(customer.phone)],
        [t('handOver.asked'), note.asked],
        [t('handOver.collected'), wanted.filter(Boolean).join(' · ')],
        [
          t('handOver.tried'),
          tried.length > 0 &&
            h(
              'ol',
              {},
              tried.map((text) => h('li', {}, text)),
            ),
        ],
        [t('handOver.reason'), note.reason],
        [t('handOver.nextQuestion'), note.nextQuestion],
      ].map(([name, value]) => [name, value || '–']),
    ),
  ];
}

const phoneLink = (number) => number && h('a', { href: `tel:${number}` }, number);

const factList = (facts) =>
  h(
    'dl.facts',
    {},
    facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

const rows = (items, none, cells) =>
  items.length === 0
    ? empty(none)
    : h(
        'ul.rows',
        {},
        items.map((item) => h('li', {}, cells(item))),
      );
