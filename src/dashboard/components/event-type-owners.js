import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { asking } from './dialog.js';
import { field, form } from './fields.js';
import { empty, later } from './states.js';
import { toast } from './toast.js';

/** Event types that several companies on one Cal.com key offer: the platform says whose each is. */
export function eventTypeOwners(signal, changed) {
  const body = later(signal, async (stop) => {
    const [{ data: disputed }, { data: companies }] = await Promise.all([
      api.get('/calcom/disputed-event-types', {}, stop),
      api.get('/companies', { limit: 200 }, stop),
    ]);
    const rows = disputed.map((one) => disputeOf(one, again));
    return [rows.length === 0 ? empty(t('owners.none')) : h('ul.rows', {}, rows), byNumber(companies, again)];
  });
  const again = () => (void body.reload(), changed());
  return h('section.card', {}, h('h2', {}, t('owners.title')), h('p.lead', {}, t('owners.lead')), body);
}

function disputeOf({ key_id: key, event_type_id: id, companies }, again) {
  const decide = ({ id: company, name }) =>
    asking(
      name,
      () => ({
        title: t('owners.assignTitle', { id, name }),
        text: t('owners.assignText', { others: others(companies, company) }),
        ...{ action: t('owners.assign'), done: t('state.saved') },
        run: () => api.post('/calcom/assign-event-type', { company_id: company, event_type_id: id }),
      }),
      again,
      { class: 'small', 'aria-label': t('owners.assignTitle', { id, name }) },
    );
  return h(
    'li',
    {},
    h(
      'span',
      {},
      t('owners.eventType', { id }),
      h('small', {}, key === 'platform' ? t('owners.platformKey') : t('owners.key', { key })),
    ),
    h('span.decisions', {}, t('owners.whose'), ' ', companies.map(decide)),
  );
}

const others = (companies, kept) =>
  companies
    .filter(({ id }) => id !== kept)
    .map(({ name }) => name)
    .join(', ');

/** For an event type that no company offers, or whose number stands in an alert. */
function byNumber(companies, again) {
  const fields = [
    field({ name: 'event_type_id', label: t('records.calcom_event_type_id'), inputmode: 'numeric', required: true }),
    field({
      ...{ name: 'company_id', label: t('nav.company') },
      options: companies.map(({ id, name }) => [id, name]),
    }),
  ];
  const run = async ({ company_id: company, event_type_id: id }) => {
    await api.post('/calcom/assign-event-type', { company_id: company, event_type_id: Number(id) });
    toast(t('state.saved'));
    again();
  };
  return h('details', {}, h('summary', {}, t('owners.byNumber')), form({ fields, action: t('owners.assign'), run }));
}
