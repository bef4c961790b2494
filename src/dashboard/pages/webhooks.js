import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { ago } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { anyOption } from '../components/fields.js';
import { heading, listing } from '../components/list.js';

export function page(ctx) {
  const list = listing({
    ctx,
    name: 'webhooks',
    path: '/webhook-events',
    caption: t('nav.webhooks'),
    emptyText: t('webhooks.none'),
    filters: [
      {
        name: 'status',
        label: t('filter.status'),
        options: anyOption('webhook', ['pending', 'processing', 'processed', 'ignored', 'failed']),
      },
      {
        name: 'provider',
        label: t('filter.provider'),
        options: [
          ['', t('filter.any')],
          ...['calcom', 'retell', 'vapi', 'elevenlabs'].map((name) => [name, t.word('platform', name)]),
        ],
      },
    ],
    columns: [
      {
        label: t('column.event'),
        cell: (row) => h('span', { title: row.event_type }, nameOf(row), h('small', {}, row.error ?? '')),
      },
      { label: t('column.from'), cell: (row) => t.word('platform', row.provider) },
      { label: t('column.since'), cell: (row) => ago(row.received_at) },
      { label: t('column.status'), cell: (row) => badge('webhook', row.status) },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) => ['processed', 'ignored', 'failed'].includes(row.status) && replayButton(row, reload),
      },
    ],
  });
  return [heading(t('nav.webhooks'), t('webhooks.lead')), list.element];
}

const nameOf = ({ event_type: type }) => t.maybe(`delivery.${type}`) ?? type;

const replayButton = (row, reload) =>
  asking(
    t('webhooks.replay'),
    () => ({
      title: t('webhooks.replayTitle'),
      text: t('webhooks.replayText', { name: nameOf(row) }),
      action: t('webhooks.replay'),
      done: t('webhooks.replayed'),
      run: () => api.post(`/webhook-events/${row.id}/replay`),
    }),
    reload,
    { class: 'small' },
  );
