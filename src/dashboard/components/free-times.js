import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { dateTime } from '../core/format.js';
import { t } from '../core/i18n.js';
import { field } from './fields.js';

/**
 * A day and one of its free starts, as callers hear them.
 * @param {{date: string, wanted: () => {serviceId: string, branchId?: string, staffId?: string, appointmentId?: string}}} options
 *   `wanted` says for what, each time the starts are read
 */
export function freeTimes({ date, wanted }) {
  const day = field({ name: 'date', label: t('appointments.date'), type: 'date', value: date, required: true });
  const start = field({
    name: 'starts_at',
    label: t('appointments.time'),
    options: [['', t('calendar.reading')]],
    required: true,
    hint: ' ',
  });
  const hint = start.querySelector('.hint');
  let generation = 0;
  let zone;
  let chosen = '';
  start.input.addEventListener('change', () => (chosen = start.input.value));
  async function read() {
    const mine = (generation += 1);
    const { serviceId, branchId, staffId, appointmentId } = wanted();
    if (!serviceId || !day.input.value) return show([], t('calendar.chooseService'));
    show([], t('calendar.reading'));
    try {
      const query = { branch_id: branchId, staff_id: staffId, appointment_id: appointmentId, from: day.input.value };
      const { data } = await api.get(`/services/${serviceId}/free-starts`, query);
      if (mine !== generation) return;
      zone = data.time_zone;
      show(data.starts, data.starts.length === 0 ? t('calendar.nothingFree') : t('calendar.chooseTime'));
      hint.textContent = [
        t('calendar.zone', { zone: data.time_zone }),
        data.stale && t('calendar.stale'),
        !data.is_host_certain && t('calendar.hostByCalcom'),
      ]
        .filter(Boolean)
        .join(' ');
    } catch (error) {
      if (mine === generation) show([], error.message);
    }
  }
  function show(starts, first) {
    const options = [{ starts_at: '', time: first }, ...starts];
    start.input.replaceChildren(
      ...options.map(({ starts_at: value, time }) => h('option', { value, selected: value === chosen }, time)),
    );
  }
  day.input.addEventListener('change', () => void read());
  void read();
  /** Names the free times that a refusal comes with, and reads them again. */
  function told(error) {
    for (const problem of error.details ?? []) {
      const times = (problem.alternatives ?? []).map((at) => dateTime(at, zone)).join(', ');
      if (times !== '') problem.message += ` ${t('calendar.instead', { times })}`;
    }
    void read();
    throw error;
  }
  return { rows: [day, start], read, told };
}
