import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t, translated } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { who } from '../core/who.js';
import { badge } from '../components/badge.js';
import { eventTypeOwners } from '../components/event-type-owners.js';
import { heading } from '../components/list.js';
import { empty, later } from '../components/states.js';

const ORDER = ['error', 'warning', 'ok'];

/** Everything that must be right before a call can end in a booking. */
export function page({ signal }) {
  const body = later(signal, (stop) => checks(session.company(), stop), 8);
  const again = h('button.button.primary', { type: 'button', onclick: () => void body.reload() }, t('setup.again'));
  return [
    heading(t('nav.setup'), t('setup.lead'), again),
    h('section.card', {}, body),
    who.may('get', '/calcom/disputed-event-types') && eventTypeOwners(signal, () => void body.reload()),
  ];
}

/** @param companyId '' for the gateway and every company */
export async function checks(companyId, signal) {
  const { data } = await api.get('/check-setup', { company_id: companyId }, signal);
  if (data.length === 0) return empty(t('setup.none'));
  const sorted = [...data].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  const broken = data.filter(({ status }) => status !== 'ok').length;
  return [
    h(
      'p.setup-sum',
      { role: 'status' },
      broken === 0 ? t('setup.allGood', { count: data.length }) : t('setup.broken', { broken, count: data.length }),
    ),
    h(
      'ul.checks',
      {},
      sorted.map((check) => {
        const [title, detail, todo] = ['title', 'detail', 'what_to_do'].map((field) => translated(check, field));
        return h(
          'li',
          { class: `check-${check.status}` },
          badge('check', check.status),
          h(
            'div',
            {},
            h('b', {}, companyId === '' && check.company_name ? `${check.company_name}: ${title}` : title),
            h('p', {}, detail),
            todo && h('p.todo', {}, todo),
          ),
        );
      }),
    ),
  ];
}
