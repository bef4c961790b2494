import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { field, form } from '../components/fields.js';

/** Asks for the token once; it is kept until the tab is closed. */
export function loginPage(entered, linkFailure = null) {
  const token = field({
    name: 'token',
    label: t('login.token'),
    type: 'password',
    hint: t('login.hint'),
    required: true,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const run = async ({ token: value }) => {
    const trimmed = value.trim();
    if (trimmed === '') throw Object.assign(new Error(t('login.missing')), { details: [] });
    session.enter(trimmed);
    try {
      await api.get('/status');
    } catch (error) {
      session.leave();
      throw error;
    }
    entered();
  };
  return h(
    'main.login',
    {},
    h(
      'div.login-card.card',
      {},
      h('img.login-mark', { src: '/admin/favicon.svg', alt: '', width: 48, height: 48 }),
      h('h1', {}, 'AskPro Gateway'),
      h('p.lead', {}, t('login.lead')),
      linkFailure &&
        h(
          'p.form-problem',
          { role: 'alert' },
          linkFailure.status === 401 ? t('login.link_failed') : linkFailure.message,
        ),
      form({ fields: [token], action: t('login.action'), run }),
    ),
  );
}
