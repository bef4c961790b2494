import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { badge } from '../components/badge.js';
import { field, form } from '../components/fields.js';
import { later } from '../components/states.js';

const WATCH_EVERY_MS = 1000;
const ENDED = ['done', 'dead'];
/** Where each platform asks, below the gateway's address, and the kit's files for it. */
const PLATFORMS = {
  retell: { path: '/api/retell/webhook', folder: '', files: ['agent', 'tools'] },
  vapi: { path: '/api/vapi', folder: 'vapi/', files: ['tools'] },
  elevenlabs: { path: '/api/elevenlabs/conversation-initiation', folder: 'elevenlabs/', files: ['tools'] },
  mcp: { path: '/mcp', folder: 'mcp/', files: [] },
};

/** The agent of a company: set up at Retell by a job, or by hand with addresses and files. */
export function agentStep(company, signal, changed) {
  return [later(signal, (stop) => connectForm(company, stop, changed)), byHand(company.language)];
}

async function connectForm(company, signal, changed) {
  const { data: numbers } = await api.get('/phone-numbers', { company_id: company.id, limit: 200 }, signal);
  const progress = h('div', { role: 'status' });
  const fields = [
    field({ name: 'voice', label: t('agent.voice'), hint: t('agent.voiceHint'), placeholder: '11labs-Adrian' }),
    field({
      name: 'number',
      label: t('column.number'),
      options: [['', t('agent.noNumber')], ...numbers.map((row) => [row.number, row.number])],
    }),
    field({
      name: 'mode',
      label: t('agent.mode'),
      options: [
        ['plan', t('agent.plan')],
        ['run', t('agent.run')],
      ],
    }),
  ];
  const run = async ({ voice, number, mode }) => {
    const { data } = await api.post('/retell/connect-agent', {
      company_id: company.id,
      dry_run: mode === 'plan',
      ...(voice.trim() ? { voice: voice.trim() } : {}),
      ...(number ? { number } : {}),
    });
    await watch(data.job_id, progress);
    changed();
  };
  return [h('p.lead', {}, t('agent.lead')), form({ fields, action: t('agent.connect'), run }), progress];
}

/** Shows what the job has done until it ends. */
async function watch(jobId, progress) {
  for (;;) {
    const { data: job } = await api.get(`/jobs/${jobId}`);
    const steps = job.progress.map(({ step, values }) => h('li', {}, t(`agent.step.${step}`, values)));
    const problem = job.last_error && h('p.form-problem', { role: 'alert' }, job.last_error);
    fill(progress, h('p.outcome', {}, badge('job', job.status)), h('ul.rows', {}, steps), problem);
    if (ENDED.includes(job.status) || !progress.isConnected) return;
    await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS));
  }
}

function byHand(language) {
  const rows = Object.entries(PLATFORMS).map(([platform, { path, folder, files }]) => {
    const links = [
      ...files.map((name) => `${folder}${name}.${language}.json`),
      ...(folder === '' ? [`prompt.${language}.md`] : [`${folder}README.md`]),
    ];
    return h(
      'li',
      {},
      h('span', {}, t.word('platform', platform), h('small', {}, h('code', {}, `${location.origin}${path}`))),
      h(
        'span',
        {},
        links.map((file) => h('a.file', { href: `/admin/kit/${file}`, download: true }, file, ' ')),
      ),
    );
  });
  return h(
    'details',
    {},
    h('summary', {}, t('agent.byHand')),
    h('p.hint', {}, t('agent.byHandText')),
    h('ul.rows', {}, rows),
  );
}
