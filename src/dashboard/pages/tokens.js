import { actorWords } from '../core/actors.js';
import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { ago, dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { field } from '../components/fields.js';
import { heading, listing, searchField } from '../components/list.js';

/** Who may use the API and this page. A secret is shown once, where it was made. */
export function page(ctx) {
  const made = h('div', { role: 'status' });
  const list = listing({
    ctx,
    name: 'tokens',
    path: '/tokens',
    caption: t('nav.tokens'),
    emptyText: t('tokens.none'),
    filters: [searchField(t('filter.name'), '')],
    columns: [
      { label: t('column.name'), cell: (row) => row.name },
      { label: t('tokens.reach'), cell: (row) => t(row.company_id === null ? 'tokens.platform' : 'tokens.company') },
      { label: t('tokens.role'), cell: (row) => t.word('role', row.role) },
      { label: t('tokens.madeBy'), cell: (row) => actorWords(row.made_by, row.made_by_name) },
      { label: t('tokens.used'), cell: (row) => ago(row.last_used_at) },
      { label: t('tokens.expires'), cell: (row) => dateTime(row.expires_at) },
      { label: t('column.status'), cell: (row) => badge('token', stateOf(row), toneOf[stateOf(row)]) },
      {
        label: t('column.action'),
        class: 'right',
        cell: (row, reload) => row.revoked_at === null && revokeButton(row, reload),
      },
    ],
  });
  return [heading(t('nav.tokens'), t('tokens.lead'), createButton(made, list.reload)), made, list.element];
}

const toneOf = { active: 'good', expired: 'plain', revoked: 'plain' };
const stateOf = ({ revoked_at: revoked, expires_at: expires }) =>
  revoked !== null ? 'revoked' : expires !== null && Date.parse(expires) < Date.now() ? 'expired' : 'active';

/** Without a chosen company the first one means: as far as the token one signed in with. */
const rolesToGive = () => [
  session.company() ? roleOption('company_admin') : ['', t('tokens.roleSame')],
  ...['front_desk', 'read_only', 'voice'].map(roleOption),
];
const roleOption = (role) => [role, t.word('role', role)];

function createButton(made, reload) {
  const run = async ({ name, role, days }) => {
    const company = session.company();
    const { data } = await api.post('/tokens', {
      name,
      ...(role ? { role } : {}),
      ...(company ? { company_id: company } : {}),
      ...(days.trim() ? { expires_in_days: Number(days) } : {}),
    });
    fill(
      made,
      h(
        'section.card.secret',
        {},
        h('h2', {}, t('tokens.made')),
        h('p', {}, h('code', { tabindex: '0' }, data.token)),
        h('p.hint', {}, t('tokens.once')),
      ),
    );
  };
  return asking(
    t('tokens.create'),
    () => ({
      title: t('tokens.createTitle'),
      text: t(session.company() ? 'tokens.createForCompany' : 'tokens.createForPlatform'),
      action: t('tokens.create'),
      fields: [
        field({ name: 'name', label: t('column.name'), required: true, maxlength: 200 }),
        field({ name: 'role', label: t('tokens.role'), options: rolesToGive() }),
        field({ name: 'days', label: t('tokens.days'), hint: t('tokens.daysHint'), type: 'number', min: 1, max: 3650 }),
      ],
      run,
    }),
    reload,
    { class: 'primary' },
  );
}

const revokeButton = (row, reload) =>
  asking(
    t('tokens.revoke'),
    () => ({
      title: t('tokens.revokeTitle'),
      text: t('tokens.revokeText', { name: row.name }),
      action: t('tokens.revoke'),
      danger: true,
      done: t('tokens.revoked'),
      run: () => api.delete(`/tokens/${row.id}`),
    }),
    reload,
    { class: 'small' },
  );
