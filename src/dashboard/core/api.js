import { actorWords } from './actors.js';
import { dateTime } from './format.js';
import { session } from './preferences.js';
import { t, translated } from './i18n.js';

/** An answer that is not what was hoped for; `message` may be shown as it is. */
export class ApiError extends Error {
  constructor(status, code, message, details = [], changed = null) {
    super(message);
    this.status = status;
    this.code = code;
    /** @type {{path: string, message: string}[]} */
    this.details = Array.isArray(details) ? details.map(inTheReadersWords) : [];
    /** Who changed it meanwhile, in words; null when that is not the reason. */
    this.changedBy = changed && actorWords(changed.actor, changed.actor_name);
  }
}

/** A problem's own code has words here; others may come with German ones. */
function inTheReadersWords(problem) {
  const { code, message } = problem;
  const own = code === undefined ? null : t.maybe(`reason.${code}`);
  const text = own ?? translated(problem, 'message');
  return { ...problem, message: text === message ? text : text.charAt(0).toUpperCase() + text.slice(1) };
}

/** Called when the token is not (or no longer) accepted. */
let onLockedOut = () => {};
export function whenLockedOut(callback) {
  onLockedOut = callback;
}

/** A token, or the word that goes with the session's cookie. */
export function headers(extra = {}) {
  const token = session.token();
  if (token !== null) return { authorization: `Bearer ${token}`, ...extra };
  return { ...(session.csrf() === null ? {} : { 'x-csrf-token': session.csrf() }), ...extra };
}

/** Query string of the fields that have a value. */
export function queryOf(fields) {
  const filled = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return filled.length > 0 ? `?${new URLSearchParams(filled)}` : '';
}

async function ask(method, path, { body, query = {}, signal, text = false, once = null, onEvent = null } = {}) {
  let answer;
  try {
    answer = await fetch(`/api/admin${path}${queryOf(query)}`, {
      method,
      signal,
      cache: 'no-store',
      headers: headers({
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(once === null ? {} : { 'idempotency-key': once }),
      }),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', t('error.unreachable'));
  }
  if (answer.ok && text) return answer.text();
  if (answer.ok && onEvent !== null) return eachEvent(answer.body, onEvent);
  const json = answer.status === 204 ? {} : await answer.json().catch(() => null);
  if (answer.ok && json !== null) return json;
  if (answer.status === 401) onLockedOut();
  const { code = `http_${answer.status}`, message, details, changed } = json?.error ?? {};
  if (changed) throw changedMeanwhile(answer.status, code, details, changed);
  const seconds = answer.headers.get('retry-after') ?? '60';
  throw new ApiError(answer.status, code, sentence(path, answer.status, code, message, seconds), details);
}

/** Says who changed which fields, and what stands there now. */
function changedMeanwhile(status, code, details, changed) {
  const who = actorWords(changed.actor, changed.actor_name);
  const fields = (details ?? []).map(({ path, value }) => ({ path, message: t('error.changedTo', { value }) }));
  return new ApiError(status, code, t('error.changed', { who, when: dateTime(changed.at) }), fields, changed);
}

/** Reads server-sent events, each a JSON document, as they arrive. */
async function eachEvent(stream, onEvent) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: ')) onEvent(JSON.parse(line.slice(6)));
  }
}

/** The page's own words for what it can explain, else the server's. */
function sentence(path, status, code, message, seconds) {
  const [, area] = path.split('/');
  const own =
    t.maybe(`error.${area}.${code}`) ??
    t.maybe(`error.${code}`, { seconds }) ??
    (status >= 500 ? t.maybe('error.http_5xx') : null);
  // The server says more, but in English only, so the English words have no general ones.
  return own ?? t.maybe(`generalError.${code}`) ?? message ?? t('error.unknown');
}

export const api = {
  get: (path, query, signal) => ask('GET', path, { query, signal }),
  text: (path, query, signal) => ask('GET', path, { query, signal, text: true }),
  /** @param once a key that makes repeating the same wish harmless */
  post: (path, body = {}, once = null) => ask('POST', path, { body, once }),
  /** A POST that answers events while it works. */
  postEvents: (path, body, onEvent) => ask('POST', path, { body, onEvent }),
  patch: (path, body) => ask('PATCH', path, { body }),
  delete: (path, query) => ask('DELETE', path, { query }),
};
