import { api } from '../core/api.js';
import { ago } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { heading, listing, searchField } from '../components/list.js';
import { numberAndDays } from './calls.js';

export function page(ctx) {
  const list = listing({
    ctx,
    name: 'customers',
    path: '/customers',
    isFile: true,
    caption: t('nav.customers'),
    emptyText: t('customers.none'),
    filters: [
      searchField(t('filter.name'), ''),
      { name: 'number', label: t('filter.number'), type: 'search', inputmode: 'tel', placeholder: '+49 …' },
    ],
    toQuery: numberAndDays,
    columns: [
      {
        label: t('column.name'),
        cell: (row) => (row.erased_at ? badge('flag', 'erased', 'plain') : (row.name ?? '–')),
      },
      { label: t('column.number'), cell: (row) => row.phone ?? '–' },
      { label: t('column.email'), cell: (row) => row.email ?? '–' },
      { label: t('column.since'), cell: (row) => ago(row.created_at) },
      { label: t('column.action'), class: 'right', cell: (row, reload) => !row.erased_at && eraseButton(row, reload) },
    ],
  });
  return [heading(t('nav.customers'), t('customers.lead')), list.element];
}

const eraseButton = (row, reload) =>
  asking(
    t('customers.erase'),
    () => ({
      title: t('customers.eraseTitle'),
      text: t('customers.eraseText', { name: row.name ?? row.phone ?? '' }),
      action: t('customers.erase'),
      danger: true,
      done: t('customers.erased'),
      run: () => api.delete(`/customers/${row.id}/personal-data`),
    }),
    reload,
    { class: 'small' },
  );
