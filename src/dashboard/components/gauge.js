import { h, setText, svg } from '../core/dom.js';
import { number } from '../core/format.js';
import { t } from '../core/i18n.js';

const RADIUS = 84;
const CENTRE = { x: 100, y: 100 };
const LENGTH = Math.PI * RADIUS;
/** From here on the colour warns. */
const WARN_SHARE = 100 / 120;

const at = (share, radius) => {
  const angle = Math.PI * (1 - share);
  return { x: CENTRE.x + radius * Math.cos(angle), y: CENTRE.y - radius * Math.sin(angle) };
};
const ARC = `M${at(0, RADIUS).x} ${CENTRE.y} A${RADIUS} ${RADIUS} 0 0 1 ${at(1, RADIUS).x} ${CENTRE.y}`;

/** Requests of the last 60 s against the limit, with the shares of the classes as marks on the arc. */
export function gauge() {
  const fillArc = svg('path.gauge-fill', { d: ARC, 'stroke-dasharray': LENGTH, 'stroke-dashoffset': LENGTH });
  const marks = svg('g.gauge-marks');
  const value = h('span.gauge-value', { 'data-live': 'requests' }, '–');
  const limit = h('span.gauge-limit');
  const meter = h(
    'div.gauge',
    { role: 'meter', 'aria-label': t('gauge.label'), 'aria-valuemin': 0 },
    svg('svg', { viewBox: '0 0 200 116', 'aria-hidden': 'true' }, svg('path.gauge-track', { d: ARC }), fillArc, marks),
    h('div.gauge-text', {}, value, limit),
  );
  const legend = h('ul.gauge-legend');
  let drawn = '';

  function drawMarks(shares, max) {
    const key = JSON.stringify([shares, max]);
    if (key === drawn) return;
    drawn = key;
    marks.replaceChildren();
    legend.replaceChildren();
    for (const { name, pct } of shares) {
      const [inner, outer] = [at(pct / 100, RADIUS - 13), at(pct / 100, RADIUS + 13)];
      marks.append(svg('line', { class: `mark-${name}`, x1: inner.x, y1: inner.y, x2: outer.x, y2: outer.y }));
      const upTo = number(Math.floor((max * pct) / 100));
      legend.append(
        h('li', { class: `mark-${name}` }, h('strong', {}, t(`gauge.${name}`)), ` ${t('gauge.upTo', { count: upTo })}`),
      );
    }
  }

  return {
    element: h('div.gauge-box', {}, meter, legend),
    update({ used, limit: max, backgroundSharePct, readSharePct, budgetState }) {
      if (used === null || max === null) return;
      const share = Math.min(1, used / Math.max(1, max));
      fillArc.setAttribute('stroke-dashoffset', LENGTH * (1 - share));
      meter.dataset.tone = budgetState === 'exceeded' ? 'bad' : share >= WARN_SHARE ? 'warn' : 'good';
      meter.setAttribute('aria-valuenow', used);
      meter.setAttribute('aria-valuemax', max);
      setText(value, number(used));
      setText(limit, t('gauge.of', { limit: number(max) }));
      const shares = [
        { name: 'background', pct: backgroundSharePct },
        { name: 'reads', pct: readSharePct },
        { name: 'writes', pct: readSharePct === null ? null : 100 },
      ];
      drawMarks(
        shares.filter(({ pct }) => pct !== null),
        max,
      );
    },
  };
}
