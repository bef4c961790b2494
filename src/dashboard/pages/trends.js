import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { calendarDay, milliseconds, money, number, percent, shortDay } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { rememberQuery } from '../core/router.js';
import { who } from '../core/who.js';
import { bars, chart, line } from '../components/chart.js';
import { field } from '../components/fields.js';
import { csvButton, heading } from '../components/list.js';
import { empty, later } from '../components/states.js';

const RANGES = ['28', '91', '182', '396'];
const BUCKETS = ['day', 'week'];
/** Rows of the list of reasons. */
const MOST_REASONS = 8;

/** How calls, bookings and answers develop, by day and week, beside the week before. */
export function page({ query, signal }) {
  const values = () => ({ ...Object.fromEntries(new FormData(bar)), company_id: session.company() });
  const changed = () => {
    rememberQuery('trends', Object.fromEntries(new FormData(bar)));
    void body.reload();
  };
  const choice = (name, label, group, options) =>
    field({
      ...{ name, label, options: options.map((value) => [value, t(`${group}.${value}`)]) },
      value: options.includes(query[name]) ? query[name] : options[0],
    });
  const branch = h('div');
  const bar = h(
    'form.filters',
    { 'aria-label': t('filter.title'), onsubmit: (event) => event.preventDefault(), onchange: changed },
    choice('days', t('trends.range'), 'trends.days', RANGES),
    choice('bucket', t('trends.bucket'), 'trends.bucket', BUCKETS),
    branch,
  );
  const body = later(
    signal,
    async (stop) => {
      const branches = await branchesOf(stop);
      if (branch.childElementCount === 0 && branches.length > 1) fill(branch, branchField(branches, query.branch_id));
      const { data } = await api.get('/trends', values(), stop);
      return content(data, stop);
    },
    10,
  );
  const file = csvButton({ name: 'trends', path: '/trends', query: values, signal });
  return [heading(t('nav.trends'), t('trends.lead'), file), bar, body];
}

/** Of the company that is looked at; branches of different companies are not offered together. */
async function branchesOf(signal) {
  const company = session.company() || who.current?.company_id;
  if (!company) return [];
  return (await api.get('/branches', { company_id: session.company(), limit: 200 }, signal)).data;
}

const branchField = (branches, chosen = '') =>
  field({
    ...{ name: 'branch_id', label: t('trends.branch'), value: chosen },
    options: [['', t('trends.allBranches')], ...branches.map(({ id, name }) => [id, name])],
  });

function content(trend, signal) {
  const { series, parts } = trend;
  const cards = h(
    'section',
    {},
    h('h2.section-title', {}, t('trends.lastDays')),
    h('div.stats.five', {}, comparisons(trend)),
  );
  if (series.every(({ calls }) => calls === 0)) return [cards, h('section.card', {}, empty(t('trends.none')))];
  const card = (title, ...inside) => h('section.card', {}, h('h2', {}, title), inside);
  return [
    cards,
    card(t('trends.callsAndBookings'), h('p.lead', {}, t('trends.sameHours')), callsChart(trend, signal)),
    h(
      'div.grid.two',
      {},
      card(t('trends.bookedValue'), valueChart(trend, signal)),
      card(t('trends.reasons'), reasonsOf(series)),
    ),
    card(t('trends.speed'), h('p.lead', {}, t('trends.hitNote')), speedChart(trend, signal)),
    parts.length > 1 && card(t('trends.parts'), table(t('trends.parts'), partColumns(), parts)),
    h('section.card', {}, tableOnDemand(trend)),
  ];
}

/** Each figure of the last seven days beside that of the seven before them. */
function comparisons({ last_seven_days: last, seven_days_before: before, currency }) {
  const figure = (label, write) =>
    h(
      'div.card.stat',
      {},
      h('span.stat-label', {}, label),
      h('strong.stat-value', {}, write(last)),
      h('span.stat-note', {}, t('trends.before', { value: write(before) })),
    );
  return [
    figure(t('trends.calls'), (of) => number(of.calls)),
    figure(t('trends.bookedShare'), (of) => percent(of.booked_share, 1)),
    figure(t('trends.bookedValue'), (of) => money(of.booked_value, currency, 0)),
    figure(t('trends.hitRate'), (of) => percent(of.hit_rate, 1)),
    figure(t('trends.latency'), (of) => milliseconds(of.p95_latency)),
  ];
}

/** A chart whose points are the rows of the series, named by their dates. */
function overTime({ series }, signal, { label, columns, lines, axes, scales }) {
  const name = (index, write = calendarDay) => (series[index] ? write(series[index].start) : '');
  return chart({
    ...{ label, height: 240, signal },
    data: [series.map((_row, index) => index), ...columns.map((column) => series.map((row) => row[column]))],
    make: (colour) => ({
      series: [
        { label: t('column.when'), value: (_plot, index) => (index === null ? '–' : name(index)) },
        ...lines(colour),
      ],
      axes: [
        {
          ...{ space: 90, size: 34, incrs: [1, 2, 3, 7, 14, 28, 56, 91] },
          values: (_plot, all) => all.map((index) => (Number.isInteger(index) ? name(index, shortDay) : '')),
        },
        ...axes,
      ],
      scales: { x: { time: false, range: [-0.7, series.length - 0.3] }, ...scales },
    }),
  }).element;
}

const fromZero = (least) => ({ range: (_plot, _min, max) => [0, Math.max(least, (max ?? 0) * 1.1)] });

const callsChart = (trend, signal) =>
  overTime(trend, signal, {
    label: t('trends.callsAndBookings'),
    columns: ['calls', 'booked', 'calls_week_before'],
    lines: (colour) => [
      bars(t('trends.calls'), colour('accent-soft')),
      bars(t('trends.booked'), colour('good')),
      line(t('trends.callsBefore'), colour('muted'), { dash: [4, 4], width: 1 }),
    ],
    axes: [{ size: 48 }],
    scales: { y: fromZero(5) },
  });

function valueChart(trend, signal) {
  const { series, currency } = trend;
  if (currency === null) return empty(t('trends.mixed'));
  if (series.every(({ booked_value: value }) => value === null)) return empty(t('trends.noPrices'));
  const value = (_plot, amount) => money(amount, currency);
  return overTime(trend, signal, {
    label: t('trends.bookedValue'),
    columns: ['booked_value'],
    lines: (colour) => [bars(t('trends.bookedValue'), colour('good'), { value })],
    axes: [{ size: 80, values: (_plot, all) => all.map((amount) => money(amount, currency, 0)) }],
    scales: { y: fromZero(10) },
  });
}

function speedChart(trend, signal) {
  const value = (_plot, ms) => milliseconds(ms);
  return overTime(trend, signal, {
    label: t('trends.speed'),
    columns: ['p95_latency', 'p50_latency', 'hit_rate'],
    lines: (colour) => [
      line(t('trends.latency'), colour('warn'), { value }),
      line(t('trends.median'), colour('accent'), { value }),
      line(t('trends.hitRate'), colour('good'), {
        ...{ scale: 'share', dash: [2, 3], value: (_plot, share) => percent(share, 1) },
      }),
    ],
    axes: [
      { size: 72, values: (_plot, all) => all.map((ms) => milliseconds(ms)) },
      {
        scale: 'share',
        side: 1,
        size: 56,
        grid: { show: false },
        values: (_plot, all) => all.map((one) => percent(one)),
      },
    ],
    scales: { y: fromZero(50), share: { range: [0, 100] } },
  });
}

/** Of the whole range, the most frequent first. */
function reasonsOf(series) {
  const counts = new Map();
  for (const [reason, count] of series.flatMap(({ reasons }) => Object.entries(reasons))) {
    const word = t.word('unbooked', reason);
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_REASONS);
  if (rows.length === 0) return empty(t('trends.noReasons'));
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return h(
    'ul.reason-list',
    {},
    rows.map(([word, count]) =>
      h('li', {}, h('span', {}, word), h('progress', { max: all, value: count, 'aria-label': word }), number(count)),
    ),
  );
}

/** @param currencyOf the currency of a row's value */
const figureColumns = (currencyOf) => [
  [t('trends.calls'), (row) => number(row.calls)],
  [t('trends.booked'), (row) => number(row.booked)],
  [t('trends.bookedShare'), (row) => percent(row.booked_share, 1)],
  [t('trends.bookedValue'), (row) => money(row.booked_value, currencyOf(row))],
  [t('trends.hitRate'), (row) => percent(row.hit_rate, 1)],
  [t('trends.median'), (row) => milliseconds(row.p50_latency)],
  [t('trends.latency'), (row) => milliseconds(row.p95_latency)],
];

const partColumns = () => [[t('trends.part'), ({ name }) => name], ...figureColumns((part) => part.currency)];

/** A year has thousands of cells, which are made when the table is opened. */
function tableOnDemand(trend) {
  const frame = h('div');
  const ontoggle = () => frame.childElementCount === 0 && fill(frame, allFigures(trend));
  return h('details.all-figures', { ontoggle }, h('summary', {}, t('trends.table')), frame);
}

/** The newest first. */
const allFigures = ({ series, bucket, currency }) =>
  table(
    t('trends.table'),
    [
      [t(`trends.start.${bucket}`), ({ start }) => calendarDay(start)],
      ...figureColumns(() => currency),
      [t('trends.callsBefore'), (row) => number(row.calls_week_before)],
    ],
    series.toReversed(),
  );

function table(caption, columns, rows) {
  const head = columns.map(([label]) => h('th', { scope: 'col' }, label));
  const cells = (row) =>
    columns.map(([label, cell], index) =>
      index === 0
        ? h('th', { scope: 'row', 'data-label': label }, cell(row))
        : h('td', { 'data-label': label }, cell(row)),
    );
  return h(
    'div.table-frame',
    {},
    h(
      'table.table.figures',
      {},
      h('caption.sr-only', {}, caption),
      h('thead', {}, h('tr', {}, head)),
      h(
        'tbody',
        {},
        rows.map((row) => h('tr', {}, cells(row))),
      ),
    ),
  );
}
