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
 *   isFile?: boolean, emptyText: string, fixed?: object, toQuery?: (filters) => object, ctx: {query: object, signal: AbortSignal}}} options
 */
export function listing({
  name,
  path,
  filters,
  columns,
  emptyText,
  fixed = {},
  toQuery = (values) => values,
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

  async function load(more) {
    const mine = (generation += 1);
    const query = {
      ...fixed,
      ...toQuery(values()),
      company_id: session.company(),
      limit: 50,
      cursor: more ? cursor : null,
    };
    if (!more) frame.setAttribute('aria-busy', 'true');
    try {
      const { data, pagination } = await api.get(path, query, ctx.signal);
      if (mine !== generation || ctx.signal.aborted) return;
      cursor = pagination?.next_cursor ?? pagination?.cursor ?? null;
      if (!more) body.replaceChildren();
      body.append(...data.map(rowOf));
      fill(
        frame,
        body.childElementCount === 0
          ? empty(Object.values(values()).some(Boolean) ? t('state.noMatch') : emptyText)
          : table,
      );
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

  /** Everything that matches, as a file for spreadsheets, with headings in the page's language. */
  async function download() {
    const query = {
      ...fixed,
      ...toQuery(values()),
      company_id: session.company(),
      format: 'csv',
      headings: currentLanguage(),
    };
    try {
      const text = await api.text(path, query, ctx.signal);
      const href = URL.createObjectURL(new Blob([MARK, text], { type: 'text/csv' }));
      h('a', { href, download: `${name}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      if (!ctx.signal.aborted) toast(error.message, 'bad');
    }
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
  const file = isFile && h('button.button.small', { type: 'button', onclick: () => void download() }, t('action.csv'));
  return { element: h('section.card.list', {}, filters.length > 0 && bar, frame, foot, file), reload };
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
