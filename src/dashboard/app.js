import { api, whenLockedOut } from './core/api.js';
import { fill, h } from './core/dom.js';
import { preferredLanguage, t, useLanguage } from './core/i18n.js';
import { live } from './core/live.js';
import { applyTheme, preferences, session } from './core/preferences.js';
import { currentAddress, goTo } from './core/router.js';
import { recognise, who } from './core/who.js';
import { opensSearch } from './components/search.js';
import { problem } from './components/states.js';
import { loginPage } from './pages/login.js';
import { shell } from './pages/shell.js';
import { welcomePage } from './pages/welcome.js';

/** Pages are read when they are first opened. */
const PAGES = [
  'overview',
  'trends',
  'performance',
  'calls',
  'trace',
  'calendar',
  'appointments',
  'callbacks',
  'customers',
  'reviews',
  'jobs',
  'webhooks',
  'companies',
  'company',
  'people',
  'notifications',
  'account',
  'tokens',
  'audit',
  'setup',
];

const app = document.getElementById('app');
let frame = null;
let leavePage = new AbortController();

async function openPage({ focus = true } = {}) {
  leavePage.abort();
  leavePage = new AbortController();
  const { signal } = leavePage;
  const address = currentAddress();
  const name = PAGES.includes(address.name) && who.maySee(address.name) ? address.name : 'overview';
  frame.mark(name);
  try {
    const { page } = await import(`./pages/${name}.js`);
    if (signal.aborted) return;
    fill(frame.main, page({ ...address, signal }));
    frame.main.dataset.page = name;
  } catch (error) {
    fill(
      frame.main,
      problem(error, () => void openPage()),
    );
  }
  const title = frame.main.querySelector('h1');
  document.title = title ? `${title.textContent} · AskPro Gateway` : 'AskPro Gateway';
  if (focus) {
    window.scrollTo(0, 0);
    title?.focus({ preventScroll: true });
  }
}

/** The word of an invitation or reset; it leaves the address at once, and does not leave this page. */
let welcomeWord = null;
function takeWelcome() {
  const { name, query } = currentAddress();
  if (name !== 'welcome' || !query.token) return;
  welcomeWord = query.token;
  history.replaceState(null, '', location.pathname);
}

/** Why the identity provider's answer did not sign in, or null. */
function takeRefusal() {
  const { name, id } = currentAddress();
  if (name !== 'refused') return null;
  history.replaceState(null, '', location.pathname);
  return { message: t.maybe(`login.refused.${id}`) ?? t('error.unknown') };
}

/** A link that `askpro open` printed; its code leaves the address at once and works once. */
async function enterByLink() {
  const { name, id } = currentAddress();
  if (name !== 'enter' || id === null) return null;
  history.replaceState(null, '', location.pathname);
  try {
    session.enter((await api.post('/sign-in-link', { code: id })).data.token);
    await recognise();
    return null;
  } catch (error) {
    return error;
  }
}

/** Redraws everything: after login, logout and a change of language. */
function start(linkFailure = null) {
  leavePage.abort();
  live.stop();
  if (welcomeWord !== null || !who.isSignedIn()) {
    frame = null;
    document.title = `${t('login.title')} · AskPro Gateway`;
    fill(
      app,
      welcomeWord !== null
        ? welcomePage(welcomeWord, entered, closeWelcome)
        : loginPage({ entered, linkFailure, onLanguage: changeLanguage }),
    );
    app.querySelector('input')?.focus();
    return;
  }
  frame = shell({ onLanguage: changeLanguage, onLeave: () => void signOut(), onCompany: changeCompany });
  fill(app, frame.element);
  live.start();
  void openPage();
}

/** Someone has signed in: the page speaks their language. @param about the answer of /session */
async function entered(about) {
  welcomeWord = null;
  who.enter(about);
  await useLanguage(preferredLanguage());
  start();
}

function closeWelcome() {
  welcomeWord = null;
  start();
}

async function signOut() {
  // A session that cannot be ended now ends by itself; the page must not stay open for that.
  if (who.isPerson()) await api.delete('/session').catch(() => undefined);
  leave();
}

async function changeLanguage(language) {
  preferences.set('language', language);
  await useLanguage(language);
  start();
  if (who.isPerson()) await api.patch('/session', { language }).catch(() => undefined);
}

/** The stream is narrowed to the company too, so it begins again. */
function changeCompany() {
  live.start();
  void openPage({ focus: false });
}

function leave() {
  who.leave();
  goTo('overview');
  start();
}

whenLockedOut(() => {
  if (frame !== null) leave();
});
addEventListener('keydown', (event) => frame !== null && opensSearch(event));
addEventListener('hashchange', async () => {
  takeWelcome();
  if (welcomeWord !== null) start();
  else if (currentAddress().name === 'enter') start(await enterByLink());
  else if (frame !== null) void openPage();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => applyTheme());

applyTheme();
try {
  await useLanguage(preferredLanguage());
  takeWelcome();
  const linkFailure = takeRefusal() ?? (await enterByLink());
  // A token that is no longer valid, or a gateway that is away: signing in again says which.
  await recognise().catch(() => who.leave());
  await useLanguage(preferredLanguage());
  start(linkFailure);
} catch (error) {
  fill(app, h('p', {}, String(error)));
}
