import { fill, h, freshId } from '../core/dom.js';
import { milliseconds } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from './badge.js';

export const SOURCES = ['upstream', 'cache', 'stale', 'coalesced', 'refused'];
/** A bar shorter than this share of the row could not be seen or hit. */
const NARROWEST_PCT = 0.8;
const LANE_PX = 22;

/** What the colours of requests mean. */
export function legend() {
  return h(
    'ul.fall-legend',
    {},
    SOURCES.map((source) => h('li', {}, h('i', { class: `source-${source}` }), t(`source.${source}`))),
    h('li', {}, h('i.waited'), t('source.waited')),
  );
}

/**
 * One tool call with one bar per request to Cal.com, on the clock of the call.
 * @param {object} tool an invocation with `started_at`, `duration_ms` and `steps`
 * @param {Node} time when it was called, in words
 */
export function toolRow(tool, index, time) {
  const detail = h('div.fall-detail', { 'aria-live': 'polite' });
  const beganMs = Date.parse(tool.started_at);
  const steps = (tool.steps ?? []).map((step) => ({ ...step, at: Date.parse(step.started_at) - beganMs }));
  const lanes = laneCount(steps);
  const spanMs = Math.max(tool.duration_ms, ...steps.map((step) => step.at + step.duration_ms), 1);
  const panelId = freshId('tool');
  const panel = h('div.fall-panel', { id: panelId, hidden: true });
  const open = () => {
    const show = panel.hidden;
    if (show && panel.childElementCount === 0) fill(panel, toolPanel(tool));
    panel.hidden = !show;
    button.setAttribute('aria-expanded', String(show));
  };
  const button = h(
    'button.fall-tool',
    { type: 'button', 'aria-expanded': 'false', 'aria-controls': panelId, onclick: open },
    h('span.fall-number', {}, index + 1),
    h('span.fall-name', {}, t.word('tool', tool.tool)),
    badge('outcome', tool.status, tool.success ? (tool.status === 'error' ? 'bad' : 'good') : 'bad'),
    h('span.fall-duration', {}, milliseconds(tool.duration_ms)),
  );
  const own = h('div.fall-own', { style: { width: `${(tool.duration_ms / spanMs) * 100}%` } });
  const track = h(
    'div.fall-track',
    {
      style: { height: `${12 + lanes * LANE_PX}px` },
      role: 'group',
      'aria-label': t('trace.steps', { count: steps.length }),
    },
    own,
    steps.map((step) => stepBars(step, spanMs, detail)),
  );
  return h(
    'div.fall-row',
    {},
    h('div.fall-head', {}, time, button),
    track,
    h(
      'div.fall-scale',
      { 'aria-hidden': 'true' },
      h('span', {}, '0'),
      h('span', {}, milliseconds(spanMs / 2)),
      h('span', {}, milliseconds(spanMs)),
    ),
    detail,
    panel,
  );
}

/** Questions asked at the same time are drawn below each other. @returns how many lanes that takes */
function laneCount(steps) {
  const freeAt = [];
  for (const step of steps) {
    const found = freeAt.findIndex((endsAt) => endsAt <= step.at);
    step.lane = found === -1 ? freeAt.length : found;
    freeAt[step.lane] = step.at + step.duration_ms;
  }
  return Math.max(1, freeAt.length);
}

/** The hatched part is the wait for the budget; the solid part is the exchange. */
function stepBars(step, spanMs, detail) {
  const place = (fromMs, lengthMs) => {
    const left = Math.min(100 - NARROWEST_PCT, Math.max(0, (fromMs / spanMs) * 100));
    return {
      top: `${8 + step.lane * LANE_PX}px`,
      left: `${left}%`,
      width: `${Math.min(100 - left, Math.max(NARROWEST_PCT, (lengthMs / spanMs) * 100))}%`,
    };
  };
  const waitedMs = Math.min(step.waited_ms ?? 0, step.duration_ms);
  const words = stepWords(step);
  const show = () =>
    fill(
      detail,
      h(
        'dl.step',
        {},
        stepFacts(step).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
      ),
    );
  return [
    waitedMs > 0 && h('span.fall-wait', { style: place(step.at, waitedMs), 'aria-hidden': 'true' }),
    h('button.fall-step', {
      type: 'button',
      class: `source-${step.source}`,
      style: place(step.at + waitedMs, step.duration_ms - waitedMs),
      title: words,
      'aria-label': words,
      onclick: show,
      onfocus: show,
    }),
  ];
}

function stepWords(step) {
  const waited = step.waited_ms > 0 ? `, ${t('trace.waited', { time: milliseconds(step.waited_ms) })}` : '';
  return `${t.word('endpoint', step.operation)}: ${t(`source.${step.source}`)}, ${milliseconds(step.duration_ms)}${waited}${step.status ? `, HTTP ${step.status}` : ''}`;
}

function stepFacts(step) {
  return [
    [t('trace.operation'), t.word('endpoint', step.operation)],
    [t('trace.source'), t(`source.${step.source}`)],
    [t('trace.status'), step.status ?? '–'],
    [t('trace.duration'), milliseconds(step.duration_ms)],
    [t('trace.waitedFor'), milliseconds(step.waited_ms ?? 0)],
    [t('trace.attempts'), step.attempts ?? 1],
    ...(step.detail ? [[t('trace.detail'), step.detail]] : []),
  ];
}

function toolPanel(tool) {
  const block = (title, value) =>
    h(
      'div',
      {},
      h('h4', {}, title),
      h('pre', { tabindex: '0' }, value === null || value === undefined ? '–' : JSON.stringify(value, null, 2)),
    );
  return [
    h('p.hint', {}, t('trace.own', { time: milliseconds(ownMs(tool)) })),
    block(t('trace.input'), tool.input),
    block(t('trace.output'), tool.output),
    tool.error && block(t('trace.error'), tool.error),
  ];
}

/** The part of a tool call in which nothing was asked of Cal.com: the gateway itself, and its database. */
function ownMs({ duration_ms: lengthMs, started_at: startedAt, steps }) {
  const startMs = Date.parse(startedAt);
  const spans = steps
    .map((step) => [Date.parse(step.started_at) - startMs, Date.parse(step.started_at) - startMs + step.duration_ms])
    .sort(([a], [b]) => a - b);
  let askedMs = 0;
  let coveredTo = 0;
  for (const [from, to] of spans) {
    askedMs += Math.max(0, Math.min(to, lengthMs) - Math.max(from, coveredTo));
    coveredTo = Math.max(coveredTo, to);
  }
  return Math.max(0, lengthMs - askedMs);
}
