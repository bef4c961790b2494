import { day, time } from '../core/format.js';
import { t } from '../core/i18n.js';
import { asking } from './dialog.js';
import { field } from './fields.js';
import { freeTimes } from './free-times.js';
import { onceFor } from '../core/once.js';
import { toast } from './toast.js';

const when = (row) => `${day(row.starts_at, row.time_zone)} ${time(row.starts_at, row.time_zone)}`;
const isStanding = ({ status }) => ['pending', 'booked'].includes(status);
const isAhead = ({ starts_at: start }) => Date.parse(start) > Date.now();

/** The answer is the appointment as it is now; where Cal.com has not confirmed yet, it is as before. */
const told = (isDone, done) => toast(t(isDone ? done : 'appointments.pending'));

export function cancelButton(row, after) {
  if (!isStanding(row)) return null;
  const question = () => {
    const send = onceFor(`/appointments/${row.id}/cancel`);
    return {
      title: t('appointments.cancelTitle'),
      text: t('appointments.cancelText', { name: row.attendee_name, when: when(row) }),
      action: t('appointments.cancel'),
      danger: true,
      fields: [field({ name: 'reason', label: t('appointments.reason'), hint: t('field.optional'), maxlength: 200 })],
      run: async ({ reason }) => {
        const given = reason.trim() === '' ? {} : { reason: reason.trim() };
        const { data } = await send({ ...given, if_updated_at: row.updated_at });
        told(data.status === 'cancelled', 'appointments.cancelled');
      },
    };
  };
  return asking(t('appointments.cancel'), question, after, { class: 'small' });
}

export function moveButton(row, after) {
  if (!isStanding(row) || !isAhead(row) || row.service_id === null) return null;
  const question = () => {
    const send = onceFor(`/appointments/${row.id}/reschedule`);
    const times = freeTimes({
      date: dateOf(row),
      wanted: () => ({ serviceId: row.service_id, appointmentId: row.id, branchId: row.branch_id }),
    });
    return {
      title: t('appointments.moveTitle'),
      text: t('appointments.moveText', { name: row.attendee_name, when: when(row), zone: row.time_zone }),
      action: t('appointments.move'),
      fields: times.rows,
      rows: times.rows,
      run: async ({ starts_at: start }) => {
        const { data } = await send({ starts_at: start, if_updated_at: row.updated_at }).catch(times.told);
        told(Date.parse(data.starts_at) === Date.parse(start), 'appointments.moved');
      },
    };
  };
  return asking(t('appointments.move'), question, after, { class: 'small' });
}

export function noShowButton(row, after) {
  const isMarked = row.status === 'no_show';
  if (isAhead(row) || !(isMarked || ['booked', 'completed'].includes(row.status))) return null;
  const words = isMarked
    ? [t('appointments.attended'), t('appointments.attendedTitle'), 'appointments.attendedText']
    : [t('appointments.noShow'), t('appointments.noShowTitle'), 'appointments.noShowText'];
  const [action, title, text] = words;
  const question = () => {
    const send = onceFor(`/appointments/${row.id}/no-show`);
    return {
      ...{ title, action },
      text: t(text, { name: row.attendee_name, when: when(row) }),
      run: async () => {
        const { data } = await send({ absent: !isMarked, if_updated_at: row.updated_at });
        told((data.status === 'no_show') !== isMarked, 'state.saved');
      },
    };
  };
  return asking(action, question, after, { class: 'small' });
}

const dateOf = (row) => new Intl.DateTimeFormat('sv-SE', { timeZone: row.time_zone }).format(new Date(row.starts_at));
