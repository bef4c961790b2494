import { api } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { day, midnight, milliseconds, number, percent, time } from '../core/format.js';
import { t, translated } from '../core/i18n.js';
import { live } from '../core/live.js';
import { session } from '../core/preferences.js';
import { addressOf } from '../core/router.js';
import { who } from '../core/who.js';
import { badge } from '../components/badge.js';
import { bars, chart, lastSeconds, line, stacked, timeAxis } from '../components/chart.js';
import { asking } from '../components/dialog.js';
import { gauge } from '../components/gauge.js';
import { heading } from '../components/list.js';
import { mapButton } from '../components/map-line.js';
import { openWork } from '../components/open-work.js';
import { empty, later } from '../components/states.js';

const OUTCOMES = [
  ['booked', 'good'],
  ['completed', 'good-soft'],
  ['pending', 'warn'],
  ['cancelled', 'muted'],
  ['no_show', 'teal'],
  ['rejected', 'violet'],
  ['failed', 'bad'],
];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** One look: does the budget hold, is Cal.com being asked, what is booked, what waits for a person. */
export function page({ signal }) {
  const dial = gauge();
  const stats = figures();
  const circuits = h('ul.circuits');
  const alerts = h('div.alerts', { role: 'status' });
  const last = minuteChart(signal);
  const hours = hourChart(signal);
  let shares = { backgroundSharePct: null, readSharePct: null };
  const draw = (snapshot) => {
    dial.update({ ...snapshot, ...shares });
    stats.update(snapshot);
    drawCircuits(circuits, snapshot.circuits);
    drawAlerts(alerts, snapshot.alerts);
    last.update(live.history);
    if (snapshot.bookings) hours.update(snapshot.bookings.hours);
  };
  signal.addEventListener('abort', live.listen(draw));
  // The shares are settings: asked once, while the figures stream.
  api
    .get('/status', {}, signal)
    .then(({ data }) => {
      shares = { backgroundSharePct: data.budget.background_share_pct, readSharePct: data.budget.read_share_pct };
      if (live.latest) draw(live.latest);
    })
    .catch(() => undefined);
  return [
    heading(t('overview.title'), t('overview.lead')),
    alerts,
    later(signal, openWork, 1),
    h(
      'div.grid.hero',
      {},
      h('section.card.budget', {}, h('h2', {}, t('overview.budget')), dial.element),
      h('div.stats', {}, stats.elements),
    ),
    h(
      'div.grid.two',
      {},
      h('section.card', {}, h('h2', {}, t('overview.lastMinutes')), last.element),
      h('section.card', {}, h('div.card-head', {}, h('h2', {}, t('overview.circuits')), resetButton()), circuits),
      h('section.card', {}, h('h2', {}, t('overview.byHour')), hours.element),
      h(
        'section.card',
        {},
        h(
          'div.card-head',
          {},
          h('h2', {}, t('overview.next')),
          h('a', { href: addressOf('appointments') }, t('action.all')),
        ),
        later(signal, upcoming),
      ),
    ),
  ];
}

function figures() {
  const make = (label, href) => {
    const value = h('strong.stat-value', {}, '–');
    const note = h('span.stat-note');
    return { element: h('a.card.stat', { href }, h('span.stat-label', {}, label), value, note), value, note };
  };
  const hit = make(t('overview.hitRate'), addressOf('performance'));
  const latency = make(t('overview.p95'), addressOf('performance'));
  const booked = make(t('overview.booked'), addressOf('appointments'));
  const jobs = make(t('overview.jobs'), addressOf('jobs', null, { status: 'dead' }));
  return {
    elements: [hit, latency, booked, jobs].map(({ element }) => element),
    update(snapshot) {
      setText(hit.value, percent(snapshot.hitRate, 1));
      setText(hit.note, t('overview.hitNote'));
      setText(latency.value, milliseconds(snapshot.latency.p95));
      setText(latency.note, t('overview.p95Note', { median: milliseconds(snapshot.latency.p50) }));
      setText(booked.value, number(snapshot.bookings?.booked));
      setText(booked.note, t('overview.bookedNote', { total: number(snapshot.bookings?.total) }));
      setText(jobs.value, number(snapshot.jobs?.dead));
      setText(
        jobs.note,
        t('overview.jobsNote', { queued: number(snapshot.jobs?.queued), running: number(snapshot.jobs?.running) }),
      );
      jobs.element.dataset.tone = snapshot.jobs?.dead > 0 ? 'bad' : 'plain';
    },
  };
}

function drawCircuits(list, circuits) {
  const drawn = JSON.stringify(circuits);
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  list.replaceChildren(
    ...circuits.map((circuit) =>
      h(
        'li',
        {},
        h(
          'span',
          {},
          t.word('circuit', circuit.service),
          h('small', {}, t('circuit.failures', { count: circuit.failure_count, limit: circuit.failure_threshold })),
        ),
        circuit.seconds_until_retry > 0 && h('small', {}, t('circuit.retry', { seconds: circuit.seconds_until_retry })),
        badge('state', circuit.state),
      ),
    ),
  );
}

function drawAlerts(box, alerts) {
  const drawn = JSON.stringify(alerts.map(({ id, occurrences }) => [id, occurrences]));
  if (box.dataset.drawn === drawn) return;
  box.dataset.drawn = drawn;
  box.replaceChildren(
    ...alerts.slice(0, 5).map((alert) => {
      const [message, todo] = ['message', 'what_to_do'].map((field) => translated(alert, field));
      return h(
        'div.alert',
        { class: `alert-${alert.severity}` },
        badge('severity', alert.severity),
        h(
          'span.alert-text',
          {},
          h('b', {}, t.word('alertKind', alert.kind)),
          h('small', {}, todo ? `${message} ${todo}` : message),
        ),
        alert.line && mapButton(alert),
        alert.kind === 'event_type_without_owner' &&
          who.maySee('setup') &&
          h('a.button.small.primary', { href: addressOf('setup') }, t('owners.decide')),
        closeButton(alert.id, message),
      );
    }),
  );
}

const closeButton = (id, message) =>
  asking(
    t('alert.close'),
    () => ({
      title: t('alert.closeTitle'),
      text: t('alert.closeText', { message }),
      action: t('alert.close'),
      done: t('alert.closed'),
      run: () => api.post(`/alerts/${id}/resolve`),
    }),
    () => {},
    { class: 'small' },
  );

const resetButton = () =>
  asking(t('circuit.reset'), () => ({
    title: t('circuit.resetTitle'),
    text: t('circuit.resetText'),
    action: t('circuit.reset'),
    done: t('circuit.resetDone'),
    run: () => api.post('/circuit-breaker/reset'),
  }));

function minuteChart(signal) {
  const plot = chart({
    label: t('overview.lastMinutes'),
    height: 190,
    signal,
    data: [[], [], []],
    make: (colour) => ({
      series: [
        { label: t('column.when') },
        line(t('overview.requests'), colour('accent'), { fill: colour('accent-soft') }),
        line(t('overview.limit'), colour('bad'), { dash: [4, 4], width: 1 }),
      ],
      axes: [timeAxis(), { size: 40 }],
      scales: { x: lastSeconds(180), y: { range: (_plot, _min, max) => [0, Math.max(10, max * 1.1)] } },
    }),
  });
  return {
    element: plot.element,
    update: (history) =>
      plot.update([
        history.map(({ atMs }) => atMs / 1000),
        history.map(({ used }) => used),
        history.map(({ limit }) => limit),
      ]),
  };
}

function hourChart(signal) {
  const dataOf = (hours) => {
    const byHour = new Map(hours.map(({ hour, outcomes }) => [hour, outcomes]));
    const known = OUTCOMES.map(([name]) => HOURS.map((hour) => byHour.get(hour)?.[name] ?? 0));
    return [HOURS, ...stacked(known)];
  };
  let drawn = '';
  const plot = chart({
    label: t('overview.byHour'),
    height: 190,
    signal,
    data: dataOf([]),
    make: (colour) => ({
      series: [
        { label: t('column.when'), value: (_plot, hour) => (hour === null ? '–' : `${hour}:00`) },
        ...OUTCOMES.map(([name, tone], i) =>
          bars(t.word('appointment', name), colour(tone), {
            value: (u, _v, _s, at) =>
              at === null || at === undefined ? '–' : u.data[i + 1][at] - (u.data[i + 2]?.[at] ?? 0),
          }),
        ),
      ],
      axes: [
        { values: (_plot, hours) => hours.map((hour) => `${hour}`) },
        { size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
      ],
      scales: {
        x: { time: false, range: [-0.6, 23.6] },
        y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.1)] },
      },
    }),
  });
  return {
    element: plot.element,
    update(hours) {
      if (JSON.stringify(hours) === drawn) return;
      drawn = JSON.stringify(hours);
      plot.update(dataOf(hours));
    },
  };
}

async function upcoming(signal) {
  const query = {
    from: new Date().toISOString(),
    to: midnight(14).toISOString(),
    status: 'booked',
    order: 'asc',
    limit: 6,
    company_id: session.company(),
  };
  const { data } = await api.get('/appointments', query, signal);
  if (data.length === 0) return empty(t('overview.noNext'));
  return h(
    'ol.agenda',
    {},
    data.map((row) =>
      h(
        'li',
        {},
        h(
          'time',
          { datetime: row.starts_at },
          h('b', {}, time(row.starts_at, row.time_zone)),
          h('small', {}, day(row.starts_at, row.time_zone)),
        ),
        h('span', {}, row.attendee_name, h('small', {}, row.service_name ?? '')),
        row.staff_name && h('span.agenda-staff', {}, row.staff_name),
      ),
    ),
  );
}
