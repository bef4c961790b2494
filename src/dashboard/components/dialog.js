import { h, fill, freshId } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { problem } from './states.js';
import { toast } from './toast.js';

/**
 * Asks before something is done, does it while the dialog is open, and keeps it open with the reason when it fails.
 * @param {{title: string, text: string, action: string, danger?: boolean, fields?: Node[], rows?: Node[], done?: string,
 *   run: (values: Record<string, string>) => Promise<unknown>}} question
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ title, text, action, danger = false, fields = [], rows = [], done = null, run }) {
  const titleId = freshId('title');
  const textId = freshId('text');
  const trouble = h('div');
  const cancel = h('button.button', { type: 'button', onclick: () => dialog.close() }, t('action.cancel'));
  const confirm = h('button.button.primary', { type: 'submit', class: danger ? 'danger' : '' }, action);
  let succeeded = false;
  const submit = async (event) => {
    event.preventDefault();
    confirm.disabled = true;
    fill(trouble);
    for (const row of rows) row.invalid(null);
    try {
      await run(Object.fromEntries(new FormData(form)));
      succeeded = true;
      dialog.close();
      if (done) toast(done);
    } catch (error) {
      // `hours.1.0` belongs to the field hours_1, `days.0` to days.
      const isWithin = (path, name) => `${path}.`.startsWith(`${name}.`);
      const rowOf = (path) =>
        rows.find(({ input: { name } }) => isWithin(path, name) || isWithin(path, name.replace('_', '.')));
      const homeless = (error.details ?? []).filter(({ path, message }) => {
        rowOf(path)?.invalid(message);
        return rowOf(path) === undefined;
      });
      fill(trouble, problem(Object.assign(new Error(error.message), { details: homeless })));
      confirm.disabled = false;
      (rows.find((row) => row.classList.contains('invalid'))?.input ?? confirm).focus();
    }
  };
  const form = h(
    'form',
    { onsubmit: submit },
    h('h2', { id: titleId }, title),
    h('p', { id: textId }, text),
    fields,
    trouble,
    h('div.dialog-actions', {}, cancel, confirm),
  );
  const dialog = h('dialog.dialog', { 'aria-labelledby': titleId, 'aria-describedby': textId }, form);
  document.body.append(dialog);
  dialog.showModal();
  (form.querySelector('input, select, textarea') ?? (danger ? cancel : confirm)).focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(succeeded);
    });
  });
}

/** A button that asks first, once it has read what the question needs; `after` runs when it was done. */
export function asking(label, question, after = () => {}, attributes = {}) {
  const open = async () => {
    try {
      if (await ask(await question())) after();
    } catch (error) {
      toast(error.message, 'bad');
    }
  };
  return h(
    'button.button',
    { type: 'button', 'aria-haspopup': 'dialog', ...attributes, onclick: () => void open() },
    label,
  );
}
