import { fill, h, icon } from '../core/dom.js';
import { t } from '../core/i18n.js';

/** Grey bars in the shape of what is coming. */
export function skeleton(rows = 4) {
  const bars = Array.from({ length: rows }, (_, i) =>
    h('div.skeleton', { style: { width: `${100 - ((i * 17) % 45)}%` } }),
  );
  return h('div.skeletons', { 'aria-busy': 'true', 'aria-label': t('state.loading') }, bars);
}

export function empty(sentence, action = null) {
  return h('div.empty', {}, icon('empty'), h('p', {}, sentence), action);
}

/** What went wrong, and a way on. */
export function problem(error, again = null) {
  return h(
    'div.problem',
    { role: 'alert' },
    h('p.problem-text', {}, error.message),
    error.details?.length > 0 &&
      h(
        'ul',
        {},
        error.details.map(({ path, message }) => h('li', {}, path !== '' && [h('code', {}, path), ' '], message)),
      ),
    again && h('button.button', { type: 'button', onclick: again }, t('action.again')),
  );
}

/**
 * Shows a skeleton, then what `load` makes, or the error with a button to try again. An aborted load shows
 * nothing, nor does one that was begun before the latest.
 * @param {(signal: AbortSignal) => Promise<Node|Node[]>} load
 */
export function later(signal, load, rows = 4) {
  const box = h('div.later');
  let latest = 0;
  const run = async () => {
    const mine = (latest += 1);
    const isOver = () => signal.aborted || mine !== latest;
    fill(box, skeleton(rows));
    try {
      const made = await load(signal);
      if (!isOver()) fill(box, made);
    } catch (error) {
      if (isOver() || error.name === 'AbortError') return;
      fill(box, problem(error, run));
    }
  };
  void run();
  box.reload = run;
  return box;
}
