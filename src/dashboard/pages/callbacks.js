import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { ago, dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { anyOption, field } from '../components/fields.js';
import { heading, listing } from '../components/list.js';

const STATUSES = ['pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled'];
const OPEN = ['pending', 'assigned', 'contacted'];

/** Who waits to be called back, since when and until when; those past their due time come first. */
export function page(ctx) {
  const late = (row) => OPEN.includes(row.status) && Date.parse(row.due_at) < Date.now();
  const list = listing({
    ctx,
    name: 'callbacks',
    path: '/callbacks',
    isFile: true,
    caption: t('nav.callbacks'),
    emptyText: t('callbacks.none'),
    parts: ({ overdue }) => (overdue ? [{}] : [{ overdue: true, order: 'asc' }, { overdue: false }]),
    filters: [
      { name: 'status', label: t('filter.status'), options: anyOption('callback', STATUSES) },
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
    ],
    columns: [
      {
        label: t('callbacks.due'),
        cell: (row) =>
          h(
            'span',
            { class: late(row) ? 'late' : '' },
            h('time', { datetime: row.due_at }, dateTime(row.due_at)),
            late(row) && badge('flag', 'late', 'bad'),
          ),
      },
      { label: t('column.since'), cell: (row) => ago(row.created_at) },
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
      { label: t('column.status'), cell: (row) => badge('callback', row.status) },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) => OPEN.includes(row.status) && changeButton(row, reload),
      },
    ],
  });
  return [heading(t('nav.callbacks'), t('callbacks.lead')), list.element];
}

const changeButton = (row, reload) =>
  asking(
    t('callbacks.change'),
    () => ({
      title: t('callbacks.changeTitle'),
      text: t('callbacks.changeText'),
      action: t('action.save'),
      done: t('state.saved'),
      fields: [
        field({
          name: 'status',
          label: t('filter.status'),
          options: STATUSES.map((value) => [value, t.word('callback', value)]),
          value: row.status,
        }),
        field({ name: 'assigned_to', label: t('callbacks.assigned'), value: row.assigned_to ?? '', maxlength: 200 }),
      ],
      run: ({ status, assigned_to: person }) =>
        api.patch(`/callbacks/${row.id}`, { status, assigned_to: person.trim() || null }),
    }),
    reload,
    { class: 'small' },
  );
