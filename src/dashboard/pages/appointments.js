import { h } from '../core/dom.js';
import { day, time } from '../core/format.js';
import { t } from '../core/i18n.js';
import { who } from '../core/who.js';
import { cancelButton, moveButton, noShowButton } from '../components/appointment-actions.js';
import { badge } from '../components/badge.js';
import { anyOption } from '../components/fields.js';
import { heading, listing, searchField } from '../components/list.js';
import { numberAndDays } from './calls.js';

const STATUSES = ['pending', 'booked', 'cancelled', 'rejected', 'completed', 'no_show', 'failed'];

export function page(ctx) {
  const today = new Date().toLocaleDateString('sv-SE');
  const list = listing({
    ctx,
    name: 'appointments',
    path: '/appointments',
    isFile: true,
    caption: t('nav.appointments'),
    emptyText: t('appointments.none'),
    fixed: { order: 'asc' },
    filters: [
      searchField(t('filter.name'), ''),
      { name: 'status', label: t('filter.status'), options: anyOption('appointment', STATUSES) },
      { name: 'from', label: t('filter.from'), type: 'date', value: today },
      { name: 'to', label: t('filter.to'), type: 'date' },
    ],
    toQuery: numberAndDays,
    columns: [
      {
        label: t('column.when'),
        cell: (row) =>
          h(
            'span',
            {},
            h('b', {}, time(row.starts_at, row.time_zone)),
            h('small', {}, day(row.starts_at, row.time_zone)),
          ),
      },
      {
        label: t('column.customer'),
        cell: (row) => h('span', {}, row.attendee_name, h('small', {}, row.attendee_phone ?? '')),
      },
      {
        label: t('column.service'),
        cell: (row) =>
          h(
            'span',
            {},
            row.service_name ?? '–',
            h('small', {}, row.staff_name ?? row.calcom_host_name ?? ''),
            row.staff_honoured === false &&
              h('small', {}, t('appointments.otherStaff', { name: row.wished_staff_name ?? '?' })),
          ),
      },
      {
        label: t('column.status'),
        cell: (row) => [
          badge('appointment', row.status),
          row.requires_manual_review && badge('flag', 'review', 'warn'),
        ],
      },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) =>
          who.may('post', '/appointments') &&
          h('div.row-actions', {}, moveButton(row, reload), cancelButton(row, reload), noShowButton(row, reload)),
      },
    ],
  });
  return [heading(t('nav.appointments'), t('appointments.lead')), list.element];
}
