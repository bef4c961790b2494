/** What this browser remembers: looks for good, the token only until the tab is closed. */
const read = (store, key) => {
  try {
    return store.getItem(`askpro.${key}`);
  } catch {
    return null; // storage can be switched off
  }
};
const write = (store, key, value) => {
  try {
    if (value === null) store.removeItem(`askpro.${key}`);
    else store.setItem(`askpro.${key}`, value);
  } catch {
    // the page then simply forgets
  }
};

export const preferences = {
  get: (key) => read(localStorage, key),
  set: (key, value) => write(localStorage, key, value),
};

let token = read(sessionStorage, 'token');
let csrf = null;
export const session = {
  token: () => token,
  /** The word that a person's session sends with every change; null for a token. */
  csrf: () => csrf,
  chooseCsrf: (value) => (csrf = value),
  enter(value) {
    token = value;
    write(sessionStorage, 'token', value);
  },
  leave() {
    token = null;
    write(sessionStorage, 'token', null);
    write(sessionStorage, 'company', null);
  },
  /** The company that lists are narrowed to; '' for all. */
  company: () => read(sessionStorage, 'company') ?? '',
  chooseCompany: (id) => write(sessionStorage, 'company', id === '' ? null : id),
};

/** 'light' or 'dark' as chosen, else as the system says. */
export function theme() {
  const chosen = preferences.get('theme');
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function applyTheme(next) {
  if (next !== undefined) preferences.set('theme', next);
  document.documentElement.dataset.theme = theme();
  document.dispatchEvent(new CustomEvent('askpro:theme'));
}
