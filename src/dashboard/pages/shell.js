import { api } from '../core/api.js';
import { h, icon, setText } from '../core/dom.js';
import { LANGUAGES, LANGUAGE_NAMES, currentLanguage, t } from '../core/i18n.js';
import { live } from '../core/live.js';
import { applyTheme, session, theme } from '../core/preferences.js';
import { addressOf } from '../core/router.js';
import { who } from '../core/who.js';
import { searchButton } from '../components/search.js';

const GROUPS = [
  ['nav.watch', ['overview', 'trends', 'performance']],
  ['nav.daily', ['calls', 'calendar', 'appointments', 'callbacks', 'customers', 'reviews']],
  ['nav.machine', ['jobs', 'webhooks', 'companies', 'people', 'tokens', 'audit', 'setup', 'notifications', 'account']],
];
/** Pages that belong under another one's entry. */
const PARENT = { trace: 'calls', company: 'companies' };

/** Everything around the page: navigation, company, live state, language, theme. */
export function shell({ onLanguage, onLeave, onCompany }) {
  const main = h('main', { id: 'main', tabindex: '-1' });
  const visible = GROUPS.map(([title, names]) => [title, names.filter(who.maySee)]);
  const links = new Map(
    visible
      .flatMap(([, names]) => names)
      .map((name) => [name, h('a', { href: addressOf(name) }, icon(name), t(`nav.${name}`))]),
  );
  const groups = visible.map(([title, names]) =>
    h(
      'div.nav-group',
      {},
      h('p', {}, t(title)),
      names.map((name) => links.get(name)),
    ),
  );
  const nav = h('nav.nav', { id: 'nav', 'aria-label': t('nav.label') }, groups);
  const menu = h(
    'button.icon-button.menu',
    {
      type: 'button',
      'aria-label': t('nav.menu'),
      'aria-controls': 'nav',
      'aria-expanded': 'false',
      onclick: () => toggle(!element.classList.contains('nav-open')),
    },
    icon('menu'),
  );
  const toggle = (open) => {
    element.classList.toggle('nav-open', open);
    menu.setAttribute('aria-expanded', String(open));
    if (open) links.get('overview').focus();
  };
  const element = h(
    'div.shell',
    {
      onkeydown: (event) =>
        event.key === 'Escape' && element.classList.contains('nav-open') && (toggle(false), menu.focus()),
    },
    h('a.skip', { href: '#main', onclick: (event) => (event.preventDefault(), main.focus()) }, t('nav.skip')),
    h(
      'header.top',
      {},
      menu,
      h(
        'a.brand',
        { href: addressOf('overview') },
        h('img', { src: '/admin/favicon.svg', alt: 'AskPro', width: 28, height: 28 }),
        h('span', { 'aria-hidden': 'true' }, 'AskPro'),
      ),
      companyPicker(onCompany),
      h(
        'div.top-end',
        {},
        searchButton(),
        liveState(),
        languageSwitch(onLanguage),
        themeSwitch(),
        leaveButton(onLeave),
      ),
    ),
    nav,
    h('div.veil', { onclick: () => toggle(false) }),
    main,
  );
  return {
    element,
    main,
    mark(name) {
      toggle(false);
      for (const [key, link] of links) {
        if (key === (PARENT[name] ?? name)) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
    },
  };
}

function liveState() {
  const words = h('span.live-words');
  const element = h('span.live', { role: 'status' }, h('i', { 'aria-hidden': 'true' }), words);
  live.listenState((state) => {
    element.dataset.state = state;
    setText(words, t(`live.${state}`));
  });
  return element;
}

function languageSwitch(onLanguage) {
  const buttons = LANGUAGES.map((language) =>
    h(
      'button',
      {
        type: 'button',
        lang: language,
        'aria-pressed': String(language === currentLanguage()),
        onclick: () => void onLanguage(language),
      },
      language.toUpperCase(),
      h('span.sr-only', {}, ` ${LANGUAGE_NAMES[language]}`),
    ),
  );
  return h('div.segments', { role: 'group', 'aria-label': t('nav.language') }, buttons);
}

function themeSwitch() {
  const button = h('button.icon-button', { type: 'button', 'aria-label': t('nav.theme') });
  const draw = () => button.replaceChildren(icon(theme() === 'dark' ? 'sun' : 'moon'));
  button.addEventListener('click', () => {
    applyTheme(theme() === 'dark' ? 'light' : 'dark');
    draw();
  });
  draw();
  return button;
}

const leaveButton = (onLeave) =>
  h(
    'button.icon-button',
    { type: 'button', 'aria-label': t('nav.leave'), title: t('nav.leave'), onclick: onLeave },
    icon('leave'),
  );

/** Narrows every list to one company; a token of one company has nothing to choose. */
function companyPicker(onCompany) {
  const select = h('select', {
    'aria-label': t('nav.company'),
    hidden: true,
    onchange: () => (session.chooseCompany(select.value), onCompany()),
  });
  const load = async () => {
    const { data } = await api.get('/companies', { limit: 200 });
    if (data.length < 2) return;
    const chosen = session.company();
    select.replaceChildren(
      ...[['', t('nav.allCompanies')], ...data.map(({ id, name }) => [id, name])].map(([value, name]) =>
        h('option', { value, selected: value === chosen }, name),
      ),
    );
    select.hidden = false;
  };
  // Without the list the page simply shows every company.
  load().catch(() => undefined);
  return h('div.company-picker', {}, select);
}
