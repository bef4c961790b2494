import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { day, instantOf, time, wallClock } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { anyOption, field } from '../components/fields.js';
import { heading, listing, searchField } from '../components/list.js';
import { toast } from '../components/toast.js';
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
          ['pending', 'booked'].includes(row.status) && [
            Date.parse(row.starts_at) > Date.now() && moveButton(row, reload),
            ' ',
            cancelButton(row, reload),
          ],
      },
    ],
  });
  return [heading(t('nav.appointments'), t('appointments.lead')), list.element];
}

function cancelButton(row, reload) {
  const question = () => {
    const once = crypto.randomUUID();
    return {
      title: t('appointments.cancelTitle'),
      text: t('appointments.cancelText', {
        name: row.attendee_name,
        when: `${day(row.starts_at, row.time_zone)} ${time(row.starts_at, row.time_zone)}`,
      }),
      action: t('appointments.cancel'),
      danger: true,
      done: t('appointments.cancelled'),
      fields: [field({ name: 'reason', label: t('appointments.reason'), hint: t('field.optional'), maxlength: 200 })],
      run: ({ reason }) => api.post(`/appointments/${row.id}/cancel`, reason.trim() === '' ? {} : { reason }, once),
    };
  };
  return asking(t('appointments.cancel'), question, reload, { class: 'small' });
}

function moveButton(row, reload) {
  const question = () => {
    const once = crypto.randomUUID();
    const { date, clock } = wallClock(row.starts_at, row.time_zone);
    const run = async ({ date: toDate, clock: toClock }) => {
      const startsAt = instantOf(toDate, toClock, row.time_zone);
      const { data } = await api.post(`/appointments/${row.id}/reschedule`, { starts_at: startsAt }, once);
      toast(t(Date.parse(data.starts_at) === Date.parse(startsAt) ? 'appointments.moved' : 'appointments.pending'));
    };
    return {
      title: t('appointments.moveTitle'),
      text: t('appointments.moveText', {
        name: row.attendee_name,
        when: `${day(row.starts_at, row.time_zone)} ${time(row.starts_at, row.time_zone)}`,
        zone: row.time_zone,
      }),
      action: t('appointments.move'),
      fields: [
        field({ name: 'date', label: t('appointments.date'), type: 'date', value: date, required: true }),
        field({ name: 'clock', label: t('appointments.time'), type: 'time', value: clock, required: true }),
      ],
      run,
    };
  };
  return asking(t('appointments.move'), question, reload, { class: 'small' });
}
