import { h } from '../core/dom.js';
import { milliseconds, number } from '../core/format.js';
import { t } from '../core/i18n.js';

/** Upper bounds in milliseconds; one colour step each. */
const STEPS = [100, 250, 500, 1000, 2000];

/** `Y-m-d-H-i` in UTC, as epoch milliseconds. */
export function minuteMs(name) {
  const [year, month, dayOfMonth, hour, minute] = name.split('-').map(Number);
  return Date.UTC(year, month - 1, dayOfMonth, hour, minute);
}

const stepOf = (ms) => STEPS.findIndex((bound) => ms <= bound) + 1 || STEPS.length + 1;

/**
 * One row per endpoint, one cell per span of time, coloured by the slowest minute's 95th percentile in it.
 * @param {{endpoint: string, series: object[]}[]} summaries
 */
export function heatmap(summaries, minutes) {
  const columns = Math.min(minutes, 30);
  const spanMs = (minutes * 60_000) / columns;
  const fromMs = Date.now() - minutes * 60_000;
  const rows = summaries.map(({ endpoint, series }) => {
    const cells = Array.from({ length: columns }, () => ({ calls: 0, p95: 0 }));
    for (const minute of series) {
      const cell = cells[Math.min(columns - 1, Math.floor((minuteMs(minute.minute) - fromMs) / spanMs))];
      if (!cell) continue;
      cell.calls += minute.total_calls;
      cell.p95 = Math.max(cell.p95, minute.p95_latency);
    }
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, t.word('endpoint', endpoint)),
      cells.map((cell, i) => cellOf(cell, fromMs + i * spanMs)),
    );
  });
  const frame = h(
    'div.heat-scroll',
    { tabindex: '0', role: 'region', 'aria-label': t('performance.heat') },
    h('table.heat-table', {}, h('caption.sr-only', {}, t('performance.heat')), h('tbody', {}, rows)),
  );
  // Where not all fits, the newest is seen first.
  requestAnimationFrame(() => (frame.scrollLeft = frame.scrollWidth));
  return h(
    'div.heat',
    {},
    frame,
    h('div.heat-legend', { 'aria-hidden': 'true' }, [
      ...STEPS.map((bound, i) => h('span', { class: `heat-${i + 1}` }, `≤ ${milliseconds(bound)}`)),
      h('span.heat-6', {}, `> ${milliseconds(STEPS.at(-1))}`),
    ]),
  );
}

function cellOf({ calls, p95 }, atMs) {
  if (calls === 0) return h('td.heat-0');
  const clock = new Date(atMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const words = `${clock} · p95 ${milliseconds(p95)} · ${t('count.requests', { count: number(calls) })}`;
  return h('td', { class: `heat-${stepOf(p95)}`, title: words }, h('span.sr-only', {}, words));
}
