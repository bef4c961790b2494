import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { calendarDay } from '../core/format.js';
import { currentLanguage, t } from '../core/i18n.js';
import { ask } from './dialog.js';
import { field } from './fields.js';
import { read, recordEditor, yesNo } from './record-editor.js';

/** Names of the German Länder, which are the same in both languages where it matters. */
const LAENDER = {
  ...{ BW: 'Baden-Württemberg', BY: 'Bayern', BE: 'Berlin', BB: 'Brandenburg', HB: 'Bremen', HH: 'Hamburg' },
  ...{ HE: 'Hessen', MV: 'Mecklenburg-Vorpommern', NI: 'Niedersachsen', NW: 'Nordrhein-Westfalen' },
  ...{ RP: 'Rheinland-Pfalz', SL: 'Saarland', SN: 'Sachsen', ST: 'Sachsen-Anhalt' },
  ...{ SH: 'Schleswig-Holstein', TH: 'Thüringen' },
};
/** Those that move with Easter are entered for this year and the next ones. */
const YEARS_AHEAD = 3;

/**
 * Days on which a company or a branch is closed; public holidays are taken over from a list.
 * @param shared what every record editor of the company's page takes
 * @param branchOptions the branches to choose from, "every branch" among them
 */
export function holidayEditor(shared, branchOptions) {
  return recordEditor({
    ...{ ...shared, path: '/holidays', title: t('records.holidays'), by: 'first_day' },
    line: (row) => [row.name, [days(row), row.is_yearly && t('holidays.yearly')].filter(Boolean).join(' · ')],
    fields: async (row) => [
      { name: 'name', label: t('records.name'), value: row?.name ?? '', read: read.text },
      { name: 'first_day', label: t('holidays.first'), type: 'date', value: row?.first_day ?? '', read: read.text },
      {
        ...{ name: 'last_day', label: t('holidays.last'), type: 'date', value: row?.last_day ?? '' },
        ...{ hint: t('holidays.lastHint'), read: (value, values) => value || values.first_day || undefined },
      },
      yesNo('is_yearly', t('holidays.everyYear'), row?.is_yearly ?? false),
      {
        ...{ name: 'branch_id', label: t('records.branch_id'), value: row?.branch_id ?? '' },
        ...{ options: await branchOptions(true), read: read.maybe },
      },
      yesNo('is_active', t('records.is_active'), row?.is_active ?? true),
    ],
    more: [{ label: t('holidays.takeOver'), open: () => takeOver(shared.companyId, branchOptions) }],
  });
}

const days = ({ first_day: first, last_day: last }) =>
  first === last ? calendarDay(first) : `${calendarDay(first)} – ${calendarDay(last)}`;

async function takeOver(companyId, branchOptions) {
  const first = new Date().getFullYear();
  const years = Array.from({ length: YEARS_AHEAD }, (_, index) => first + index);
  const list = h('fieldset.form.choices', {});
  const show = async () => {
    const found = await Promise.all(
      years.map((year) => api.get('/public-holidays', { land: land.input.value, year, language: currentLanguage() })),
    );
    // What comes every year on the same day is offered once.
    const offered = found.flatMap(({ data }, index) => data.filter((one) => index === 0 || !one.is_yearly));
    fill(
      list,
      h('legend', {}, t('holidays.which')),
      offered.map(({ day, name, is_yearly: isYearly }) =>
        h(
          'label.choice',
          {},
          h('input', { type: 'checkbox', name: `day.${day}`, checked: true }),
          `${name}, ${calendarDay(day)}${isYearly ? ` · ${t('holidays.yearly')}` : ''}`,
        ),
      ),
    );
  };
  const land = field({
    ...{ name: 'land', label: t('holidays.land'), value: 'BE', options: Object.entries(LAENDER) },
    onchange: () => void show(),
  });
  const branch = field({ name: 'branch_id', label: t('records.branch_id'), options: await branchOptions(true) });
  await show();
  return ask({
    ...{ title: t('holidays.takeOver'), text: t('holidays.takeOverText', { first, last: years.at(-1) }) },
    ...{ action: t('holidays.enter'), done: t('state.saved'), rows: [land, branch] },
    fields: h('div.form', {}, land, branch, list),
    run: (values) => {
      const chosen = Object.keys(values).flatMap((name) => (name.startsWith('day.') ? [name.slice(4)] : []));
      const wish = { company_id: companyId, branch_id: values.branch_id || null, land: values.land };
      return api.post('/holidays/import', { ...wish, years, days: chosen });
    },
  });
}
