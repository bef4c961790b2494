import { t } from '../core/i18n.js';
import { read } from './record-editor.js';

export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'];
const MOST_NUMBERS = 20;

/**
 * Who takes over a call of a branch, as fields of its form: each number with its times, one empty number to add, and the
 * fallback. The fields are called like the API's paths, so that its reasons find them, also behind a number that was
 * taken out.
 */
export function transferFields(rules = { numbers: [], fallback: null }) {
  const numbers = [...rules.numbers, { number: '', hours: null }].slice(0, MOST_NUMBERS);
  /** Of each number that is sent, its place in the form. */
  let sent = [];
  const rulesOf = (values) => {
    const typed = numbers.map((one, i) => numberOf(values, `transfer_rules.numbers.${i}`, one));
    sent = typed.flatMap((one, i) => one.map(() => i));
    return { numbers: typed.flat(), fallback: read.maybe(values['transfer_rules.fallback'] ?? '') };
  };
  return [
    ...numbers.flatMap((one, i) => numberFields(one, i)),
    {
      ...{ name: 'transfer_rules.fallback', label: t('transfer.fallback'), hint: t('transfer.fallbackHint') },
      ...{ value: rules.fallback ?? '', inputmode: 'tel', group: t('transfer.else') },
      read: (_value, values) => rulesOf(values),
      placeOf: (path) => path.replace(/^(transfer_rules\.numbers\.)(\d+)/, (_all, list, i) => list + (sent[i] ?? i)),
    },
  ];
}

function numberFields({ number, hours }, i) {
  const path = `transfer_rules.numbers.${i}`;
  const shared = { group: t('transfer.number', { count: i + 1 }), read: () => undefined };
  return [
    {
      ...{ ...shared, name: `${path}.number`, label: t('records.number'), value: number, inputmode: 'tel' },
      ...{ placeholder: '+493012345678', hint: t('transfer.numberHint') },
    },
    ...WEEKDAYS.map((weekday) => ({
      ...{ ...shared, name: `${path}.hours.${weekday}`, label: t(`records.weekday.${weekday}`) },
      ...{ value: spans(hours?.[weekday]), placeholder: '09:00-18:00' },
    })),
  ];
}

/** Nothing when a number was emptied or none was added; times without a new number are sent, and refused. */
function numberOf(values, path, before) {
  const number = (values[`${path}.number`] ?? '').trim();
  const typed = hoursOf(values, `${path}.hours.`);
  const hasHours = Object.keys(typed).length > 0;
  if (number === '' && (before.number !== '' || !hasHours)) return [];
  // A number may be kept without any hours: it is not rung until some are entered.
  const isPaused = before.hours !== null && openDays(before.hours) === 0;
  return [{ number, hours: hasHours || isPaused ? typed : null }];
}

const openDays = (hours) => WEEKDAYS.filter((weekday) => hours[weekday]?.length > 0).length;

export const spans = (list = []) => list.map(({ open, close }) => `${open}-${close}`).join(', ');

/** A week from seven texts such as `09:00-13:00, 14:00-18:00`; the API says what is wrong with them. */
export function hoursOf(values, prefix) {
  const days = WEEKDAYS.map((weekday) => {
    const parts = read.words((values[`${prefix}${weekday}`] ?? '').replaceAll('–', '-'));
    const list = parts.map((part) => {
      const [open = '', close = ''] = part.split('-').map((text) => text.trim());
      return { open, close };
    });
    return [weekday, list];
  });
  return Object.fromEntries(days.filter(([, list]) => list.length > 0));
}
