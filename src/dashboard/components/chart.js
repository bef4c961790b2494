import uPlot from '../vendor/uplot.js';
import { h } from '../core/dom.js';
import { number, time } from '../core/format.js';
import { locale } from '../core/i18n.js';

const paint = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * A uPlot chart that follows its box's width and the theme.
 * @param {{label: string, height?: number, make: (colour: (name: string) => string) => object, data: Array[],
 *   signal: AbortSignal}} options `make` returns uPlot's options; it is asked again when the theme changes
 */
export function chart({ label, height = 220, make, data, signal }) {
  const box = h('div.chart', { role: 'img', 'aria-label': label });
  let plot = null;
  let current = atLeastTwo(data);

  function draw() {
    if (box.clientWidth === 0) return;
    plot?.destroy();
    const wanted = make(paint);
    plot = new uPlot(
      {
        width: box.clientWidth,
        height,
        legend: { live: true },
        ...wanted,
        axes: wanted.axes.map(styled),
        series: wanted.series.map(legible),
      },
      current,
      box,
    );
  }
  const styled = (axis) => ({
    stroke: paint('ink-soft'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: paint('line'), width: 1 },
    ticks: { show: false },
    ...axis,
  });

  /** What the legend says of a point, and of none. */
  const legible = (series, index) => ({
    value: (_plot, value) =>
      value === null || value === undefined ? '–' : index === 0 ? time(value * 1000) : number(value, 1),
    ...series,
  });

  const resize = new ResizeObserver(() => {
    if (plot === null) draw();
    else if (plot.width !== box.clientWidth && box.clientWidth > 0) plot.setSize({ width: box.clientWidth, height });
  });
  resize.observe(box);
  document.addEventListener('askpro:theme', draw, { signal });
  signal.addEventListener('abort', () => {
    resize.disconnect();
    plot?.destroy();
    plot = null;
  });

  return {
    element: box,
    update(next) {
      current = atLeastTwo(next);
      plot?.setData(current);
    },
  };
}

/** uPlot draws nothing of a chart with one point; an empty one a minute before it makes it drawn. */
function atLeastTwo(data) {
  const [xs, ...series] = data;
  return xs.length === 1 ? [[xs[0] - 60, xs[0]], ...series.map(([only]) => [null, only])] : data;
}

/** Axis of clock times, as people here write them. */
export const timeAxis = () => ({
  space: 70,
  size: 34,
  // Never finer than what is written at them, or several would say the same.
  incrs: [1, 2, 5, 10, 15, 30, 60, 180].map((minutes) => minutes * 60),
  values: (_plot, seconds) =>
    seconds.map((at) => new Date(at * 1000).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })),
});

/** A window of so many seconds up to the newest point, however few points there are. */
export const lastSeconds = (seconds) => ({
  range: (_plot, _min, max) => {
    const newest = max ?? Date.now() / 1000;
    return [newest - seconds, newest];
  },
});

/** A line through one point is nothing to see, so that one is dotted. */
export const line = (label, colour, extra = {}) => ({
  label,
  stroke: colour,
  width: 2,
  points: { show: (plot) => plot.data[0].length < 3, size: 7 },
  spanGaps: false,
  ...extra,
});

/** Bars of one series, drawn over those that stand behind. */
export const bars = (label, colour, extra = {}) => ({
  label,
  stroke: colour,
  fill: colour,
  width: 0,
  points: { show: false },
  paths: uPlot.paths.bars({ size: [0.7, 44], radius: 0.15 }),
  ...extra,
});

/**
 * Columns to be painted one over the other: the first holds the sum of all, the last only itself.
 * @param {number[][]} series
 */
export function stacked(series) {
  return series.map((_values, index) =>
    series[index].map((_value, x) => series.slice(index).reduce((sum, values) => sum + (values[x] ?? 0), 0)),
  );
}
