import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { LANGUAGES, LANGUAGE_NAMES, currentLanguage, t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { who } from '../core/who.js';
import { field, form } from '../components/fields.js';

/** The frame of everything that is shown to people who are not signed in. */
export function entrance(title, lead, ...content) {
  return h(
    'main.login',
    {},
    h(
      'div.login-card.card',
      {},
      h('img.login-mark', { src: '/admin/favicon.svg', alt: '', width: 48, height: 48 }),
      h('h1', { tabindex: '-1' }, title),
      lead && h('p.lead', {}, lead),
      content,
    ),
  );
}

export const emailField = (value = '') =>
  field({ name: 'email', label: t('login.email'), type: 'email', required: true, autocomplete: 'username', value });

/** People sign in with e-mail and password, or at their identity provider; a token is kept until the tab is closed. */
export function loginPage({ entered, linkFailure, onLanguage }) {
  const failure =
    linkFailure &&
    h('p.form-problem', { role: 'alert' }, linkFailure.status === 401 ? t('login.link_failed') : linkFailure.message);
  const email = emailField();
  const password = field({
    ...{ name: 'password', label: t('login.password'), type: 'password', required: true },
    autocomplete: 'current-password',
  });
  const box = h('div');
  const forgot = h(
    'button.link-button',
    {
      type: 'button',
      onclick: () => (fill(box, forgotten(show, email.input.value)), box.querySelector('input, button').focus()),
    },
    t('login.forgot'),
  );
  const people = form({
    fields: [email, password],
    action: t('login.action'),
    run: async (values) => entered((await api.post('/session', filled(values, 'email', 'password'))).data),
  });
  const show = () => {
    fill(box, failure, people, h('p.login-more', {}, forgot), who.ways.provider && providerLink(), tokenForm(entered));
    email.input.focus();
  };
  show();
  return entrance('AskPro Gateway', t('login.lead'), box, languages(onLanguage));
}

/** @throws Error when one of the named fields is empty */
function filled(values, ...names) {
  if (names.some((name) => values[name].trim() === ''))
    throw Object.assign(new Error(t('login.missing')), { details: [] });
  return values;
}

const providerLink = () =>
  h('p', {}, h('a.button', { href: '/api/admin/session/oidc' }, t('login.provider', { name: who.ways.provider })));

function tokenForm(entered) {
  const token = field({
    ...{ name: 'token', label: t('login.token'), type: 'password', hint: t('login.hint'), required: true },
    ...{ autocomplete: 'off', spellcheck: 'false' },
  });
  const run = async (values) => {
    session.enter(filled(values, 'token').token.trim());
    try {
      await entered((await api.get('/session')).data);
    } catch (error) {
      session.leave();
      if (error.status === 401) error.message = t('error.unauthorised');
      throw error;
    }
  };
  return h(
    'section.login-token',
    { 'aria-label': t('login.withToken') },
    h('p.login-or', {}, t('login.withToken')),
    form({ fields: [token], action: t('login.tokenAction'), run }),
  );
}

/** Asks for the address that a reset link is mailed to; says so when mail is not set up. */
function forgotten(back, address) {
  const email = emailField(address);
  const box = h('div');
  const backButton = h('button.button', { type: 'button', onclick: back }, t('login.back'));
  const run = async (values) => {
    const { data } = await api.post('/session/reset', filled(values, 'email'));
    fill(box, h('p', { role: 'status' }, t(data.mail ? 'login.resetSent' : 'login.resetNoMail')), backButton);
    backButton.focus();
  };
  return fill(
    box,
    h('p', {}, t(who.ways.mail ? 'login.resetLead' : 'login.resetNoMail')),
    who.ways.mail && form({ fields: [email], action: t('login.resetAction'), run }),
    h('p', {}, backButton),
  );
}

const languages = (onLanguage) =>
  h(
    'p.login-languages',
    {},
    LANGUAGES.filter((language) => language !== currentLanguage()).map((language) =>
      h(
        'button.link-button',
        { type: 'button', lang: language, onclick: () => void onLanguage(language) },
        LANGUAGE_NAMES[language],
      ),
    ),
  );
