import { api } from '../core/api.js';
import { t } from '../core/i18n.js';
import { goTo } from '../core/router.js';
import { who } from '../core/who.js';
import { asking } from '../components/dialog.js';
import { boxes, editCompany, read, recordEditor, removal, yesNo } from '../components/record-editor.js';
import { holidayEditor } from '../components/holidays.js';
import { hoursOf, spans, transferFields, WEEKDAYS } from '../components/transfer-rules.js';

const LANGUAGES = [
  ['de', 'Deutsch'],
  ['en', 'English'],
];
const input = (name, row, how, more = {}) => ({
  ...{ name, label: t(`records.${name}`), value: String(row?.[name] ?? ''), read: how },
  ...more,
});
const active = (row) => yesNo('is_active', t('records.is_active'), row?.is_active ?? true);

const SECRETS = [
  ...['calcom_webhook_secret', 'retell_api_key', 'vapi_secret'],
  ...['elevenlabs_secret', 'elevenlabs_webhook_secret'],
];

/** Takes a company out of service: only for the platform. */
export const retireButton = ({ id, name }) =>
  who.may('delete', '/companies/:id') &&
  asking(
    t('records.retire'),
    () => ({
      ...{ title: t('records.retireTitle', { name }), text: t('records.retireText'), action: t('records.retire') },
      ...{ danger: true, done: t('state.saved'), run: () => api.delete(`/companies/${id}`) },
    }),
    () => goTo('companies'),
    { class: 'small' },
  );

/** The company's own settings. */
export const settingsButton = (company, changed) =>
  editCompany(
    company,
    (row) => [
      input('name', row, read.text),
      input('time_zone', row, read.text),
      input('language', row, read.text, { options: LANGUAGES }),
      input('currency', row, read.text),
      input('calcom_team_id', row, read.maybeNumber, { inputmode: 'numeric' }),
      ...['max_alternatives', 'time_window_hours', 'cancel_hours_before', 'reschedule_hours_before'].map((name) =>
        input(name, row, read.number, { inputmode: 'numeric' }),
      ),
      yesNo('calcom_reservations', t('records.calcom_reservations'), row.calcom_reservations),
      ...(who.isPlatform() ? [active(row)] : []),
      ...removal('calcom_api_key', row.has_calcom_api_key && who.isPlatform()),
      ...SECRETS.flatMap((name) => [
        ...removal(name, row[`has_${name}`]),
        input(name, null, read.text, {
          ...{ type: 'password', autocomplete: 'new-password' },
          hint: row[`has_${name}`] ? t('records.secretSet') : t('field.optional'),
        }),
      ]),
    ],
    changed,
  );

/** Everything that belongs to a company, one card for each kind. */
export function companyRecords(company, signal, changed) {
  const shared = { companyId: company.id, signal, changed };
  const all = async (path) => (await api.get(path, { company_id: company.id, limit: 200 })).data;
  const branchOptions = async (isOptional) => [
    ...(isOptional ? [['', t('records.anyBranch')]] : []),
    ...(await all('/branches')).map((row) => [row.id, row.name]),
  ];
  const confirmation = (path) => (row) =>
    row.confirmed_at === null && who.isPlatform()
      ? [{ label: t('company.confirm'), open: () => api.patch(`${path}/${row.id}`, { confirmed: true }) }]
      : [];
  const branchOf = async (row, isOptional = false) => {
    const options = await branchOptions(isOptional);
    return input('branch_id', row, isOptional ? read.maybe : read.text, { options });
  };
  return [
    recordEditor({
      ...{ ...shared, path: '/branches', title: t('records.branches') },
      line: (row) => [row.name, [row.phone, spoken(row.hours)].filter(Boolean).join(' · ')],
      fields: (row) => [
        input('name', row, read.text),
        input('time_zone', row ?? company, read.text),
        input('phone', row, read.maybe, { inputmode: 'tel' }),
        ...WEEKDAYS.map((weekday) => ({
          ...{ name: `hours_${weekday}`, label: t(`records.weekday.${weekday}`), value: spans(row?.hours?.[weekday]) },
          ...{ placeholder: '09:00-18:00' },
          read: weekday === '1' ? (_value, values) => hoursOf(values, 'hours_') : () => undefined,
        })),
        ...transferFields(row?.transfer_rules),
        active(row),
      ],
    }),
    holidayEditor(shared, branchOptions),
    recordEditor({
      ...{ ...shared, path: '/phone-numbers', title: t('records.numbers'), moreOf: confirmation('/phone-numbers') },
      line: (row) => [row.number, row.agent_id ?? ''],
      fields: async (row) => [
        input('number', row, read.text, { inputmode: 'tel', placeholder: '030 98765432' }),
        await branchOf(row),
        input('agent_id', row, read.maybe),
        active(row),
      ],
    }),
    recordEditor({
      ...{ ...shared, path: '/agents', title: t('records.agents'), moreOf: confirmation('/agents') },
      line: (row) => [row.name ?? row.agent_id, `${row.platform} · ${row.agent_id}`],
      fields: async (row) => [
        input('platform', row ?? { platform: 'retell' }, read.text, {
          options: ['retell', 'vapi', 'elevenlabs', 'mcp'].map((name) => [name, name]),
        }),
        input('agent_id', row, read.text),
        await branchOf(row),
        input('name', row, read.maybe),
        input('language', row, read.maybe, { options: [['', t('records.companyLanguage')], ...LANGUAGES] }),
        active(row),
      ],
    }),
    recordEditor({
      ...{ ...shared, path: '/services', title: t('records.services') },
      line: (row) => [row.name, [t('company.minutes', { count: row.duration_minutes }), ...row.synonyms].join(' · ')],
      fields: async (row) => [
        input('name', row, read.text),
        input('synonyms', { synonyms: row?.synonyms?.join(', ') ?? '' }, read.words),
        input('calcom_event_type_id', row, read.number, { inputmode: 'numeric' }),
        ...['duration_minutes', 'buffer_before_minutes', 'buffer_after_minutes', 'minimum_notice_minutes'].map((name) =>
          input(name, row, read.number, { inputmode: 'numeric' }),
        ),
        input('price', row, read.maybeNumber, { inputmode: 'decimal' }),
        input('description', row, read.maybe),
        await branchOf(row, true),
        input('priority', row, read.number, { inputmode: 'numeric' }),
        input('calcom_team_id', row, read.maybeNumber, { inputmode: 'numeric' }),
        input('scheduling_type', row ?? { scheduling_type: 'single' }, read.text, {
          options: ['single', 'roundRobin', 'collective'].map((kind) => [kind, t(`records.scheduling.${kind}`)]),
        }),
        input('seats', row, read.number, { inputmode: 'numeric' }),
        yesNo('requires_confirmation', t('records.requires_confirmation'), row?.requires_confirmation ?? false),
        input('booking_field_defaults', { booking_field_defaults: lines(row?.booking_field_defaults) }, pairs, {
          ...{ type: 'textarea', hint: t('records.booking_field_defaultsHint') },
        }),
        input('host_ids', { host_ids: row?.host_ids?.join(', ') ?? '' }, (value) => read.words(value).map(Number), {
          hint: t('records.host_idsHint'),
        }),
        ...boxes('staff_ids', t('records.staff_ids'), await all('/staff'), row?.staff_ids ?? []),
        ...boxes('branch_ids', t('records.branch_ids'), await all('/branches'), row?.branch_ids ?? []),
        yesNo('phone_only', t('records.phone_only'), row?.phone_only ?? false),
        yesNo('is_default', t('records.is_default'), row?.is_default ?? false),
        active(row),
      ],
    }),
    recordEditor({
      ...{ ...shared, path: '/staff', title: t('records.staff') },
      line: (row) => [row.name, row.email ?? ''],
      fields: async (row) => [
        input('name', row, read.text),
        input('email', row, read.maybe, { type: 'email' }),
        await branchOf(row, true),
        active(row),
      ],
    }),
    recordEditor({
      ...{ ...shared, path: '/host-mappings', title: t('records.mappings') },
      line: (row) => [
        row.calcom_name ?? row.calcom_email ?? String(row.calcom_host_id),
        [String(row.calcom_host_id), row.staff_id === null && t('records.unmapped')].filter(Boolean).join(' · '),
      ],
      fields: async (row) => [
        input('staff_id', row, row === null ? read.text : read.maybe, {
          options: [
            ...(row === null ? [] : [['', t('records.unmapped')]]),
            ...(await all('/staff')).map(({ id, name }) => [id, name]),
          ],
        }),
        input('calcom_host_id', row, read.number, { inputmode: 'numeric', hint: t('records.calcom_host_idHint') }),
        input('team_id', row, read.maybeNumber, { inputmode: 'numeric' }),
        input('calcom_name', row, read.maybe),
        input('calcom_email', row, read.maybe, { type: 'email' }),
        active(row),
      ],
    }),
  ];
}

/** `field=value`, one to a line. */
const lines = (fields = {}) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
const pairs = (text) =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const [name, ...value] = line.split('=');
        return [name.trim(), value.join('=').trim()];
      }),
  );

const spoken = (hours) =>
  WEEKDAYS.filter((weekday) => hours?.[weekday]?.length > 0)
    .map((weekday) => `${t(`records.weekday.${weekday}`).slice(0, 2)} ${spans(hours[weekday])}`)
    .join(' · ');
