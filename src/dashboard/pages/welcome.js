import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { t, useLanguage, currentLanguage } from '../core/i18n.js';
import { form } from '../components/fields.js';
import { problem, skeleton } from '../components/states.js';
import { newPassword, withOwnWords } from './account.js';
import { emailField, entrance } from './login.js';

/** What an invitation or a reset link opens: one chooses a password, and is signed in. */
export function welcomePage(token, entered, close) {
  const box = h('div', {}, skeleton(3));
  const load = async () => {
    const { data } = await api.post('/session/link', { token });
    if (data.language !== currentLanguage()) await useLanguage(data.language);
    const address = emailField(data.email);
    address.input.readOnly = true;
    const { fields, read } = newPassword();
    const run = withOwnWords(async (values) => {
      entered((await api.post('/session/password', { token, password: read(values) })).data);
    });
    page.replaceWith(
      entrance(
        t(data.purpose === 'invitation' ? 'welcome.invitation' : 'welcome.reset', { name: data.name }),
        t('welcome.lead'),
        form({ fields: [address, ...fields], action: t('welcome.action'), run }),
      ),
    );
    document.querySelector('input[name=password]')?.focus();
  };
  const page = entrance('AskPro Gateway', null, box);
  load().catch((error) =>
    fill(box, problem(error), h('p', {}, h('button.button', { type: 'button', onclick: close }, t('welcome.toLogin')))),
  );
  return page;
}
