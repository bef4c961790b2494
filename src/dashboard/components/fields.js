import { h, freshId } from '../core/dom.js';
import { t } from '../core/i18n.js';

/**
 * A labelled field with an optional hint; `invalid()` marks it and puts the reason where screen readers find it.
 * @param {{name: string, label: string, hint?: string, type?: string, options?: [string, string][]}} field further
 *   attributes go to the input
 */
export function field({ name, label, hint = null, type = 'text', options = null, value, ...rest }) {
  const id = freshId(name);
  const hintId = `${id}-hint`;
  const shared = { id, name, 'aria-describedby': hintId, ...rest };
  const input = options
    ? h(
        'select',
        shared,
        options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)),
      )
    : type === 'textarea'
      ? h('textarea', { ...shared, value: value ?? '' })
      : h('input', { ...shared, type, value: value ?? '', autocomplete: rest.autocomplete ?? 'off' });
  const hintLine = h('span.hint', { id: hintId }, hint);
  const row = h('div.field', {}, h('label', { for: id }, label), input, hintLine);
  row.input = input;
  row.invalid = (reason) => {
    input.setAttribute('aria-invalid', reason === null ? 'false' : 'true');
    row.classList.toggle('invalid', reason !== null);
    hintLine.textContent = reason ?? hint ?? '';
  };
  return row;
}

/**
 * A form that shows the server's list of problems at the fields they belong to.
 * @param {{fields: HTMLElement[], action: string, run: (values: Record<string, string>) => Promise<unknown>}} options
 */
export function form({ fields, action, run }) {
  const general = h('p.form-problem', { role: 'alert' });
  const button = h('button.button.primary', { type: 'submit' }, action);
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    general.textContent = '';
    for (const row of fields) row.invalid(null);
    try {
      await run(Object.fromEntries(new FormData(element)));
    } catch (error) {
      const homeless = (error.details ?? []).filter(({ path, message }) => {
        const row = fields.find(({ input }) => input.name === path);
        row?.invalid(message);
        return row === undefined;
      });
      general.textContent = [error.message, ...homeless.map(({ path, message }) => `${path}: ${message}`)].join(' ');
      (fields.find((row) => row.classList.contains('invalid'))?.input ?? button).focus();
    } finally {
      button.disabled = false;
    }
  };
  const element = h(
    'form.form',
    { onsubmit: submit, novalidate: true },
    fields,
    general,
    h('div.form-actions', {}, button),
  );
  return element;
}

/** Waits until typing pauses. */
export function afterTyping(callback, pauseMs = 300) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(...args), pauseMs);
  };
}

export const anyOption = (group, values) => [
  ['', t('filter.any')],
  ...values.map((value) => [value, t.word(group, value)]),
];
