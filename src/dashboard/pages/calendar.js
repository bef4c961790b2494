import { api } from '../core/api.js';
import { fill, h, icon } from '../core/dom.js';
import { dayOfDate, instantOf, time, wallClock } from '../core/format.js';
import { t } from '../core/i18n.js';
import { live } from '../core/live.js';
import { session } from '../core/preferences.js';
import { rememberQuery } from '../core/router.js';
import { who } from '../core/who.js';
import { openAppointment } from '../components/appointment-dialog.js';
import { field } from '../components/fields.js';
import { heading } from '../components/list.js';
import { bookByHand } from '../components/new-appointment.js';
import { empty, problem, skeleton } from '../components/states.js';

const HOUR_PX = 64;
/** Lower than this, everything stands in one line. */
const SHORT_MINUTES = 35;
const DAY_MINUTES = 24 * 60;
/** Without opening hours a day is shown from eight to six. */
const USUAL = [8 * 60, 18 * 60];
/** Other people's changes are looked for this often, while figures stream. */
const LOOK_AGAIN_MS = 5000;

/** The appointments of a day or a week beside the opening hours, one column for each person or branch. */
export function page(ctx) {
  const chosen = { ...choices(ctx.query) };
  const frame = h('div.calendar-frame', {}, skeleton(6));
  const bar = h('form.filters.calendar-bar', {
    'aria-label': t('calendar.choose'),
    onsubmit: (e) => e.preventDefault(),
  });
  let known = null;
  let shown = '';

  const show = (changes) => {
    Object.assign(chosen, changes);
    rememberQuery('calendar', chosen);
    void load();
  };
  let company = '';
  const asked = () => ({
    ...{ company_id: company, from: chosen.date, branch_id: chosen.branch },
    days: chosen.view === 'week' ? 7 : 1,
  });
  let generation = 0;
  async function load({ quiet = false } = {}) {
    const mine = (generation += 1);
    try {
      if (chosen.view === 'week' && chosen.date) chosen.date = mondayOf(chosen.date);
      company = await companyShown(ctx.signal);
      if (company === null) return fill(frame, empty(t('calendar.chooseCompany')));
      const { data } = await api.get('/calendar', asked(), ctx.signal);
      if (mine !== generation || ctx.signal.aborted) return;
      if (chosen.view === 'week' && data.from !== mondayOf(data.from)) return show({ date: mondayOf(data.from) });
      chosen.date = data.from || chosen.date;
      known = data;
      const text = JSON.stringify(data);
      if (quiet && text === shown) return;
      shown = text;
      draw();
    } catch (error) {
      if (ctx.signal.aborted || error.name === 'AbortError' || quiet) return;
      fill(
        frame,
        problem(error, () => void load()),
      );
    }
  }

  function draw() {
    const focused = document.activeElement?.dataset?.appointment;
    const scrolled = frame.querySelector('.calendar')?.scrollLeft ?? 0;
    drawBar();
    fill(
      frame,
      known.is_cut && h('p.lead', {}, t('calendar.cut')),
      known.branches.length === 0 ? empty(t('calendar.noBranch')) : grid(known, chosen, () => void load()),
    );
    const scroller = frame.querySelector('.calendar');
    if (scroller) scroller.scrollLeft = scrolled;
    if (focused) frame.querySelector(`[data-appointment="${focused}"]`)?.focus();
  }

  /** Only redrawn when something else can be chosen, so that the field in use keeps the focus. */
  let drawnBar = '';
  function drawBar() {
    const branches = known.branches.map(({ id, name }) => [id, name]);
    if (chosen.branch === '') known.all = branches;
    const all = known.all ?? bar.all ?? branches;
    bar.all = all;
    const key = JSON.stringify([all, chosen.view, chosen.by, chosen.branch]);
    const date = bar.querySelector('[name=date]');
    if (date && date !== document.activeElement) date.value = chosen.date;
    if (key === drawnBar) return;
    drawnBar = key;
    fill(
      bar,
      h(
        'div.calendar-steps',
        {},
        step('previous', -1, 'back'),
        h('button.button', { type: 'button', onclick: () => show({ date: '' }) }, t('calendar.today')),
        step('next', 1, 'next'),
      ),
      chooser('date', { label: t('calendar.date'), type: 'date', value: chosen.date }),
      chooser('view', { label: t('calendar.view'), options: words('view', ['day', 'week']), value: chosen.view }),
      chooser('by', { label: t('calendar.by'), options: words('by', ['staff', 'branch']), value: chosen.by }),
      all.length > 1 &&
        chooser('branch', {
          label: t('calendar.branch'),
          options: [['', t('calendar.allBranches')], ...all],
          value: chosen.branch,
        }),
    );
  }
  const chooser = (name, options) => {
    const row = field({ name, ...options });
    row.input.addEventListener('change', () =>
      row.input.value !== '' || name === 'branch' ? show({ [name]: row.input.value }) : undefined,
    );
    return row;
  };
  const step = (name, way, picture) =>
    h(
      'button.icon-button',
      {
        type: 'button',
        'aria-label': t(`calendar.${name}`),
        onclick: () => show({ date: plusDays(chosen.date, way * (chosen.view === 'week' ? 7 : 1)) }),
      },
      icon(picture),
    );

  void load();
  let lookedMs = performance.now();
  const stop = live.listen(() => {
    if (performance.now() - lookedMs < LOOK_AGAIN_MS || document.hidden) return;
    lookedMs = performance.now();
    void load({ quiet: true });
  });
  ctx.signal.addEventListener('abort', stop, { once: true });

  const add =
    who.may('post', '/appointments') &&
    h(
      'button.button.primary',
      {
        type: 'button',
        onclick: async () => {
          if (await bookByHand({ company, date: chosen.date, branchId: chosen.branch, signal: ctx.signal }))
            void load();
        },
      },
      t('calendar.new'),
    );
  return [heading(t('nav.calendar'), t('calendar.lead'), add), h('section.card', {}, bar, frame)];
}

/** A calendar is one company's. Where all are looked at, it is the only one; null when there are several. */
async function companyShown(signal) {
  if (session.company() !== '' || !who.isPlatform()) return session.company();
  const { data } = await api.get('/companies', { limit: 2 }, signal);
  return data.length === 1 ? data[0].id : null;
}

const choices = ({ date = '', view, by, branch = '' }) => ({
  ...{ date, branch },
  view: view === 'week' ? 'week' : 'day',
  by: by === 'branch' ? 'branch' : 'staff',
});
const words = (group, values) => values.map((value) => [value, t(`calendar.${group}.${value}`)]);

function plusDays(date, days) {
  const at = new Date(`${date}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
const mondayOf = (date) => plusDays(date, -((new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7));

/** Columns with what belongs into them. Times are those of each branch's own clock. */
function grid(data, { by }, changed) {
  const dates = data.branches[0].days.map(({ date }) => date);
  const groups = by === 'branch' ? branchGroups(data) : staffGroups(data);
  const columns = dates.flatMap((date, n) => groups.map((group) => ({ ...group, date, n })));
  const filled = columns.map((column) => ({ ...column, blocks: blocksOf(data, column) }));
  const [from, to] = shownMinutes(data, filled);
  const hours = Array.from({ length: (to - from) / 60 }, (_, n) => from / 60 + n);
  const heads = filled.map((column) =>
    h('div.calendar-head', {}, h('b', {}, dayOfDate(column.date)), h('small', {}, column.name)),
  );
  const body = filled.map((column) =>
    h(
      'div.calendar-column',
      {
        role: 'group',
        'aria-label': `${column.name}, ${dayOfDate(column.date)}`,
        style: { height: `${((to - from) / 60) * HOUR_PX}px` },
      },
      closedSpans(column, from, to),
      column.blocks.map((block) => appointmentBlock(block, from, data.currency, changed)),
      column.blocks.length === 0 && h('span.sr-only', {}, t('calendar.nothing')),
    ),
  );
  const clock = h(
    'div.calendar-hours',
    { 'aria-hidden': 'true' },
    hours.map((hour) => h('span', { style: { height: `${HOUR_PX}px` } }, `${String(hour).padStart(2, '0')}:00`)),
  );
  return h(
    'div.calendar',
    { tabindex: '0', role: 'region', 'aria-label': t('nav.calendar'), style: { '--columns': String(filled.length) } },
    h('div.calendar-corner'),
    heads,
    clock,
    body,
  );
}

const branchGroups = ({ branches }) =>
  branches.map((branch) => ({ name: branch.name, branches: [branch], holds: (row) => row.branch_id === branch.id }));

/** A person who works in one branch has its hours; the others the hours of all. Appointments of no one known come last. */
function staffGroups({ branches, staff, appointments }) {
  const ids = new Set(staff.map(({ id }) => id));
  const people = staff.map((person) => ({
    name: person.name,
    branches: branches.filter(({ id }) => person.branch_id === null || person.branch_id === id),
    holds: (row) => row.staff_id === person.id,
  }));
  const others = { name: t('calendar.noStaff'), branches, holds: (row) => !ids.has(row.staff_id) };
  return people.length === 0 || appointments.some(others.holds) ? [...people, others] : people;
}

/** The parts of appointments that lie in a column's day, side by side where they overlap. */
function blocksOf({ branches, appointments }, { date, holds }) {
  const zones = new Map(branches.map(({ id, time_zone: zone }) => [id, zone]));
  const blocks = appointments
    .filter(holds)
    .map((row) => partOn(row, date, zones.get(row.branch_id) ?? row.time_zone))
    .filter((part) => part !== null)
    .sort((a, b) => a.top - b.top || b.height - a.height);
  let lanes = [];
  let cluster = [];
  const close = () => {
    for (const one of cluster) one.of = lanes.length;
    [lanes, cluster] = [[], []];
  };
  for (const block of blocks) {
    if (lanes.length > 0 && lanes.every((end) => end <= block.top)) close();
    const free = lanes.findIndex((end) => end <= block.top);
    block.lane = free === -1 ? lanes.length : free;
    lanes[block.lane] = block.top + block.height;
    cluster.push(block);
  }
  close();
  return blocks;
}

/** Minutes on the branch's clock; the part after midnight belongs to the next day. A length is never read off the clock, which may be put on or back. */
function partOn(row, date, zone) {
  const start = wallClock(row.starts_at, zone);
  const length = (Date.parse(row.ends_at) - Date.parse(row.starts_at)) / 60_000;
  if (start.date === date) {
    const top = minutesOf(start.clock);
    return { row, zone, top, height: Math.min(length, DAY_MINUTES - top) };
  }
  const midnight = Date.parse(instantOf(date, '00:00', zone));
  const after = Math.min((Date.parse(row.ends_at) - midnight) / 60_000, DAY_MINUTES);
  return start.date < date && after > 0 ? { row, zone, top: 0, height: after } : null;
}

const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const openOf = ({ branches, n }) =>
  branches.flatMap((branch) => branch.days[n].open.map(({ from, to }) => [minutesOf(from), minutesOf(to)]));

/** Whole hours around everything that is open or booked. */
function shownMinutes(data, columns) {
  const spans = columns.flatMap((column) => [
    ...openOf(column),
    ...column.blocks.map(({ top, height }) => [top, top + height]),
  ]);
  const all = spans.length === 0 ? [USUAL] : spans;
  const from = Math.floor(Math.min(...all.map(([start]) => start)) / 60) - 1;
  const to = Math.ceil(Math.max(...all.map(([, end]) => end)) / 60) + 1;
  return [Math.max(0, from) * 60, Math.min(24, to) * 60];
}

function closedSpans(column, from, to) {
  const open = openOf(column).sort((a, b) => a[0] - b[0]);
  const closed = [];
  let at = from;
  for (const [start, end] of open) {
    if (start > at) closed.push([at, start]);
    at = Math.max(at, end);
  }
  if (at < to) closed.push([at, to]);
  return closed.map(([start, end]) =>
    h('div.calendar-closed', { 'aria-hidden': 'true', style: placed(start - from, end - start) }),
  );
}

const placed = (top, height) => ({
  top: `${(top / 60) * HOUR_PX}px`,
  height: `${(height / 60) * HOUR_PX}px`,
});

function appointmentBlock({ row, zone, top, height, lane, of }, from, currency, changed) {
  const when = `${time(row.starts_at, zone)}–${time(row.ends_at, zone)}`;
  const what = row.service_name ?? t('calendar.noService');
  const state = t.word('appointment', row.status);
  return h(
    'button.calendar-block',
    {
      type: 'button',
      class: `is-${row.status}${height < SHORT_MINUTES ? ' is-short' : ''}`,
      'data-appointment': row.id,
      style: { ...placed(top - from, height), left: `${(lane / of) * 100}%`, width: `${100 / of}%` },
      onclick: async () => (await openAppointment(row, currency)) && changed(),
    },
    h('b', {}, time(row.starts_at, zone), ' ', row.attendee_name),
    h('small', {}, what, row.status === 'booked' ? '' : ` · ${state}`),
    h('span.sr-only', {}, ` ${when}, ${state}`),
  );
}
