import { api } from '../core/api.js';
import { h, freshId } from '../core/dom.js';
import { dateTime, day, money, time } from '../core/format.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/router.js';
import { who } from '../core/who.js';
import { cancelButton, moveButton, noShowButton } from './appointment-actions.js';
import { badge } from './badge.js';
import { later } from './states.js';

/**
 * Everything about an appointment, with what can be done about it.
 * @param currency of its price, ISO 4217
 * @returns {Promise<boolean>} whether it was changed
 */
export function openAppointment(row, currency) {
  const titleId = freshId('title');
  const leave = new AbortController();
  let isChanged = false;
  const changed = () => {
    isChanged = true;
    dialog.close();
  };
  const actions = who.may('post', '/appointments') && [
    moveButton(row, changed),
    cancelButton(row, changed),
    noShowButton(row, changed),
  ];
  const dialog = h(
    'dialog.dialog',
    { 'aria-labelledby': titleId },
    h(
      'div.appointment',
      {},
      h('h2', { id: titleId }, row.attendee_name),
      h(
        'p',
        {},
        `${day(row.starts_at, row.time_zone)} ${time(row.starts_at, row.time_zone)}–${time(row.ends_at, row.time_zone)}`,
      ),
      facts(row, currency),
      h('h3', {}, t('calendar.history')),
      later(
        leave.signal,
        async (signal) => {
          const { data } = await api.get(`/appointments/${row.id}/history`, {}, signal);
          return h(
            'ul.rows',
            {},
            data.events.map((one) => h('li', {}, eventWords(one, row.time_zone))),
          );
        },
        2,
      ),
      h(
        'div.dialog-actions',
        {},
        actions,
        h('button.button', { type: 'button', onclick: () => dialog.close() }, t('action.close')),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      leave.abort();
      dialog.remove();
      resolve(isChanged);
    });
  });
}

function facts(row, currency) {
  const fact = (label, ...value) => [h('dt', {}, label), h('dd', {}, ...value)];
  return h(
    'dl.facts',
    {},
    fact(t('column.status'), badge('appointment', row.status)),
    fact(t('column.service'), row.service_name ?? '–'),
    fact(t('calendar.staff'), row.staff_name ?? row.calcom_host_name ?? '–'),
    row.price !== null && fact(t('calendar.price'), money(row.price, currency)),
    fact(
      t('column.customer'),
      row.attendee_phone && h('a', { href: `tel:${row.attendee_phone}` }, row.attendee_phone),
      row.attendee_email && h('small', {}, row.attendee_email),
      !row.attendee_phone && !row.attendee_email && '–',
    ),
    fact(
      t('calendar.source'),
      t.word('bookedBy', row.sync_origin),
      row.call_id && h('small', {}, h('a', { href: addressOf('trace', row.call_id) }, t('trace.title'))),
    ),
    row.notes && fact(t('calendar.notes'), row.notes),
  );
}

function eventWords({ at, what, by, by_name: name, reason, previous_starts_at: previous }, zone) {
  const who = name ?? t.word('party', by);
  const from = previous ? ` (${t('calendar.before', { when: dateTime(previous, zone) })})` : '';
  return h(
    'span',
    {},
    t.word('event', what),
    from,
    h('small', {}, `${dateTime(at, zone)} · ${who}${reason ? ` · ${reason}` : ''}`),
  );
}
