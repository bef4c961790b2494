import { h } from '../core/dom.js';
import { dateTime, number } from '../core/format.js';
import { t } from '../core/i18n.js';
import { badge } from './badge.js';

/** What a service's event type says at Cal.com, as of the last import; nothing for one that was never imported. */
export function serviceSettings(row) {
  const says = row.calcom_settings;
  if (!says) return null;
  const facts = [
    [t('settings.lengths'), minutes(says.length_options_minutes)],
    [t('settings.confirmation'), yesNo(row.requires_confirmation)],
    [t('settings.cancelling'), says.cancelling_disabled ? t('settings.off') : t('settings.allowed')],
    [t('settings.rescheduling'), rescheduling(says)],
    [t('settings.notice'), t('company.minutes', { count: number(row.minimum_notice_minutes) })],
    ...(row.scheduling_type === 'roundRobin' ? [[t('settings.hostChoice'), hostChoice(says)]] : []),
    [t('settings.places'), listed(says.locations.map((kind) => t.word('place', kind)))],
    [t('settings.limits'), listed(Object.entries(says.booking_limits).map(([span, most]) => limit(span, most)))],
    [t('settings.fields'), listed(says.required_fields)],
    [t('settings.price'), says.price === null ? '–' : number(says.price)],
    [t('settings.seats'), number(row.seats)],
    [t('settings.hidden'), yesNo(says.hidden)],
    [t('settings.asOf'), row.calcom_synced_at ? dateTime(row.calcom_synced_at) : '–'],
  ];
  return [
    (says.obstacles ?? []).map((one) => badge('obstacle', one, 'bad')),
    h(
      'details',
      {},
      h('summary', {}, t('settings.title')),
      h(
        'dl.facts',
        {},
        facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
      ),
    ),
  ];
}

const yesNo = (value) => t(value ? 'settings.yes' : 'settings.no');
const listed = (words) => (words.length === 0 ? '–' : words.join(', '));
const minutes = (lengths) => t('company.minutes', { count: lengths.map((length) => number(length)).join(', ') });
const limit = (span, most) => t('settings.limit', { most: number(most), span: t.word('span', span) });

function rescheduling({ rescheduling_disabled: isOff, reschedule_notice_minutes: notice }) {
  if (isOff) return t('settings.off');
  return notice > 0 ? t('settings.until', { count: number(notice) }) : t('settings.allowed');
}

function hostChoice({ host_subset_enabled: isHeeded }) {
  if (isHeeded === null) return t('settings.notSaid');
  return t(isHeeded ? 'settings.heeded' : 'settings.ignored');
}
