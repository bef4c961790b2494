import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { ago, dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { who } from '../core/who.js';
import { badge } from '../components/badge.js';
import { asking } from '../components/dialog.js';
import { anyOption, field } from '../components/fields.js';
import { heading, listing, searchField } from '../components/list.js';
import { toast } from '../components/toast.js';

const STATES = ['invited', 'active', 'disabled'];
const TONES = { invited: 'warning', active: 'good', disabled: 'plain' };

/** Who signs in here. A link is shown once, to the one who invited, unless it was mailed. */
export function page(ctx) {
  const shown = h('div', { role: 'status' });
  const list = listing({
    ctx,
    name: 'people',
    path: '/users',
    caption: t('nav.people'),
    emptyText: t('people.none'),
    filters: [
      searchField(t('people.search'), ''),
      { name: 'state', label: t('column.status'), options: anyOption('person', STATES) },
    ],
    columns: [
      { label: t('column.name'), cell: (row) => h('span', {}, row.name, h('small', {}, row.email)) },
      { label: t('tokens.role'), cell: (row) => t.word('role', row.role) },
      { label: t('people.lastSignIn'), cell: (row) => ago(row.last_sign_in_at) },
      { label: t('column.status'), cell: (row) => badge('person', row.state, TONES[row.state]) },
      {
        label: t('column.action'),
        class: 'right',
        // One's own role and access are changed by others.
        cell: (row, reload) => row.id !== who.current?.id && actions(row, shown, reload),
      },
    ],
  });
  return [heading(t('nav.people'), t('people.lead'), inviteButton(shown, list.reload)), shown, list.element];
}

/** The platform without a chosen company invites its own people; everyone else those of the company. */
const invitesToPlatform = () => who.isPlatform() && session.company() === '';
const rolesToGive = (toPlatform) =>
  (toPlatform ? ['platform'] : ['company_admin', 'front_desk', 'read_only']).map((role) => [
    role,
    t.word('role', role),
  ]);

function inviteButton(shown, reload) {
  const run = async ({ email, name, role }) => {
    const company = session.company();
    const { data } = await api.post('/users', { email, name, role, ...(company ? { company_id: company } : {}) });
    tell(shown, data, data.invitation);
  };
  return asking(
    t('people.invite'),
    () => ({
      title: t('people.inviteTitle'),
      text: t(invitesToPlatform() ? 'people.inviteToPlatform' : 'people.inviteToCompany'),
      action: t('people.invite'),
      fields: [
        field({ name: 'email', label: t('login.email'), type: 'email', required: true }),
        field({ name: 'name', label: t('column.name'), required: true, maxlength: 200 }),
        field({ name: 'role', label: t('tokens.role'), options: rolesToGive(invitesToPlatform()) }),
      ],
      run,
    }),
    reload,
    { class: 'primary' },
  );
}

/** Says whether the link was mailed; else shows it, to be passed on. */
function tell(shown, { email }, { mail, link, expires_at: until }) {
  if (link === null) return toast(t('people.mailed', { email }));
  fill(
    shown,
    h(
      'section.card.secret',
      {},
      h('h2', {}, t('people.link', { email })),
      h('p', {}, t(mail === 'failed' ? 'people.mailFailed' : 'people.noMail')),
      h('p', {}, h('code', { tabindex: '0' }, link)),
      h('p.hint', {}, t('people.linkOnce', { until: dateTime(until) })),
    ),
  );
}

function actions(row, shown, reload) {
  const small = { class: 'small' };
  const change = (body) => () => api.patch(`/users/${row.id}`, { ...body, if_updated_at: row.updated_at });
  const isDisabled = row.state === 'disabled';
  return h(
    'div.row-actions',
    {},
    !isDisabled &&
      asking(
        t('people.newLink'),
        () => ({
          ...{ title: t('people.newLinkTitle', row), text: t('people.newLinkText'), action: t('people.newLink') },
          run: async () => tell(shown, row, (await api.post(`/users/${row.id}/link`)).data),
        }),
        reload,
        small,
      ),
    row.role !== 'platform' &&
      asking(
        t('people.role'),
        () => ({
          ...{ title: t('people.roleTitle', row), text: t('people.roleText'), action: t('people.role') },
          fields: [field({ name: 'role', label: t('tokens.role'), options: rolesToGive(false), value: row.role })],
          run: ({ role }) => change({ role })(),
        }),
        reload,
        small,
      ),
    isDisabled
      ? asking(
          t('people.activate'),
          () => ({
            ...{ title: t('people.activateTitle', row), text: t('people.activateText'), action: t('people.activate') },
            run: change({ state: 'active' }),
          }),
          reload,
          small,
        )
      : asking(
          t('people.disable'),
          () => ({
            ...{ title: t('people.disableTitle', row), text: t('people.disableText'), action: t('people.disable') },
            danger: true,
            run: change({ state: 'disabled' }),
          }),
          reload,
          small,
        ),
    asking(
      t('people.remove'),
      () => ({
        ...{ title: t('people.removeTitle', row), text: t('people.removeText'), action: t('people.remove') },
        danger: true,
        run: () => api.delete(`/users/${row.id}`),
      }),
      reload,
      small,
    ),
  );
}
