import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { milliseconds, number, percent } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { bars, chart, lastSeconds, line, timeAxis } from '../components/chart.js';
import { asking } from '../components/dialog.js';
import { field } from '../components/fields.js';
import { heatmap, minuteMs } from '../components/heatmap.js';
import { heading } from '../components/list.js';
import { empty, later } from '../components/states.js';

/** How fast Cal.com answers, how much it is asked, and what the cache saves. */
export function page({ signal }) {
  let minutes = 60;
  const body = later(signal, (stop) => content(minutes, stop), 8);
  const span = field({
    name: 'minutes',
    label: t('performance.span'),
    options: [15, 60, 180, 720].map((value) => [value, t('performance.minutes', { count: value })]),
    value: 60,
    onchange: (event) => ((minutes = Number(event.target.value)), body.reload()),
  });
  return [heading(t('performance.title'), t('performance.lead'), span), body, cacheCard(signal), reportCard(signal)];
}

async function content(minutes, signal) {
  const { data } = await api.get('/metrics', { minutes }, signal);
  if (data.length === 0) return h('section.card', {}, empty(t('performance.none')));
  return [
    h('section.card', {}, h('h2', {}, t('performance.overTime')), latencyChart(data, minutes, signal)),
    h(
      'div.grid.two',
      {},
      h('section.card', {}, h('h2', {}, t('performance.histogram')), histogram(data, signal)),
      h('section.card', {}, h('h2', {}, t('performance.heat')), heatmap(data, minutes)),
    ),
    h('section.card', {}, h('h2', {}, t('performance.byEndpoint')), endpointTable(data)),
  ];
}

/** Every endpoint's minutes together: averages weigh by calls, p95 takes the slowest endpoint. */
function latencyChart(summaries, span, signal) {
  const minutes = new Map();
  for (const row of summaries.flatMap(({ series }) => series)) {
    const sum = minutes.get(row.minute) ?? { calls: 0, spent: 0, p95: 0 };
    minutes.set(row.minute, {
      calls: sum.calls + row.total_calls,
      spent: sum.spent + row.avg_latency * row.total_calls,
      p95: Math.max(sum.p95, row.p95_latency),
    });
  }
  const rows = [...minutes]
    .map(([minute, row]) => ({ at: minuteMs(minute) / 1000, ...row }))
    .sort((a, b) => a.at - b.at);
  const value = (_plot, ms) => milliseconds(ms);
  return chart({
    label: t('performance.overTime'),
    height: 240,
    signal,
    data: [
      rows.map(({ at }) => at),
      rows.map(({ p95 }) => p95),
      rows.map(({ calls, spent }) => (calls === 0 ? null : spent / calls)),
      rows.map(({ calls }) => calls),
    ],
    make: (colour) => ({
      series: [
        { label: t('column.when') },
        line('p95', colour('warn'), { value }),
        line(t('performance.average'), colour('accent'), { value, fill: colour('accent-soft') }),
        line(t('performance.calls'), colour('muted'), { scale: 'calls', dash: [2, 3], width: 1 }),
      ],
      axes: [
        timeAxis(),
        { size: 64, values: (_plot, all) => all.map((ms) => milliseconds(ms)) },
        { scale: 'calls', side: 1, size: 40, grid: { show: false } },
      ],
      scales: {
        x: lastSeconds(span * 60),
        y: { range: (_plot, _min, max) => [0, Math.max(50, max * 1.1)] },
        calls: { range: (_plot, _min, max) => [0, Math.max(5, max * 2)] },
      },
    }),
  }).element;
}

/** Lower edges of the columns, milliseconds; what is stored is finer. */
const EDGES = [0, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

function histogram(summaries, signal) {
  const counts = EDGES.map(() => 0);
  for (const [label, count] of summaries.flatMap(({ buckets }) => Object.entries(buckets)))
    counts[EDGES.findLastIndex((edge) => edge <= Number.parseInt(label, 10))] += count;
  const rows = EDGES.map((edge, index) => ({ edge, next: EDGES[index + 1], count: counts[index] }));
  const at = (index) => {
    const { edge, next } = rows[index] ?? {};
    return edge === undefined ? '' : next === undefined ? `≥ ${number(edge)}` : `${number(edge)}–${number(next)}`;
  };
  return chart({
    label: t('performance.histogram'),
    height: 220,
    signal,
    data: [rows.map((_row, index) => index), rows.map(({ count }) => count)],
    make: (colour) => ({
      series: [
        { label: 'ms', value: (_plot, index) => (index === null ? '–' : at(index)) },
        bars(t('performance.calls'), colour('accent')),
      ],
      axes: [
        {
          // The widest label is as long as this.
          space: 100,
          incrs: [1, 2, 3, 5],
          values: (_plot, all) => all.map((index) => (Number.isInteger(index) ? at(index) : '')),
        },
        { size: 48 },
      ],
      scales: {
        x: { time: false, range: [-0.7, Math.max(0.7, rows.length - 0.3)] },
        y: { range: (_plot, _min, max) => [0, Math.max(5, max * 1.1)] },
      },
    }),
  }).element;
}

function endpointTable(summaries) {
  const columns = [
    ['performance.endpoint', ({ endpoint }) => h('span', {}, t.word('endpoint', endpoint), h('small', {}, endpoint))],
    ['performance.calls', (row) => number(row.total_calls)],
    ['overview.hitRate', (row) => percent(row.cache_hit_rate, 1)],
    ['p50', (row) => milliseconds(row.p50_latency)],
    ['p95', (row) => milliseconds(row.p95_latency)],
    ['p99', (row) => milliseconds(row.p99_latency)],
    ['performance.errors', (row) => number(row.error_calls)],
    ['source.coalesced', (row) => number(row.coalesced_calls)],
    ['source.waited', (row) => number(row.waited_calls)],
    ['source.refused', (row) => number(row.refused_calls)],
  ];
  return h(
    'div.table-frame',
    {},
    h(
      'table.table.figures',
      {},
      h('caption.sr-only', {}, t('performance.byEndpoint')),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map(([key]) => h('th', { scope: 'col' }, t(key))),
        ),
      ),
      h(
        'tbody',
        {},
        summaries.map((row) =>
          h(
            'tr',
            {},
            columns.map(([key, cell]) => h('td', { 'data-label': t(key) }, cell(row))),
          ),
        ),
      ),
    ),
  );
}

function cacheCard(signal) {
  const load = async (stop) => {
    const [{ data }, services] = await Promise.all([
      api.get('/cache', { company_id: session.company() }, stop),
      api.get('/services', { company_id: session.company(), limit: 200 }, stop),
    ]);
    const nameOf = ({ company_id: company, event_type_id: id }) =>
      services.data.find((one) => one.company_id === company && one.calcom_event_type_id === id)?.name ??
      t('cache.eventType', { id });
    const sentence = h(
      'p.lead',
      {},
      t('cache.sentence', {
        days: number(data.stored_days),
        reads: number(data.reads),
        rate: percent(data.hit_rate, 1),
      }),
    );
    const rows = data.event_types
      .slice(0, 12)
      .map((row) =>
        h(
          'li',
          {},
          h('span.cache-name', {}, nameOf(row)),
          h('progress', { max: 100, value: row.hit_rate, 'aria-label': t('overview.hitRate') }),
          h('span', {}, percent(row.hit_rate)),
          invalidate(body, row, nameOf(row)),
          h('small', {}, t('count.reads', { count: number(row.reads) })),
        ),
      );
    return [sentence, rows.length > 0 ? h('ul.cache-list', {}, rows) : empty(t('cache.none'))];
  };
  const body = later(signal, load);
  return h(
    'section.card',
    {},
    h('div.card-head', {}, h('h2', {}, t('cache.title')), h('div.page-actions', {}, warm(), invalidate(body))),
    body,
  );
}

function invalidate(body, row = null, name = '') {
  const question = () => ({
    title: t('cache.clearTitle'),
    text: row ? t('cache.clearOneText', { id: name }) : t('cache.clearText'),
    action: t('cache.clear'),
    danger: true,
    done: t('cache.cleared'),
    run: () =>
      api.delete('/cache', { event_type_id: row?.event_type_id, company_id: row?.company_id ?? session.company() }),
  });
  return asking(row ? t('cache.clearOne') : t('cache.clear'), question, () => void body.reload(), {
    class: row ? 'small' : '',
  });
}

const warm = () =>
  asking(t('cache.warm'), () => ({
    title: t('cache.warmTitle'),
    text: t('cache.warmText'),
    action: t('cache.warm'),
    done: t('cache.warming'),
    run: () => api.post('/cache/warm', session.company() === '' ? {} : { company_id: session.company() }),
  }));

function reportCard(signal) {
  const box = h('div');
  const show = () =>
    fill(
      box,
      later(signal, async (stop) =>
        h('pre.report', { tabindex: '0' }, await api.text('/performance-report', { last: 60 }, stop)),
      ),
    );
  return h(
    'section.card',
    {},
    h(
      'div.card-head',
      {},
      h('h2', {}, t('performance.report')),
      h('button.button', { type: 'button', onclick: show }, t('performance.showReport')),
    ),
    box,
  );
}
