import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { dateTime, milliseconds } from '../core/format.js';
import { LANGUAGES, t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { addressOf } from '../core/router.js';
import { who } from '../core/who.js';
import { badge } from '../components/badge.js';
import { anyOption } from '../components/fields.js';
import { heading, listing, openLink, searchField } from '../components/list.js';
import { mapButton } from '../components/map-line.js';
import { later } from '../components/states.js';

/** Where calls that book nothing end most. */
const REASONS = [
  ...['unavailable', 'none_found', 'slot_taken', 'too_short_notice', 'unknown_service', 'ambiguous_service'],
  ...['missing_fields', 'pending_confirmation', 'transfer', 'callback_offered', 'not_found', 'busy', 'error'],
];
const MINUTE_MS = 60_000;
const DURATIONS = {
  short: { max_duration_ms: MINUTE_MS / 2 },
  medium: { min_duration_ms: MINUTE_MS / 2, max_duration_ms: 3 * MINUTE_MS },
  long: { min_duration_ms: 3 * MINUTE_MS },
};

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
      searchField(t('search.open'), t('calls.search')),
      { name: 'number', label: t('filter.number'), type: 'search', inputmode: 'tel', placeholder: '+49 30 …' },
      { name: 'outcome', label: t('filter.outcome'), options: anyOption('call', ['booked', 'not_booked']) },
      {
        name: 'platform',
        label: t('column.platform'),
        options: anyOption('platform', ['retell', 'vapi', 'elevenlabs', 'mcp']),
      },
      { name: 'reason', label: t('column.reason'), options: anyOption('unbooked', REASONS) },
      { name: 'language', label: t('column.language'), options: anyOption('language', LANGUAGES) },
      { name: 'duration', label: t('column.duration'), options: anyOption('callDuration', Object.keys(DURATIONS)) },
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
    toQuery: ({ q, duration, ...others }) => ({
      ...numberAndDays(others),
      search: q?.trim().length >= 2 ? q.trim() : undefined,
      ...DURATIONS[duration],
    }),
    columns: [
      { label: t('column.when'), cell: when },
      { label: t('column.number'), cell: (row) => row.from_number ?? t('calls.anonymous') },
      { label: t('column.customer'), cell: (row) => row.customer_name ?? '–' },
      ...(who.isPlatform() && !session.company()
        ? [{ label: t('nav.company'), cell: (row) => row.company_name ?? '–' }]
        : []),
      {
        label: t('column.platform'),
        cell: (row) =>
          h(
            'span',
            {},
            t.word('platform', row.platform),
            row.language && h('small', {}, t.word('language', row.language)),
          ),
      },
      { label: t('column.duration'), cell: (row) => milliseconds(row.duration_ms), class: 'right' },
      {
        label: t('column.outcome'),
        cell: (row) =>
          h(
            'span',
            {},
            badge('call', outcome(row), row.booked ? 'good' : 'plain'),
            row.reason && h('small', {}, t.word('unbooked', row.reason)),
          ),
      },
      {
        label: t('column.flags'),
        cell: (row) => Object.keys(row.flags ?? {}).map((flag) => badge('flag', flag, 'warn')),
      },
    ],
  });
  const strays = who.isPlatform() && !session.company() && later(ctx.signal, unmapped, 1);
  return [heading(t('nav.calls'), t('calls.lead')), list.element, strays];
}

/** Calls to lines of no company; the newest of each line, with the button that gives the line to one. */
async function unmapped(signal) {
  const { data } = await api.get('/unmapped-calls', { limit: 100 }, signal);
  const newest = data.filter((row, at) => data.findIndex(({ line }) => line === row.line) === at);
  if (newest.length === 0) return [];
  return h(
    'section.card',
    {},
    h('h2', {}, t('calls.unmapped')),
    h('p.lead', {}, t('calls.unmappedLead')),
    h(
      'ul.rows',
      {},
      newest.map((row) =>
        h(
          'li',
          {},
          h(
            'span',
            {},
            h('b', {}, row.line),
            h('small', {}, `${t.word('platform', row.platform)} · ${dateTime(row.started_at)}`),
          ),
          mapButton(row),
        ),
      ),
    ),
  );
}

/** By the clock of the branch that was called. */
const when = (row) => openLink(addressOf('trace', row.id), dateTime(row.started_at, row.time_zone ?? undefined));

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
