import { actorWords } from '../core/actors.js';
import { actionWords } from '../core/action-words.js';
import { h } from '../core/dom.js';
import { dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { heading, listing } from '../components/list.js';

/** Who changed what, or tried to: by this page, another program with a token, or the command line. */
export function page(ctx) {
  const list = listing({
    ctx,
    name: 'audit',
    path: '/audit',
    caption: t('nav.audit'),
    emptyText: t('audit.none'),
    filters: [
      { name: 'actor', label: t('audit.actor'), type: 'search', placeholder: 'admin' },
      { name: 'subject_id', label: t('audit.subjectId'), type: 'search', placeholder: '' },
    ],
    columns: [
      { label: t('audit.when'), cell: (row) => dateTime(row.created_at) },
      { label: t('audit.actor'), cell: (row) => actorWords(row.actor, row.actor_name) },
      {
        label: t('audit.subject'),
        cell: (row) => h('span', {}, actionWords(row), h('small', {}, row.subject_id ?? '')),
      },
      {
        label: t('column.status'),
        cell: ({ detail }) => badge('audit', detail.outcome, detail.outcome === 'refused' ? 'bad' : 'good'),
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
    ],
  });
  return [heading(t('nav.audit'), t('audit.lead')), list.element];
}
