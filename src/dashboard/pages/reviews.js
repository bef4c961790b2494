import { actorWords } from '../core/actors.js';
import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { ago, dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { anyOption, field } from '../components/fields.js';
import { heading, listing } from '../components/list.js';

/** What the gateway could not settle by itself. */
export function page(ctx) {
  const list = listing({
    ctx,
    name: 'reviews',
    path: '/manual-reviews',
    caption: t('nav.reviews'),
    emptyText: t('reviews.none'),
    filters: [
      { name: 'status', label: t('filter.status'), options: anyOption('review', ['open', 'resolved']), value: 'open' },
    ],
    columns: [
      { label: t('column.since'), cell: (row) => ago(row.created_at) },
      {
        label: t('column.reason'),
        cell: (row) =>
          h(
            'span',
            {},
            t.maybe(`reviewKind.${row.kind}`) ?? capital(t.word('reason', row.kind)),
            h('small', {}, row.resolution ?? t.word('about', row.subject_type)),
          ),
      },
      {
        label: t('column.detail'),
        cell: (row) =>
          h(
            'details',
            {},
            h('summary', {}, t('action.show')),
            h('pre', { tabindex: '0' }, JSON.stringify(row.detail, null, 2)),
          ),
      },
      {
        label: t('column.status'),
        cell: (row) =>
          h(
            'span',
            {},
            badge('review', row.status),
            row.resolved_by &&
              h('small', {}, `${actorWords(row.resolved_by, row.resolved_by_name)}, ${dateTime(row.resolved_at)}`),
          ),
      },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) => row.status === 'open' && resolveButton(row, reload),
      },
    ],
  });
  return [heading(t('nav.reviews'), t('reviews.lead')), list.element];
}

const resolveButton = (row, reload) =>
  asking(
    t('reviews.resolve'),
    () => ({
      title: t('reviews.resolveTitle'),
      text: t('reviews.resolveText'),
      action: t('reviews.resolve'),
      done: t('state.saved'),
      fields: [
        field({
          name: 'resolution',
          label: t('reviews.resolution'),
          type: 'textarea',
          required: true,
          maxlength: 2000,
          rows: 4,
        }),
      ],
      run: ({ resolution }) => api.post(`/manual-reviews/${row.id}/resolve`, { resolution }),
    }),
    reload,
    { class: 'small' },
  );

/** Reasons are written as the end of a sentence. */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
