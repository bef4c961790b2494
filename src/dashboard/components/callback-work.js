import { actorWords } from '../core/actors.js';
import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { dateTime, instantOf, wallClock } from '../core/format.js';
import { t } from '../core/i18n.js';
import { who } from '../core/who.js';
import { asking } from './dialog.js';
import { field } from './fields.js';
import { toast } from './toast.js';

const OUTCOMES = ['reached', 'booked', 'not_reached', 'not_wanted'];

/** A person takes the callback with one press; a program's token has no name, so it is asked for one. */
export function takeButton(row, reload) {
  const label = t('callbacks.take');
  const name = row.customer_name ?? row.phone ?? t('callbacks.unnamed');
  const attributes = { class: 'small', 'aria-label': `${label}: ${name}` };
  const take = async (body) => {
    try {
      await api.post(`/callbacks/${row.id}/take`, body);
      toast(t('callbacks.taken'));
    } catch (error) {
      toast(error.changedBy ? t('callbacks.takenBy', { who: error.changedBy }) : error.message, 'bad');
    }
    reload();
  };
  if (who.isPerson()) return h('button.button', { type: 'button', ...attributes, onclick: () => void take({}) }, label);
  const question = () => ({
    title: t('callbacks.takeTitle'),
    text: t('callbacks.takeText'),
    action: label,
    fields: [field({ name: 'assigned_to', label: t('callbacks.assigned'), required: true, maxlength: 200 })],
    run: (values) => take({ assigned_to: values.assigned_to.trim() }),
  });
  return asking(label, question, () => {}, attributes);
}

/** Opens a callback with what was done about it so far. */
export function workButton(row, reload) {
  const name = row.customer_name ?? row.phone ?? t('callbacks.unnamed');
  const attributes = { class: 'small', 'aria-label': `${t('callbacks.work')}: ${name}` };
  return asking(t('callbacks.work'), () => workOn(row.id, name), reload, attributes);
}

export const reopenButton = (row, reload) =>
  asking(
    t('callbacks.reopen'),
    () => ({
      title: t('callbacks.reopenTitle'),
      text: t('callbacks.reopenText'),
      action: t('callbacks.reopen'),
      done: t('state.saved'),
      run: () =>
        api.patch(`/callbacks/${row.id}`, {
          status: row.assigned_to === null ? 'pending' : 'assigned',
          if_updated_at: row.updated_at,
        }),
    }),
    reload,
    { class: 'small' },
  );

async function workOn(id, name) {
  const { data: row } = await api.get(`/callbacks/${id}`);
  const { data: people } = await api.get('/callback-assignees', { company_id: row.company_id });
  const zone = row.time_zone ?? 'UTC';
  const due = wallClock(row.due_at, zone);
  const rows = [
    field({
      name: 'outcome',
      label: t('callbacks.outcome'),
      options: [['', t('callbacks.noOutcome')], ...OUTCOMES.map((one) => [one, t.word('callbackOutcome', one)])],
    }),
    assigneeField(row, people),
    field({
      name: 'note',
      label: t('callbacks.note'),
      hint: t('callbacks.noteHint'),
      type: 'textarea',
      maxlength: 2000,
    }),
    field({ name: 'date', label: t('callbacks.dueDay'), type: 'date', value: due.date, required: true }),
    field({
      name: 'clock',
      label: t('callbacks.dueTime'),
      hint: t('callbacks.dueHint', { zone }),
      type: 'time',
      value: due.clock,
      required: true,
    }),
  ];
  return {
    title: t('callbacks.workTitle', { name }),
    text: t('callbacks.workText', { reason: row.reason, due: dateTime(row.due_at, zone), zone }),
    action: t('action.save'),
    done: t('state.saved'),
    fields: [history(row.history), h('div.form', {}, rows)],
    rows,
    run: ({ outcome, assigned_to: assignee, note, date, clock }) => {
      const isMoved = date !== due.date || clock !== due.clock;
      return api.patch(`/callbacks/${id}`, {
        if_updated_at: row.updated_at,
        assigned_to: assignee.trim() || null,
        ...(outcome ? { outcome } : {}),
        ...(note.trim() ? { note: note.trim() } : {}),
        ...(isMoved ? { due_at: instantOf(date, clock, zone) } : {}),
      });
    },
  };
}

/** People of the company to choose from; where no one signs in, any name. */
function assigneeField(row, people) {
  const shared = { name: 'assigned_to', label: t('callbacks.assigned'), value: row.assigned_to ?? '' };
  if (people.length === 0) return field({ ...shared, maxlength: 200 });
  const known = people.map(({ id, name }) => [id, name]);
  const isKnown = row.assigned_to === null || people.some(({ id }) => id === row.assigned_to);
  const other = isKnown ? [] : [[row.assigned_to, actorWords(row.assigned_to, row.assigned_to_name)]];
  return field({ ...shared, options: [['', t('callbacks.notTaken')], ...known, ...other] });
}

/** Newest last, as people read a story. */
function history(notes) {
  const line = (note) =>
    h(
      'li',
      {},
      h(
        'div',
        {},
        t(`callbackEvent.${note.event}`, { name: actorWords(note.assigned_to, note.assigned_to_name) }),
        note.text && h('p.note', {}, note.text),
        h('small', {}, `${actorWords(note.actor, note.actor_name)}, ${dateTime(note.created_at)}`),
      ),
    );
  return h(
    'details',
    { open: notes.length > 0 },
    h('summary', {}, `${t('callbacks.history')} (${notes.length})`),
    notes.length > 0 ? h('ul.rows', {}, notes.map(line)) : h('p.hint', {}, t('callbacks.noHistory')),
  );
}
