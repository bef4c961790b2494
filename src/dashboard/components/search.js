import { api } from '../core/api.js';
import { fill, h, icon } from '../core/dom.js';
import { dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { addressOf } from '../core/router.js';
import { afterTyping, field } from './fields.js';
import { problem } from './states.js';

/** What is found, with the address of each one and the words of its link. */
const KINDS = {
  calls: (row) => [
    addressOf('trace', row.id),
    [row.customer_name, row.from_number ?? t('calls.anonymous'), dateTime(row.started_at)],
  ],
  customers: (row) => [
    addressOf('customers', null, row.phone ? { number: row.phone } : { q: row.name }),
    [row.name, row.phone ?? row.email],
  ],
  appointments: (row) => [
    addressOf('appointments', null, {
      q: row.attendee_name,
      from: new Date(row.starts_at).toLocaleDateString('sv-SE'),
    }),
    [row.attendee_name, row.service_name, dateTime(row.starts_at, row.time_zone)],
  ],
};

/** One search over calls, customers and appointments: a button, and Ctrl-K (⌘K) from anywhere. */
export function searchButton() {
  return h(
    'button.icon-button',
    {
      type: 'button',
      'aria-label': t('search.open'),
      title: `${t('search.open')} (${t('search.keys')})`,
      onclick: open,
    },
    icon('search'),
  );
}

export function opensSearch(event) {
  if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  open();
}

function open() {
  if (document.querySelector('dialog[open]')) return;
  const leave = new AbortController();
  const found = h('div.found', { 'aria-live': 'polite' }, t('search.hint'));
  const box = field({ name: 'q', label: t('search.label'), type: 'search', maxlength: 200 });
  let generation = 0;
  async function look() {
    const mine = (generation += 1);
    const q = box.input.value.trim();
    if (q.length < 2) return fill(found, t('search.hint'));
    try {
      const { data } = await api.get('/search', { q, company_id: session.company() }, leave.signal);
      if (mine === generation) fill(found, lists(data));
    } catch (error) {
      if (mine === generation && error.name !== 'AbortError') fill(found, problem(error));
    }
  }
  const form = h('form', { role: 'search', onsubmit: (event) => (event.preventDefault(), void look()) }, box);
  const close = h('button.button', { type: 'button', onclick: () => dialog.close() }, t('action.close'));
  const dialog = h(
    'dialog.dialog',
    {
      'aria-label': t('search.label'),
      onclose: () => (leave.abort(), dialog.remove()),
      onclick: (event) => event.target.closest('a') && dialog.close(),
      onkeydown: (event) => {
        // A search field would only empty itself.
        if (event.key === 'Escape') return (event.preventDefault(), dialog.close());
        if (['ArrowDown', 'ArrowUp'].includes(event.key)) step(event, dialog);
      },
    },
    form,
    found,
    h('div.dialog-actions', {}, close),
  );
  form.addEventListener('input', afterTyping(look));
  document.body.append(dialog);
  dialog.showModal();
  box.input.focus();
}

function lists(data) {
  const filled = Object.entries(KINDS).filter(([kind]) => data[kind].length > 0);
  if (filled.length === 0) return t('search.none');
  return filled.map(([kind, describe]) => [
    h('h2', {}, t(`nav.${kind}`)),
    h(
      'ul',
      {},
      data[kind].map((row) => {
        const [href, words] = describe(row);
        return h('li', {}, h('a', { href }, words.filter(Boolean).join(' · ') || '–'));
      }),
    ),
  ]);
}

/** The arrows go from the field through the results. */
function step(event, dialog) {
  const stops = [...dialog.querySelectorAll('input, .found a')];
  const next = stops[stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
