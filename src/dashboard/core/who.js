import { api } from './api.js';
import { preferences, session } from './preferences.js';

/** What a page shows, where not everyone who signs in may read it. */
const PAGE_READS = {
  ...{ performance: '/metrics', jobs: '/jobs', webhooks: '/webhook-events', people: '/users' },
  ...{ tokens: '/tokens', audit: '/audit', setup: '/check-setup', notifications: '/own-notification-channels' },
};

export const who = {
  /** The answer of GET /session, null while no one is signed in. */
  current: null,
  /** What people can sign in with. */
  ways: { mail: false, provider: null },
  isSignedIn: () => who.current !== null,
  isPerson: () => who.current?.kind === 'person',
  /** Whether the one who is signed in may ask that route: `may('post', '/companies')`. */
  may: (method, path) => who.current?.may.includes(`${method} ${path}`) ?? false,
  maySee: (page) => PAGE_READS[page] === undefined || who.may('get', PAGE_READS[page]),
  isPlatform: () => who.current?.role === 'platform',
  enter(about) {
    who.current = about;
    session.chooseCsrf(about?.csrf_token ?? null);
    if (about?.language) preferences.set('language', about.language);
  },
  leave() {
    who.enter(null);
    session.leave();
  },
};

/** Finds out who is signed in: a token that this tab keeps, or the browser's session. */
export async function recognise() {
  if (session.token() === null) {
    const { signed_in: isSignedIn, ...ways } = (await api.get('/session/options')).data;
    who.ways = ways;
    if (!isSignedIn) return;
  }
  who.enter((await api.get('/session')).data);
}
