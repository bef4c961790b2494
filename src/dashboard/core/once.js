import { api } from './api.js';

/**
 * Sends a form so that the same content is carried out once, however often it is sent. Other content, or the same after
 * a refusal, is another wish.
 * @returns {(body: object) => Promise<any>}
 */
export function onceFor(path) {
  let last = { text: null, key: null };
  return async (body) => {
    const text = JSON.stringify(body);
    if (text !== last.text) last = { text, key: crypto.randomUUID() };
    try {
      return await api.post(path, body, last.key);
    } catch (error) {
      if (error.status >= 400 && error.status < 500) last = { text: null, key: null };
      throw error;
    }
  };
}
