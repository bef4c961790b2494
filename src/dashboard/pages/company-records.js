import { api } from '../core/api.js';
import { t } from '../core/i18n.js';
import { editCompany, read, recordEditor, yesNo } from '../components/record-editor.js';
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
      // As text: the dialog opens only when the labels are known.
      ...[
        'calcom_webhook_secret',
        'retell_api_key',
        'vapi_secret',
        'elevenlabs_secret',
        'elevenlabs_webhook_secret',
      ].map((name) =>
        input(name, null, read.text, {
          ...{ type: 'password', autocomplete: 'new-password' },
          hint: row[`has_${name}`] ? t('records.secretSet') : t('field.optional'),
        }),
      ),
    ],
    changed,
  );

/** Everything that belongs to a company, one card for each kind. */
export function companyRecords(company, signal, changed) {
  const shared = { companyId: company.id, signal, changed };
  const branchOptions = async (isOptional) => {
    const { data } = await api.get('/branches', { company_id: company.id, limit: 200 });
    return [...(isOptional ? [['', t('records.anyBranch')]] : []), ...data.map((row) => [row.id, row.name])];
  };
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
      ...{ ...shared, path: '/phone-numbers', title: t('records.numbers') },
      line: (row) => [row.number, row.agent_id ?? ''],
      fields: async (row) => [
        input('number', row, read.text, { inputmode: 'tel', placeholder: '030 98765432' }),
        await branchOf(row),
        input('agent_id', row, read.maybe),
        active(row),
      ],
    }),
    recordEditor({
      ...{ ...shared, path: '/agents', title: t('records.agents') },
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
  ];
}

const spoken = (hours) =>
  WEEKDAYS.filter((weekday) => hours?.[weekday]?.length > 0)
    .map((weekday) => `${t(`records.weekday.${weekday}`).slice(0, 2)} ${spans(hours[weekday])}`)
    .join(' · ');
