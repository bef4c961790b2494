import { api } from '../core/api.js';
import { fill, h, icon } from '../core/dom.js';
import { currentLanguage, t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { rememberQuery } from '../core/router.js';
import { afterTyping, field } from './fields.js';
import { empty, problem, skeleton } from './states.js';
import { toast } from './toast.js';

/** By which spreadsheets know UTF-8; reading an answer as text takes it off. */
const MARK = '\uFEFF';

/**
 * A page with filters and a table that goes on by cursor. On narrow screens each row becomes a card.
 * @param {{name: string, path: string, filters: object[], columns: {label: string, cell: (row) => any, class?: string}[],
 *   isFile?: boolean, emptyText: string, fixed?: object, toQuery?: (filters) => object,
 *   parts?: (filters) => object[], ctx: {query: object, signal: AbortSignal}}} options `parts`: further queries, whose rows follow each other
 */
export function listing({
  name,
  path,
  filters,
  columns,
  emptyText,
  fixed = {},
  toQuery = (values) => values,
  parts = () => [{}],
  ctx,
  caption,
  isFile = false,
}) {
  const body = h('tbody');
  const table = h(
    'table.table',
    {},
    h('caption.sr-only', {}, caption),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map(({ label, class: kind }) => h('th', { scope: 'col', class: kind ?? '' }, label)),
      ),
    ),
    body,
  );
  const foot = h('div.list-foot');
  const frame = h('div.table-frame', {}, skeleton(6));
  let cursor = null;
  let part = 0;
  let generation = 0;

  const values = () => Object.fromEntries(new FormData(bar));
  const rowOf = (row) =>
    h(
      'tr',
      {},
      columns.map(({ label, cell, class: kind }) =>
        h('td', { 'data-label': label, class: kind ?? '' }, cell(row, reload)),
      ),
    );

  /** Whether a filter differs from its default. */
  const isNarrowed = () => {
    const chosen = values();
    return filters.some(({ name: one, value = '' }) => (chosen[one] ?? '') !== value);
  };

  async function load(more) {
    const mine = (generation += 1);
    const query = {
      ...fixed,
      ...toQuery(values()),
      company_id: session.company(),
      limit: 50,
    };
    const queries = parts(values());
    if (!more) frame.setAttribute('aria-busy', 'true');
    try {
      let next = more ? { part, cursor } : { part: 0, cursor: null };
      const found = [];
      do {
        const asked = { ...query, ...queries[next.part], cursor: next.cursor };
        const { data, pagination } = await api.get(path, asked, ctx.signal);
        if (mine !== generation || ctx.signal.aborted) return;
        found.push(...data);
        const after = pagination?.next_cursor ?? pagination?.cursor ?? null;
        next = { part: next.part + (after === null ? 1 : 0), cursor: after };
      } while (next.cursor === null && next.part < queries.length);
      ({ part, cursor } = next);
      if (!more) body.replaceChildren();
      body.append(...found.map(rowOf));
      fill(frame, body.childElementCount === 0 ? empty(isNarrowed() ? t('state.noMatch') : emptyText) : table);
      fill(foot, cursor && h('button.button', { type: 'button', onclick: () => void load(true) }, t('action.more')));
    } catch (error) {
      if (ctx.signal.aborted || error.name === 'AbortError') return;
      fill(
        frame,
        problem(error, () => void load(false)),
      );
    }
    frame.removeAttribute('aria-busy');
  }

  const reload = () => void load(false);
  const changed = () => {
    rememberQuery(name, values());
    reload();
  };
  const bar = h(
    'form.filters',
    {
      role: 'search',
      'aria-label': t('filter.title'),
      onsubmit: (event) => event.preventDefault(),
      oninput: afterTyping(changed),
    },
    filters.map((filter) => field({ ...filter, value: ctx.query[filter.name] ?? filter.value ?? '' })),
  );
  reload();
  const asked = () => ({ ...fixed, ...toQuery(values()), company_id: session.company() });
  const file = isFile && csvButton({ name, path, query: asked, signal: ctx.signal });
  return { element: h('section.card.list', {}, filters.length > 0 && bar, frame, foot, file), reload };
}

/**
 * A button for everything that matches as a file for spreadsheets, with headings in the page's language.
 * @param {{name: string, path: string, query: () => object, signal: AbortSignal}} options
 */
export function csvButton({ name, path, query, signal }) {
  async function download() {
    try {
      const text = await api.text(path, { ...query(), format: 'csv', headings: currentLanguage() }, signal);
      const href = URL.createObjectURL(new Blob([MARK, text], { type: 'text/csv' }));
      h('a', { href, download: `${name}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      if (!signal.aborted) toast(error.message, 'bad');
    }
  }
  return h('button.button.small', { type: 'button', onclick: () => void download() }, t('action.csv'));
}

/** A page's heading with what can be done on it. */
export function heading(title, sentence = null, ...actions) {
  return h(
    'header.page-head',
    {},
    h('div', {}, h('h1', { tabindex: '-1' }, title), sentence && h('p.lead', {}, sentence)),
    h('div.page-actions', {}, actions),
  );
}

export const searchField = (label, hint) => ({ name: 'q', label, type: 'search', placeholder: hint });
export const openLink = (href, label) => h('a.row-link', { href }, label, icon('next'));
