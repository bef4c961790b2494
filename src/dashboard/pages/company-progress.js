import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { t } from '../core/i18n.js';

/** Which steps are done, told by what is there, so that one can stop anywhere and go on another day. */
async function doneSteps(id, signal) {
  const first = async (path, query = {}) =>
    (await api.get(path, { company_id: id, limit: 1, ...query }, signal)).data.length > 0;
  const [{ data: company }, services, numbers, agents, calls] = await Promise.all([
    api.get(`/companies/${id}`, {}, signal),
    ...[first('/services', { is_active: true }), first('/phone-numbers', { is_active: true })],
    ...[first('/agents', { is_active: true }), first('/calls')],
  ]);
  return {
    // Services of the platform's account need no key of the company.
    key: company.has_calcom_api_key || services,
    import: services,
    number: numbers,
    opening: company.ai_disclosure?.enabled === true,
    agent: agents,
    // On the platform's key its webhooks are the platform's matter.
    webhook: company.has_calcom_api_key ? company.has_calcom_webhook_secret : null,
    testCall: calls,
  };
}

/**
 * The steps as a list in which what is done is ticked and the next one marked.
 * @param {[name: string, body: Node | Node[]][]} steps
 * @returns {{element: Node[], refresh: () => Promise<void>}}
 */
export function progressOf(id, steps, signal) {
  const sum = h('p.setup-sum', { role: 'status' });
  const items = steps.map(([name, body], index) => {
    const mark = h('span.step-number', {}, index + 1);
    const note = h('span.sr-only', {});
    const element = h('li.card', { id: `step-${name}` }, h('h2', {}, mark, t(`step.${name}`), note), body);
    return { name, mark, note, element, index };
  });
  const refresh = async () => {
    const done = await doneSteps(id, signal);
    const open = items.filter(({ name }) => done[name] === false);
    for (const { name, mark, note, element, index } of items) {
      mark.textContent = done[name] ? '✓' : index + 1;
      mark.classList.toggle('done', done[name] === true);
      note.textContent = done[name] ? `, ${t('step.done')}` : '';
      if (name === open[0]?.name) element.setAttribute('aria-current', 'step');
      else element.removeAttribute('aria-current');
    }
    const next = open[0];
    const jump = () => next.element.scrollIntoView({ block: 'start' });
    fill(
      sum,
      next
        ? [
            t('step.sum', { open: open.length }),
            ' ',
            h(
              'button.button.small',
              { type: 'button', onclick: jump },
              t('step.next', { step: t(`step.${next.name}`) }),
            ),
          ]
        : t('step.all'),
    );
  };
  // The steps can be walked without the marks.
  refresh().catch(() => undefined);
  return {
    element: [
      sum,
      h(
        'ol.steps',
        {},
        items.map(({ element }) => element),
      ),
    ],
    refresh: () => refresh().catch(() => undefined),
  };
}
