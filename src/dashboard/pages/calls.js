import { dateTime, milliseconds } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { badge } from '../components/badge.js';
import { anyOption } from '../components/fields.js';
import { heading, listing, openLink, searchField } from '../components/list.js';

/** Calls by number, time and outcome; each leads to its trace. */
export function page(ctx) {
  const outcome = (row) => (row.status === 'ongoing' ? 'ongoing' : row.booked ? 'booked' : 'not_booked');
  const list = listing({
    ctx,
    name: 'calls',
    path: '/calls',
    isFile: true,
    caption: t('nav.calls'),
    emptyText: t('calls.none'),
    filters: [
      searchField(t('filter.name'), ''),
      { name: 'number', label: t('filter.number'), type: 'search', inputmode: 'tel', placeholder: '+49 30 …' },
      { name: 'outcome', label: t('filter.outcome'), options: anyOption('call', ['booked', 'not_booked']) },
      {
        name: 'platform',
        label: t('column.platform'),
        options: anyOption('platform', ['retell', 'vapi', 'elevenlabs', 'mcp']),
      },
      { name: 'from', label: t('filter.from'), type: 'date' },
      { name: 'to', label: t('filter.to'), type: 'date' },
      {
        name: 'flagged',
        label: t('filter.flagged'),
        options: [
          ['', t('filter.any')],
          ['true', t('filter.onlyFlagged')],
        ],
      },
    ],
    toQuery: numberAndDays,
    columns: [
      { label: t('column.when'), cell: (row) => openLink(addressOf('trace', row.id), dateTime(row.started_at)) },
      { label: t('column.number'), cell: (row) => row.from_number ?? t('calls.anonymous') },
      { label: t('column.customer'), cell: (row) => row.customer_name ?? '–' },
      { label: t('column.platform'), cell: (row) => t.word('platform', row.platform) },
      { label: t('column.duration'), cell: (row) => milliseconds(row.duration_ms), class: 'right' },
      { label: t('column.outcome'), cell: (row) => badge('call', outcome(row), row.booked ? 'good' : 'plain') },
      { label: t('column.reason'), cell: (row) => (row.reason ? t.word('outcome', row.reason) : '–') },
      {
        label: t('column.flags'),
        cell: (row) => Object.keys(row.flags ?? {}).map((flag) => badge('flag', flag, 'warn')),
      },
    ],
  });
  return [heading(t('nav.calls'), t('calls.lead')), list.element];
}

/** Days of the reader become instants; a number of fewer than three digits is not asked for yet. */
export function numberAndDays({ number, from, to, ...others }) {
  const digits = (number ?? '').replaceAll(/\D/g, '');
  const start = (text, days) => {
    const date = text ? new Date(`${text}T00:00:00`) : null;
    date?.setDate(date.getDate() + days);
    return date?.toISOString();
  };
  return { ...others, number: digits.length >= 3 ? number : undefined, from: start(from, 0), to: start(to, 1) };
}
