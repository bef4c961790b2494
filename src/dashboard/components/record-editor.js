import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { badge } from './badge.js';
import { ask } from './dialog.js';
import { field } from './fields.js';
import { empty, later } from './states.js';

/**
 * A company's rows of one kind, each with a button that edits it, and one that adds another.
 * @param {{kind: string, path: string, title: string, companyId: string, signal: AbortSignal, line: (row) => string[],
 *   fields: (row) => object[] | Promise<object[]>, changed: () => void}} options `fields` are those of
 *   `components/fields.js`, each with `read`, which makes the API's value of what was typed, and perhaps a `group`, and
 *   `placeOf(path)`, which finds the field of a reason that the API gives for another place;
 *   `by`: the field that sorts the rows, else the newest is first;
 *   `more` and `moreOf(row)`: further buttons of the card and of a row, whose `open` says whether something was changed
 */
export function recordEditor({
  path,
  title,
  companyId,
  signal,
  line,
  fields,
  changed,
  more = [],
  moreOf = () => [],
  by = null,
}) {
  const body = later(signal, async (stop) => {
    const { data } = await api.get(path, { company_id: companyId, limit: 200 }, stop);
    const shown = by === null ? data : data.toSorted((a, b) => (a[by] < b[by] ? -1 : 1));
    return shown.length === 0 ? empty(t('records.none')) : h('ul.rows', {}, shown.map(rowOf));
  });
  const reload = () => (void body.reload(), changed());
  const rowOf = (row) => {
    const [name, note] = line(row);
    return h(
      'li',
      {},
      h('span', {}, name, h('small', {}, note)),
      badge('active', row.is_active, row.is_active ? 'good' : 'plain'),
      moreOf(row).map(({ label, open }) => editButton(label, name, open, reload)),
      editButton(t('action.edit'), name, () => edit({ title: name, path, row, companyId, fields }), reload),
      editButton(t('records.remove'), name, () => remove(path, row, name), reload),
    );
  };
  const add = editButton(t('records.add'), title, () => edit({ title, path, row: null, companyId, fields }), reload);
  const others = more.map(({ label, open }) => editButton(label, title, open, reload));
  return h(
    'section.card',
    {},
    h('div.card-head', {}, h('h2', {}, title), h('div.page-actions', {}, others, add)),
    body,
  );
}

/** The settings of a company itself, in the same dialog. */
export function editCompany(company, fields, changed) {
  const path = '/companies';
  return editButton(
    t('records.settings'),
    company.name,
    () => edit({ title: company.name, path, row: company, fields }),
    changed,
  );
}

const editButton = (label, name, open, after) =>
  h(
    'button.button.small',
    {
      type: 'button',
      'aria-haspopup': 'dialog',
      'aria-label': `${label}: ${name}`,
      onclick: async () => (await open()) && after(),
    },
    label,
  );

const remove = (path, row, name) =>
  ask({
    ...{ title: t('records.removeTitle', { name }), text: t('records.removeText'), action: t('records.remove') },
    ...{ danger: true, done: t('state.saved'), run: () => api.delete(`${path}/${row.id}`) },
  });

/** Names of fields that stand for a part of one of the API's. */
const PART_OF_FIELD = /^(hours|transfer_rules|staff_ids|branch_ids)[_.].*|\.remove$/;

/** One request for everything in the form: either all of it is saved, or what was typed stays and the fields say why. */
async function edit({ title, path, row, companyId, fields }) {
  const described = await fields(row);
  const inputs = described.map(({ read: _read, group: _group, placeOf: _placeOf, ...one }) => field(one));
  return ask({
    title,
    text: row ? t('records.editText') : t('records.addText'),
    action: t('action.save'),
    done: t('state.saved'),
    fields: h('div.form', {}, inGroups(described, inputs)),
    rows: inputs,
    run: (values) => {
      const body = Object.fromEntries(
        described.flatMap(({ name, read }) => {
          const value = read(values[name] ?? '', values);
          return value === undefined ? [] : [[name.replace(PART_OF_FIELD, '$1'), value]];
        }),
      );
      const saved = row
        ? api.patch(`${path}/${row.id}`, { ...body, if_updated_at: row.updated_at })
        : api.post(path, { company_id: companyId, ...body });
      return saved.catch((error) => {
        const placed = (at) => described.reduce((place, { placeOf }) => placeOf?.(place) ?? place, at);
        throw Object.assign(error, { details: error.details?.map((one) => ({ ...one, path: placed(one.path) })) });
      });
    },
  });
}

/** Fields that follow each other and have the same `group` stand together under its name. */
function inGroups(described, inputs) {
  const shown = [];
  let last = null;
  for (const [i, { group = null }] of described.entries()) {
    if (group === null) shown.push(inputs[i]);
    else if (group === last) shown.at(-1).append(inputs[i]);
    else shown.push(h('fieldset.form', {}, h('legend', {}, group), inputs[i]));
    last = group;
  }
  return shown;
}

/** What the kinds of fields make of typed text; empty is null where the API allows it, else left as it is. */
export const read = {
  text: (value) => value.trim() || undefined,
  maybe: (value) => value.trim() || null,
  number: (value) => (value.trim() === '' ? undefined : Number(value.replace(',', '.'))),
  maybeNumber: (value) => (value.trim() === '' ? null : Number(value.replace(',', '.'))),
  yes: (value) => value === 'true',
  words: (value) =>
    value
      .split(/[,\n]/)
      .map((word) => word.trim())
      .filter(Boolean),
};

export const yesNo = (name, label, value) => ({
  ...{ name, label, value: String(value), read: read.yes },
  options: [
    ['true', t('state.yes')],
    ['false', t('state.no')],
  ],
});

/** What may be chosen of a list: a box for each, of which the first reads all. @param all rows with `id` and `name` */
export const boxes = (name, group, all, chosen) =>
  all.map((row, index) => ({
    ...{ name: `${name}.${row.id}`, label: row.name, group, type: 'checkbox', value: 'true' },
    ...{ checked: chosen.includes(row.id) },
    read: (_value, values) =>
      index === 0 ? all.filter(({ id }) => values[`${name}.${id}`] === 'true').map(({ id }) => id) : undefined,
  }));

/** Takes a secret away that is set; nothing where it is not. */
export const removal = (name, isSet) =>
  isSet
    ? [
        {
          ...{ name: `${name}.remove`, label: t('records.removeSecret', { name: t(`records.${name}`) }) },
          ...{ type: 'checkbox', value: 'true', read: (value) => (value === 'true' ? null : undefined) },
        },
      ]
    : [];
