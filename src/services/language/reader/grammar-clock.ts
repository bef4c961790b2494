import type { SpokenClock } from './clock-reading';
import { row, type Finding, type RuleRow, type Rules, type SaidClock } from './facts';

const FULL_HOUR = 60;
const DIAL = 720;
const DAY = 1440;

type Core = Rules['core'];

export function dial(hour: number, minute: number, written = false): SaidClock {
  if (hour > 23 || minute > 59) return 'impossible';
  if (hour === 0 || hour > 12) return { style: 'day', minutes: hour * FULL_HOUR + minute };
  return { style: written ? 'written' : 'twelve', minutes: (hour % 12) * FULL_HOUR + minute };
}

const said = (clock: SaidClock, bare = false): Core => ({ clock, bare });

function startsWithZero(found: Finding): boolean {
  const text = found.senseIfAny('digits', 'hour')?.text;
  return text?.length === 2 && text.startsWith('0');
}

/** The hour found, moved by minutes: "zehn vor [drei]", "halb [drei]". */
function beside(found: Finding, offsetMinutes: number): Core {
  const { style, minutes } = found.rule('dial_hour');
  const span = style === 'twelve' ? DIAL : DAY;
  return said({ style, minutes: (minutes + offsetMinutes + span) % span });
}

/** "halb vierzehn" is said by no clock. */
const halfBefore = (found: Finding): Core =>
  found.rule('dial_hour').style === 'day' ? said('impossible') : beside(found, -30);

/** Up to 29 minutes before or after an hour, more when they are called minutes. */
function minutesBeside(found: Finding, sign: 1 | -1, offsetMinutes = 0): Core | null {
  const minutes = found.num('n');
  return minutes >= 1 && minutes <= (found.has('unit') ? 59 : 29)
    ? beside(found, sign * minutes + offsetMinutes)
    : null;
}

/** "ten to five" is 4:50, but "seven to nine" is a span unless minutes are named. */
const minutesTo = (found: Finding): Core | null =>
  found.num('n') % 5 === 0 || found.has('unit') ? minutesBeside(found, -1) : null;

function withMinute(found: Finding, minute: number): Core {
  const { hour, written } = found.rule('full_hour');
  return said(dial(hour, minute, written));
}

const hourAndMinute = (found: Finding, minute: number): Core | null =>
  found.num('hour') > 24 ? null : said(dial(found.num('hour'), minute, startsWithZero(found)));

/** "oh five" */
const belowTen = (found: Finding, at: (minute: number) => Core | null): Core | null =>
  found.num('zero') === 0 && found.num('n') < 10 ? at(found.num('n')) : null;

/** "1430", "930" */
function figures(found: Finding): Core {
  const { value, text } = found.sense('digits', 'figures');
  return said(dial(Math.floor(value / 100), value % 100, text.startsWith('0')));
}

/** `14.30`; with one figure after the dot it is no time. */
function pair(found: Finding, accepts: (minute: number) => boolean = () => true): Core | null {
  const { first, second, secondText } = found.sense('pair');
  return secondText.length === 2 && accepts(second) ? said(dial(first, second)) : null;
}

const noon = said({ style: 'day', minutes: DIAL });
const midnight = said({ style: 'day', minutes: 0 });

const HOUR_WORD = 'o_clock|h';

export const DIAL_HOURS: RuleRow<'dial_hour'>[] = [
  row('noon_exact', () => ({ style: 'day', minutes: DIAL })),
  row('midnight', () => ({ style: 'day', minutes: 0 })),
  row('hour o_clock?', (found): SpokenClock | null => {
    const clock = dial(found.num('hour'), 0);
    return clock === 'impossible' ? null : clock;
  }),
];

export const FULL_HOURS: RuleRow<'full_hour'>[] = [
  row(`hour:hour|dotted ${HOUR_WORD}`, (found) => ({
    hour: found.num('hour'),
    written: startsWithZero(found),
  })),
  row('article o_clock', () => ({ hour: 1, written: false })),
];

/** Times of day without anything around them. A minute counted from an hour costs more than a span of hours. */
export const CORES: RuleRow<'core'>[] = [
  row('noon_exact', () => noon),
  row('midnight', () => midnight),
  row('n noon_exact', (found) => (found.num('n') === 12 ? noon : null)),
  row('n midnight', (found) => (found.num('n') === 12 ? midnight : null)),
  row(`clock o_clock|h|unit.hour?`, (found) => {
    const { hour, minute, written } = found.sense('clock');
    return said(dial(hour, minute, written));
  }),
  row(`pair ${HOUR_WORD}`, (found) => pair(found)),
  row('pair', (found) => pair(found, (minute) => minute > 12)),
  row('figures o_clock|h|unit.hour', figures),
  row('hour hundred unit.hour?', (found) => hourAndMinute(found, 0)),
  row('<full_hour>', (found) => withMinute(found, 0)),
  row('<full_hour> and? n unit.minute', (found) => withMinute(found, found.num('n'))),
  row('<full_hour> n', (found) => withMinute(found, found.num('n'))),
  row('<full_hour> zero:oh|n n', (found) => belowTen(found, (minute) => withMinute(found, minute))),
  row('half_before <dial_hour>', halfBefore),
  row('half_past past|after? <dial_hour>', (found) => beside(found, 30)),
  row('article? quarter after|past|over|from <dial_hour>', (found) => beside(found, 15)),
  row('article? quarter before|to|of|until <dial_hour>', (found) => beside(found, -15)),
  row('article? quarter_of_hour <dial_hour>', (found) => beside(found, -45)),
  row('three_quarters <dial_hour>', (found) => beside(found, -15)),
  row('n quarter <dial_hour>', (found) => (found.num('n') === 3 ? beside(found, -15) : null)),
  row('n unit.minute? after|past|over <dial_hour>', (found) => minutesBeside(found, 1), 1),
  row('n unit.minute? before <dial_hour>', (found) => minutesBeside(found, -1), 1),
  row('n unit.minute? to <dial_hour>', minutesTo, 1),
  row('n unit.minute until <dial_hour>', minutesTo, 1),
  row('n until <dial_hour>', (found) => ([5, 20, 25].includes(found.num('n')) ? minutesTo(found) : null), 6),
  row('n after|from half_before <dial_hour>', (found) => minutesBeside(found, 1, -30), 1),
  row('n before half_before <dial_hour>', (found) => minutesBeside(found, -1, -30), 1),
  row('n after|past half_past <dial_hour>', (found) => minutesBeside(found, 1, 30), 1),
  row('n before|to half_past <dial_hour>', (found) => minutesBeside(found, -1, 30), 1),
  row('n after quarter_of_hour <dial_hour>', (found) => minutesBeside(found, 1, -45), 1),
  row('n before quarter_of_hour <dial_hour>', (found) => minutesBeside(found, -1, -45), 1),
  row('n after three_quarters <dial_hour>', (found) => minutesBeside(found, 1, -15), 1),
  row('n before three_quarters <dial_hour>', (found) => minutesBeside(found, -1, -15), 1),
];

/** Figures that may be something else: an hour alone, "15 12", "1430". */
export const LOOSE: RuleRow<'loose'>[] = [
  row('pair', (found) => pair(found)),
  row('<loose_hour>', (found) => found.rule('loose_hour')),
];

export const LOOSE_HOURS: RuleRow<'loose_hour'>[] = [
  row('figures', figures),
  row('hour minute', (found) => (found.num('minute') > 59 ? null : hourAndMinute(found, found.num('minute'))), 1),
  row('hour zero:oh|number n', (found) => belowTen(found, (minute) => hourAndMinute(found, minute))),
  row('hour', (found) => {
    const core = hourAndMinute(found, 0);
    return core && { ...core, bare: true };
  }),
];

function withMeridiem(found: Finding): Core {
  const core = found.ruleIfAny('core') ?? found.rule('loose');
  if (core.clock === 'impossible') return core;
  const meridiem = found.has('meridiem_am') ? 'am' : 'pm';
  return { clock: { ...core.clock, meridiem }, bare: false };
}

export const TIMES: RuleRow<'time'>[] = [
  row('<core>', (found) => found.rule('core')),
  ...['core', 'loose'].flatMap((time) =>
    ['meridiem_am', 'meridiem_pm'].map((meridiem) => row<'time'>(`<${time}> ${meridiem}`, withMeridiem)),
  ),
];

export const ANY_TIMES: RuleRow<'any_time'>[] = [
  row('<time>', (found) => found.rule('time')),
  row('<loose>', (found) => found.rule('loose')),
];
