/** Addresses live behind `#`, so that the server needs no routes of the page's own. */
export function currentAddress() {
  const [path, query = ''] = location.hash.slice(1).split('?');
  const [name = '', ...rest] = path.split('/').filter(Boolean).map(decodeURIComponent);
  return { name: name || 'overview', id: rest[0] ?? null, query: Object.fromEntries(new URLSearchParams(query)) };
}

export function addressOf(name, id = null, query = {}) {
  const filled = Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const tail = filled.length > 0 ? `?${new URLSearchParams(filled)}` : '';
  return `#/${name}${id === null ? '' : `/${encodeURIComponent(id)}`}${tail}`;
}

export function goTo(name, id = null, query = {}) {
  location.hash = addressOf(name, id, query);
}

/** Keeps filters in the address without a new history entry and without leaving the page. */
export function rememberQuery(name, query) {
  history.replaceState(null, '', addressOf(name, null, query));
}
