import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { session } from '../core/preferences.js';
import { ask } from './dialog.js';
import { field } from './fields.js';

/** Gives the number, or the agent, that calls arrive for to a branch. */
export function mapButton({ line, platform }) {
  const open = async () => {
    const { data } = await api.get('/branches', { company_id: session.company(), is_active: true, limit: 200 });
    const names = await companyNames();
    const place = field({
      ...{ name: 'branch_id', label: t('alert.mapBranch') },
      options: data.map((row) => [row.id, `${names.get(row.company_id) ?? ''} – ${row.name}`]),
    });
    await ask({
      title: t('alert.mapTitle', { line }),
      text: t('alert.mapText'),
      action: t('alert.map'),
      done: t('alert.mapped'),
      fields: [place],
      run: ({ branch_id }) => {
        const { company_id } = data.find((row) => row.id === branch_id) ?? {};
        return line.startsWith('+')
          ? api.post('/phone-numbers', { company_id, branch_id, number: line })
          : api.post('/agents', { company_id, branch_id, agent_id: line, platform });
      },
    });
  };
  return h('button.button.small.primary', { type: 'button', onclick: () => void open() }, t('alert.map'));
}

async function companyNames() {
  const { data } = await api.get('/companies', { limit: 200 });
  return new Map(data.map(({ id, name }) => [id, name]));
}
