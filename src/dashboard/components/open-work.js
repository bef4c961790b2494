import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { number } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { addressOf } from '../core/router.js';
import { who } from '../core/who.js';

/** More than these are not counted. */
const MOST = 100;
const DAY_MS = 86_400_000;

/** What waits for a person, each with the way to its list; a list with nothing in it is not named. */
export async function openWork(signal) {
  const kinds = [
    ['overdue', 'bad', addressOf('callbacks'), '/callbacks', { overdue: true }],
    ['due', 'warn', addressOf('callbacks'), '/callbacks', { open: true, overdue: false }],
    ['reviews', 'warn', addressOf('reviews'), '/manual-reviews', { status: 'open' }],
  ];
  if (who.isPlatform()) {
    const from = new Date(Date.now() - DAY_MS).toISOString();
    kinds.push(['unknownLines', 'warn', addressOf('calls'), '/unmapped-calls', { from }]);
  }
  const found = await Promise.all(
    kinds.map(async ([kind, tone, href, path, query]) => {
      const { data } = await api.get(path, { ...query, company_id: session.company(), limit: MOST }, signal);
      if (data.length === 0) return null;
      const count = data.length < MOST ? number(data.length) : `${MOST}+`;
      return h('li', {}, h('a.badge', { class: `tone-${tone}`, href }, t(`work.${kind}`, { count })));
    }),
  );
  const work = found.filter((one) => one !== null);
  return work.length === 0
    ? h('p.open-work', {}, t('work.none'))
    : h('ul.open-work', { 'aria-label': t('work.title') }, work);
}
