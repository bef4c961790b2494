import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { currentLanguage, t } from '../core/i18n.js';
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
  const { data: found } = await api.get('/check-setup', { company_id: companyId }, signal);
  const data = await inOwnWords(found);
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
      sorted.map((check) =>
        h(
          'li',
          { class: `check-${check.status}` },
          badge('check', check.status),
          h(
            'div',
            {},
            h('b', {}, companyId === '' && check.company_name ? `${check.company_name}: ${check.title}` : check.title),
            h('p', {}, check.detail),
            check.what_to_do && h('p.todo', {}, check.what_to_do),
          ),
        ),
      ),
    ),
  ];
}

/** The checks in the reader's language: the API's German words, else the page's for that kind of check. */
async function inOwnWords(found) {
  if (currentLanguage() !== 'de') return found;
  const { titles, details, sentences, todos } = await import('../i18n/de-checks.js');
  return found.map((check) => {
    const [kind] = check.id.split(':');
    const key = `${kind}.${check.status}`;
    const name = check.title.replace(
      /^(Service|Hosts of|Role in team|Not confirmed:|Transfer numbers of|Agent version of) /,
      '',
    );
    const names = (/ of (.+)\.$/.exec(check.detail) ?? /: (.+?)\.( It|$)/.exec(check.detail))?.[1] ?? '';
    return {
      ...check,
      title: titles[kind]?.replace('{name}', name) ?? check.title,
      detail:
        check.detail_de ??
        sentences[check.detail] ??
        details[key]?.replace('{n}', numberIn(check.detail)).replace('{names}', names) ??
        check.detail,
      what_to_do: check.what_to_do_de ?? todos[key]?.replace('{n}', numberIn(check.what_to_do)) ?? check.what_to_do,
    };
  });
}

const numberIn = (text) => /\d+/.exec(text ?? '')?.[0] ?? '';
