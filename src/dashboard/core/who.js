import { api } from './api.js';
import { preferences, session } from './preferences.js';

/** From the least to the most, as the API has them. */
const ROLES = ['voice', 'read_only', 'front_desk', 'company_admin', 'platform'];

/** Pages whose list only higher roles may read; the others are for everyone who signs in. */
const LEAST_ROLES = {
  performance: 'platform',
  ...{ jobs: 'company_admin', webhooks: 'company_admin', people: 'company_admin' },
  ...{ tokens: 'company_admin', audit: 'company_admin', setup: 'company_admin' },
};

export const who = {
  /** The answer of GET /session, null while no one is signed in. */
  current: null,
  /** What people can sign in with. */
  ways: { mail: false, provider: null },
  isSignedIn: () => who.current !== null,
  isPerson: () => who.current?.kind === 'person',
  /** Whether the one who is signed in may do what needs that role. */
  may: (role) => ROLES.indexOf(who.current?.role) >= ROLES.indexOf(role),
  maySee: (page) => who.may(LEAST_ROLES[page] ?? 'read_only'),
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
