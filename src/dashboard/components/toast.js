import { h } from '../core/dom.js';

const SHOWN_MS = 6000;

/** A short message at the edge; the container is a live region, so it is read out too. */
export function toast(text, kind = 'ok') {
  const message = h('div.toast', { class: `toast-${kind}` }, text);
  document.getElementById('toasts').append(message);
  setTimeout(() => message.remove(), SHOWN_MS);
}
