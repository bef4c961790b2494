import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { ago, number } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { anyOption } from '../components/fields.js';
import { heading, listing } from '../components/list.js';

export function page(ctx) {
  const list = listing({
    ctx,
    name: 'jobs',
    path: '/jobs',
    caption: t('nav.jobs'),
    emptyText: t('jobs.none'),
    filters: [
      { name: 'status', label: t('filter.status'), options: anyOption('job', ['queued', 'running', 'done', 'dead']) },
      { name: 'name', label: t('filter.job'), type: 'search' },
    ],
    columns: [
      {
        label: t('column.job'),
        cell: (row) => h('span', {}, t.word('jobName', row.name), h('small', {}, row.last_error ?? '')),
      },
      { label: t('column.since'), cell: (row) => ago(row.finished_at ?? row.started_at ?? row.run_at) },
      { label: t('column.attempts'), class: 'right', cell: (row) => `${row.attempts}/${row.max_attempts}` },
      {
        label: t('column.status'),
        cell: (row) =>
          h(
            'span',
            {},
            badge('job', row.status),
            Number.isInteger(row.steps_total) && h('small', {}, t('jobs.steps', steps(row))),
          ),
      },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) => row.status === 'dead' && retryButton(row, reload),
      },
    ],
  });
  return [heading(t('nav.jobs'), t('jobs.lead')), list.element];
}

const steps = ({ steps_done: done, steps_total: total }) => ({ done: number(done), total: number(total) });

const retryButton = (row, reload) =>
  asking(
    t('jobs.retry'),
    () => ({
      title: t('jobs.retryTitle'),
      text: t('jobs.retryText', { name: t.word('jobName', row.name) }),
      action: t('jobs.retry'),
      done: t('jobs.retried'),
      run: () => api.post(`/jobs/${row.id}/retry`),
    }),
    reload,
    { class: 'small' },
  );
