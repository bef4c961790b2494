import { h } from '../core/dom.js';
import { milliseconds, timeWithSeconds } from '../core/format.js';
import { t } from '../core/i18n.js';
import { legend, toolRow } from './waterfall.js';

/** A difference of clocks below this is not worth a word. */
const NOTICED_MS = 1000;
/** A mark shorter than this share of the axis could not be seen. */
const NARROWEST_PCT = 0.4;

/**
 * A whole call from ring to hang-up on one clock: what was said, the tools that were called in between, and under each
 * what Cal.com was asked.
 * @param {object} data the answer of GET /calls/{id}/trace
 */
export function callTimeline({ call, timeline, tools }) {
  const zone = call.time_zone ?? undefined;
  const beganMs = Date.parse(timeline.starts_at);
  const entries = entriesOf(call, timeline, tools, beganMs, zone);
  const list = h(
    'ol.line',
    {},
    entries.map(({ element }) => element),
  );
  const untimed = timeline.turns.length > 0 && timeline.turns.every(({ at }) => at === null);
  return [
    h('p.hint', {}, t('trace.zone', { zone: call.time_zone ?? t('trace.zoneOfBrowser') })),
    Math.abs(timeline.clock_shift_ms) >= NOTICED_MS &&
      h('p.hint', {}, t('trace.shift', { time: milliseconds(Math.abs(timeline.clock_shift_ms)) })),
    timeline.transcript !== 'kept' && h('p.hint', {}, t(`transcript.${timeline.transcript}`)),
    strip(timeline, tools, beganMs, zone),
    tools.length > 0 && legend(),
    filterButtons(list, timeline, tools),
    list,
    untimed && untimedTurns(timeline.turns),
  ];
}

/** In the order of time; what has no time of its own follows what it was reported after. */
function entriesOf(call, timeline, tools, beganMs, zone) {
  const clock = (iso) =>
    h(
      'span.line-time',
      {},
      h('time', { datetime: iso }, timeWithSeconds(iso, zone)),
      h('small', {}, `+${offset(Date.parse(iso) - beganMs)}`),
    );
  const mark = (iso, text) => h('li.line-mark', {}, clock(iso), h('strong', {}, text));
  let lastMs = beganMs;
  const turns = timeline.turns.some(({ at }) => at !== null) ? timeline.turns : [];
  const entries = [
    { ms: beganMs, element: mark(timeline.starts_at, t('trace.ring')) },
    ...turns.map((turn) => {
      lastMs = turn.at === null ? lastMs : Date.parse(turn.at);
      return { ms: lastMs, element: turnRow(turn, turn.at && clock(turn.at)) };
    }),
    ...tools.map((tool, index) => ({
      ms: Date.parse(tool.started_at),
      element: h('li.line-tool', {}, toolRow(tool, index, clock(tool.started_at))),
    })),
  ];
  entries.sort((a, b) => a.ms - b.ms);
  if (timeline.ends_at) {
    const reason = call.disconnection_reason && endReason(call);
    entries.push({ element: mark(timeline.ends_at, reason ? t('trace.endedBy', { reason }) : t('trace.ended')) });
  } else {
    const word = call.status === 'ongoing' ? 'trace.goesOn' : 'trace.noEnd';
    entries.push({ element: h('li.line-mark', {}, h('strong', {}, t(word))) });
  }
  return entries;
}

/** How a call ended; what has no words here is quoted as the platform said it. */
export const endReason = ({ disconnection_reason: reason, platform }) =>
  reason === null || t.maybe(`endReason.${reason}`) !== null
    ? t.word('endReason', reason)
    : t('trace.endSaid', { platform: t.word('platform', platform), reason });

const turnRow = ({ speaker, text }, time) =>
  h(
    'li.line-turn',
    { class: `by-${speaker}` },
    time || h('span.line-time'),
    h('span.line-who', {}, t(`speaker.${speaker}`)),
    h('span.line-words', {}, text),
  );

const untimedTurns = (turns) =>
  h(
    'details',
    { open: true },
    h('summary', {}, t('trace.untimed')),
    h(
      'ol.line',
      {},
      turns.map((turn) => turnRow(turn, null)),
    ),
  );

/** The whole call at one look: who spoke, which tools were called, when Cal.com was asked. The list below says the same. */
function strip(timeline, tools, beganMs, zone) {
  const ends = [timeline.ends_at, ...timeline.turns.map(({ at }) => at), ...tools.map(({ started_at: at }) => at)];
  const endMs = Math.max(beganMs + 1000, ...ends.flatMap((iso) => (iso ? [Date.parse(iso)] : [])));
  const spanMs = endMs - beganMs;
  const bar = (kind, fromIso, lengthMs, lane) => {
    const left = Math.min(100 - NARROWEST_PCT, Math.max(0, ((Date.parse(fromIso) - beganMs) / spanMs) * 100));
    const width = Math.min(100 - left, Math.max(NARROWEST_PCT, (lengthMs / spanMs) * 100));
    return h('i', { class: kind, style: { left: `${left}%`, width: `${width}%`, top: `${lane * 14 + 4}px` } });
  };
  const marks = [
    ...timeline.turns.flatMap(({ at, speaker }) => (at ? [bar(`by-${speaker}`, at, 0, 0)] : [])),
    ...tools.map((tool) => bar('strip-tool', tool.started_at, tool.duration_ms, 1)),
    ...tools.flatMap(({ steps }) =>
      steps.map((one) => bar(`source-${one.source}`, one.started_at, one.duration_ms, 2)),
    ),
  ];
  const label = (ms) => h('span', {}, timeWithSeconds(new Date(ms).toISOString(), zone));
  return h(
    'div.strip',
    { 'aria-hidden': 'true' },
    h('div.strip-track', {}, marks),
    h('div.fall-scale', {}, label(beganMs), label(beganMs + spanMs / 2), label(endMs)),
  );
}

/** A long call is easier to read one half at a time. */
function filterButtons(list, timeline, tools) {
  if (timeline.turns.length === 0 || tools.length === 0) return null;
  const kinds = ['all', 'talk', 'tools'];
  const buttons = kinds.map((kind) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(kind === 'all'),
        onclick: () => {
          list.dataset.shows = kind;
          kinds.forEach((one, index) => buttons[index].setAttribute('aria-pressed', String(one === kind)));
        },
      },
      t(`trace.show.${kind}`),
    ),
  );
  return h('div.segments.line-filter', { role: 'group', 'aria-label': t('trace.show') }, buttons);
}

/** Minutes and seconds since the ring. */
function offset(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
