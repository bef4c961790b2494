import { actorWords } from '../core/actors.js';
import { h } from '../core/dom.js';
import { dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { who } from '../core/who.js';
import { badge } from '../components/badge.js';
import { reopenButton, takeButton, workButton } from '../components/callback-work.js';
import { anyOption } from '../components/fields.js';
import { heading, listing, searchField } from '../components/list.js';

const OPEN = ['pending', 'assigned', 'contacted'];

/** Who waits to be called back and until when; those past their due time come first. */
export function page(ctx) {
  const list = listing({
    ctx,
    name: 'callbacks',
    path: '/callbacks',
    isFile: true,
    caption: t('nav.callbacks'),
    emptyText: t('callbacks.none'),
    filters: filters(),
    toQuery: ({ owner, ...others }) => ({
      ...others,
      ...(owner === 'mine' ? { assigned_to: `user:${who.current.id}` } : {}),
      ...(owner === 'free' ? { assigned: false } : {}),
    }),
    parts: ({ open }) =>
      ({ true: [{ order: 'asc' }], false: [{}] })[open] ?? [{ open: true, order: 'asc' }, { open: false }],
    columns: [
      { label: t('callbacks.due'), cell: due },
      {
        label: t('column.customer'),
        cell: (row) =>
          h(
            'span',
            {},
            row.customer_name ?? '–',
            row.phone && h('small', {}, h('a', { href: `tel:${row.phone}` }, row.phone)),
          ),
      },
      {
        label: t('column.reason'),
        cell: (row) =>
          h(
            'span',
            {},
            row.reason,
            row.call_id && h('small', {}, h('a', { href: addressOf('trace', row.call_id) }, t('trace.title'))),
          ),
      },
      { label: t('column.priority'), cell: (row) => badge('priority', row.priority) },
      { label: t('callbacks.assigned'), cell: (row) => actorWords(row.assigned_to, row.assigned_to_name) },
      { label: t('column.status'), cell: state },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) =>
          who.may('patch', '/callbacks/:id') &&
          (isOpen(row)
            ? [row.assigned_to === null && takeButton(row, reload), ' ', workButton(row, reload)]
            : reopenButton(row, reload)),
      },
    ],
  });
  return [heading(t('nav.callbacks'), t('callbacks.lead')), list.element];
}

const filters = () => [
  {
    name: 'open',
    label: t('callbacks.which'),
    options: [
      ['true', t('callbacks.open')],
      ['false', t('callbacks.closed')],
      ['', t('filter.any')],
    ],
    value: 'true',
  },
  {
    name: 'owner',
    label: t('callbacks.assigned'),
    options: [
      ['', t('filter.any')],
      ...(who.isPerson() ? [['mine', t('callbacks.mine')]] : []),
      ['free', t('callbacks.free')],
    ],
  },
  { name: 'priority', label: t('filter.priority'), options: anyOption('priority', ['normal', 'high', 'urgent']) },
  {
    name: 'overdue',
    label: t('callbacks.due'),
    options: [
      ['', t('filter.any')],
      ['true', t.word('flag', 'late')],
      ['false', t('callbacks.notLate')],
    ],
  },
  searchField(t('callbacks.name'), ''),
];

const isOpen = (row) => OPEN.includes(row.status);
const isLate = (row) => isOpen(row) && Date.parse(row.due_at) < Date.now();

/** By the clock of the branch that calls back. */
const due = (row) =>
  h(
    'span',
    { class: isLate(row) ? 'late' : '' },
    h('time', { datetime: row.due_at }, dateTime(row.due_at, row.time_zone ?? undefined)),
    ' ',
    isLate(row) && badge('flag', 'late', 'bad'),
    row.branch_name && h('small', {}, row.branch_name),
  );

const state = (row) =>
  h(
    'span',
    {},
    badge('callback', row.status),
    row.outcome && !isOpen(row) && h('small', {}, t.word('callbackOutcome', row.outcome)),
    row.attempts > 0 && h('small', {}, t('callbacks.attempts', { count: row.attempts })),
  );
