import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { LANGUAGE_NAMES, t } from '../core/i18n.js';
import { addressOf, goTo } from '../core/router.js';
import { badge } from '../components/badge.js';
import { field, form } from '../components/fields.js';
import { heading, listing, openLink, searchField } from '../components/list.js';

/** Lower-case words with hyphens, as the API wants a short name. */
const slugOf = (name) =>
  name
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

export function page(ctx) {
  const list = listing({
    ctx,
    name: 'companies',
    path: '/companies',
    caption: t('nav.companies'),
    emptyText: t('companies.none'),
    filters: [searchField(t('filter.name'), '')],
    columns: [
      { label: t('column.name'), cell: (row) => openLink(addressOf('company', row.id), row.name) },
      { label: t('companies.zone'), cell: (row) => row.time_zone },
      {
        label: t('companies.key'),
        cell: (row) =>
          badge('key', row.has_calcom_api_key ? 'own' : 'shared', row.has_calcom_api_key ? 'good' : 'plain'),
      },
      { label: t('column.status'), cell: (row) => badge('active', row.is_active, row.is_active ? 'good' : 'plain') },
    ],
  });
  return [
    heading(t('nav.companies'), t('companies.lead')),
    list.element,
    h('section.card', {}, h('h2', {}, t('companies.add')), h('p.lead', {}, t('companies.addLead')), createForm()),
  ];
}

function createForm() {
  const slug = field({ name: 'slug', label: t('companies.slug'), hint: t('companies.slugHint'), required: true });
  const name = field({
    name: 'name',
    label: t('column.name'),
    required: true,
    oninput: () => !slug.touched && (slug.input.value = slugOf(name.input.value)),
  });
  slug.input.addEventListener('input', () => (slug.touched = true));
  const fields = [
    name,
    slug,
    field({ name: 'time_zone', label: t('companies.zone'), value: 'Europe/Berlin' }),
    field({
      name: 'language',
      label: t('companies.language'),
      options: Object.entries(LANGUAGE_NAMES),
      value: 'de',
    }),
    field({ name: 'calcom_api_key', label: t('companies.key'), type: 'password', hint: t('companies.keyHint') }),
    field({ name: 'calcom_team_id', label: t('companies.team'), hint: t('field.optional'), inputmode: 'numeric' }),
  ];
  const run = async ({ calcom_api_key: key, calcom_team_id: team, ...rest }) => {
    const body = {
      ...rest,
      ...(key.trim() ? { calcom_api_key: key.trim() } : {}),
      ...(team.trim() ? { calcom_team_id: Number(team) } : {}),
    };
    const { data } = await api.post('/companies', body);
    goTo('company', data.id);
  };
  return form({ fields, action: t('companies.create'), run });
}
