import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { who } from '../core/who.js';
import { asking } from '../components/dialog.js';
import { field, form } from '../components/fields.js';
import { heading } from '../components/list.js';
import { empty } from '../components/states.js';
import { toast } from '../components/toast.js';

/** One's own name and password, and the browsers in which one is signed in. */
export function page() {
  const { current } = who;
  if (!who.isPerson()) return [heading(t('nav.account'), t('account.lead')), empty(t('account.program'))];
  const reach = current.company_name ?? t('tokens.platform');
  return [
    heading(t('nav.account'), t('account.lead')),
    h(
      'section.card',
      {},
      h('h2', {}, current.email),
      h('p.lead', {}, `${t.word('role', current.role)} · ${reach}`),
      nameForm(current),
    ),
    h(
      'section.card',
      {},
      h('h2', {}, t('account.password')),
      h('p.lead', {}, t('account.passwordLead')),
      passwordForm(),
    ),
    h(
      'section.card',
      {},
      h('h2', {}, t('account.sessions')),
      h('p.lead', {}, t('account.sessionsLead')),
      asking(t('account.endOthers'), () => ({
        ...{ title: t('account.endOthersTitle'), text: t('account.endOthersText'), action: t('account.endOthers') },
        danger: true,
        run: async () => {
          const { data } = await api.delete('/session/others');
          toast(t('account.ended', { count: data.ended }));
        },
      })),
    ),
  ];
}

function nameForm({ name }) {
  const run = async (values) => {
    who.enter((await api.patch('/session', { name: values.name })).data);
    toast(t('account.saved'));
  };
  const fields = [field({ name: 'name', label: t('column.name'), value: name, required: true, autocomplete: 'name' })];
  return form({ fields, action: t('account.save'), run });
}

function passwordForm() {
  const current = field({
    ...{ name: 'current_password', label: t('account.current'), type: 'password', required: true },
    autocomplete: 'current-password',
  });
  const { fields, read } = newPassword();
  const run = withOwnWords(async (values) => {
    const body = { current_password: values.current_password, password: read(values) };
    who.enter((await api.patch('/session', body)).data);
    for (const row of [current, ...fields]) row.input.value = '';
    toast(t('account.passwordSaved'));
  });
  return form({ fields: [current, ...fields], action: t('account.passwordSave'), run });
}

/** Fields for a new password, asked twice, and what reads it from the form's values. */
export function newPassword() {
  const shared = { type: 'password', required: true, autocomplete: 'new-password' };
  const fields = [
    field({ name: 'password', label: t('account.new'), hint: t('account.rule'), ...shared }),
    field({ name: 'again', label: t('account.again'), ...shared }),
  ];
  const read = ({ password, again }) => {
    if (password === again) return password;
    throw Object.assign(new Error(t('account.differ')), { details: [{ path: 'again', message: t('account.differ') }] });
  };
  return { fields, read };
}

/** What the API says about a field, in the reader's language as far as there are words of that group. */
export function withOwnWords(run, group = 'people.problem') {
  return async (values) => {
    try {
      await run(values);
    } catch (error) {
      error.details = (error.details ?? []).map(({ path, message }) => ({
        path,
        message: t.maybe(`${group}.${path}`) ?? message,
      }));
      throw error;
    }
  };
}
