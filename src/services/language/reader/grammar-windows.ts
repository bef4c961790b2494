import { dial } from './grammar-clock';
import { factRow, inPart, problem, row } from './facts';
import type { Bound, DayPart, Fact, Finding, RuleRow, Rules, SpokenWindow } from './facts';

const IMPOSSIBLE = problem('time', 'impossible');

const daytimeOf = (found: Finding): DayPart['daytime'] | null => found.senseIfAny('daytime')?.value ?? null;
const wholePart = (found: Finding): DayPart => ({ daytime: found.sense('daytime').value, half: null });

/** "früher Morgen" and "später Abend" have hours of their own; other parts are halved. */
function halfOfPart(found: Finding): DayPart | null {
  const said = (found.senseIfAny('comparative', 'half') ?? found.sense('daytime', 'half')).value;
  const daytime = daytimeOf(found) ?? 'morning';
  if ((said !== 'early' && said !== 'late') || daytime === 'early' || daytime === 'late') return null;
  const isMorning = daytime === 'morning' || daytime === 'long_morning';
  if (isMorning && said === 'early') return { daytime: 'early', half: null };
  return daytime === 'evening' && said === 'late' ? { daytime: 'late', half: null } : { daytime, half: said };
}

const HALF = 'half:comparative|daytime.early|daytime.late';

export const PARTS: RuleRow<'part'>[] = [
  row('daytime', wholePart),
  row('on|in the? morgen', () => ({ daytime: 'morning', half: null })),
  row(`${HALF} on|in|the* daytime`, halfOfPart),
  row(`${HALF} on|in|the* morgen`, halfOfPart),
  row(`daytime ${HALF}`, halfOfPart),
  row('part.middle dash? daytime', wholePart),
];

function clockBound(found: Finding): Bound | 'impossible' {
  const { clock } = found.rule('any_time');
  return clock === 'impossible' ? clock : { at: clock, daytime: daytimeOf(found) };
}

/** After a preposition a figure alone is an hour, so it costs no more than one that is introduced. */
export const BOUNDS: RuleRow<'bound'>[] = [
  row('around|the* <any_time>', clockBound),
  row('around|the* <any_time> on|in|the* daytime', clockBound),
  row('<part_bound>', (found) => found.rule('part_bound')),
];

/** What a span may begin with that no word opens: "10.12 bis zwölf" begins with a date. */
export const SPAN_STARTS: RuleRow<'bound'>[] = [
  row('any_time:<time>', clockBound),
  row('any_time:<time> on|in|the* daytime', clockBound),
  row('any_time:<loose_hour>', clockBound),
  row('any_time:<loose_hour> on|in|the* daytime', clockBound),
  row('<part_bound>', (found) => found.rule('part_bound')),
];

export const PART_BOUNDS: RuleRow<'part_bound'>[] = [
  row('around|on|in|the* <part>', (found) => ({ part: found.rule('part') })),
];

/** A window made of one thing that was said; no hour of any day makes none. */
function windowOf<T extends object>(said: T | 'impossible', windowAt: (said: T) => SpokenWindow): Fact {
  return said === 'impossible' ? IMPOSSIBLE : { is: 'window', window: windowAt(said) };
}

const fromBound = (found: Finding): Fact => windowOf(found.rule('bound'), (bound) => ({ shape: 'from', bound }));
const untilBound = (found: Finding): Fact => windowOf(found.rule('bound'), (bound) => ({ shape: 'until', bound }));
function between(found: Finding): Fact {
  const [from, to] = [found.rule('bound', 'start'), found.rule('bound', 'end')];
  if (from === 'impossible' || to === 'impossible') return IMPOSSIBLE;
  return { is: 'window', window: { shape: 'between', from, to } };
}

const clockFrom = (found: Finding): Fact =>
  windowOf(found.rule('any_time').clock, (at) => ({ shape: 'from', bound: { at, daytime: null } }));
const clockUntil = (found: Finding): Fact =>
  windowOf(found.rule('any_time').clock, (at) => ({ shape: 'until', bound: { at, daytime: null } }));
const shortly = (found: Finding, direction: 'after' | 'before'): Fact =>
  windowOf(found.rule('any_time').clock, (at) => ({ shape: 'shortly', direction, at }));

function clock(time: Rules['time'], introduced: boolean): Fact {
  if (time.clock === 'impossible') return IMPOSSIBLE;
  return { is: 'clock', clock: time.clock, bare: time.bare && !introduced };
}

/** "zehn vor sechs am Abend" */
const clockInPart = (found: Finding, rule: 'time' | 'loose_hour' | 'any_time'): Fact[] => [
  clock(found.rule(rule), true),
  inPart(found.rule('part')),
];

const FROM = 'from|after|limit_from';
const UNTIL = 'until|before|limit_until';
const LINK = 'until|to|dash';

/** What opens a time to one side after it was said: "or later", "onwards", "spätestens". */
function afterTime(pattern: string, build: (found: Finding) => Fact): RuleRow<'fact'>[] {
  return [
    factRow(`around* any_time:<time> ${pattern}`, build),
    factRow(`around around* <any_time> ${pattern}`, build),
    factRow(`any_time:<loose> ${pattern}`, build, 4),
  ];
}

/** Times and wishes for one: "um drei", "ab 16 Uhr", "nicht vor zehn", "zwischen 10 und 12", "kurz nach drei". */
export const TIME_FACTS: RuleRow<'fact'>[] = [
  factRow('<time>', (found) => clock(found.rule('time'), false)),
  factRow('<loose>', (found) => clock(found.rule('loose'), false), 4),
  factRow('around around|the* <any_time>', (found) => clock(found.rule('any_time'), true)),
  factRow('around around|the* dotted', (found) => {
    const hour = dial(found.num('dotted'), 0);
    return hour === 'impossible' ? null : { is: 'clock', clock: hour, bare: false };
  }),
  factRow('<time> on|in|the* <part>', (found) => clockInPart(found, 'time')),
  factRow('<loose_hour> on|in|the* <part>', (found) => clockInPart(found, 'loose_hour'), 4),
  factRow('around around|the* <any_time> on|in|the* <part>', (found) => clockInPart(found, 'any_time')),
  factRow('around|on|in|over|the* <part>', (found) => inPart(found.rule('part'))),
  factRow(`${FROM} from|after|limit_from* <bound> onward|from|on?`, fromBound),
  factRow(`${FROM} <bound> or comparative.late`, fromBound),
  factRow('von <bound> onward|from|on', fromBound),
  factRow(`${UNTIL} until|before|limit_until* <bound>`, untilBound),
  factRow(`${UNTIL} <bound> or comparative.early`, untilBound),
  factRow(
    'before <part_bound>',
    (found) => ({ is: 'window', window: { shape: 'until', bound: found.rule('part_bound'), before: true } }),
    -1,
  ),
  factRow('not before|until|from <bound>', fromBound),
  factRow('not after|past <bound>', untilBound),
  factRow('not comparative.early than <bound>', fromBound),
  factRow('not comparative.late than <bound>', untilBound),
  factRow('comparative.late than <bound>', fromBound),
  factRow('comparative.early than <bound>', untilBound),
  factRow('between start:<bound> and|until|to|dash until? end:<bound>', between),
  factRow(`from|von|limit_from start:<bound> ${LINK} until|limit_until* end:<bound>`, between),
  factRow('between start:<bound> and|until|to|dash end:<bound> around|the* limit_until', between),
  factRow(`from|von|limit_from start:<bound> ${LINK} end:<bound> around|the* limit_until`, between),
  factRow('start:<span_start> until|to until|limit_until* end:<bound>', between, 6),
  factRow('start:<span_start> dash end:<bound>', between, 6),
  factRow('start:<bound> dash end:<bound>', between, 15),
  ...afterTime('or comparative.late', clockFrom),
  ...afterTime('or comparative.early', clockUntil),
  ...afterTime('onward', clockFrom),
  ...afterTime('around|the* limit_from', clockFrom),
  ...afterTime('around|the|limit_until* limit_until', clockUntil),
  factRow(`${UNTIL} <bound> around|the* limit_until`, untilBound),
  factRow(`${FROM} <bound> around|the* limit_from`, fromBound),
  factRow('shortly after|past <any_time>', (found) => shortly(found, 'after')),
  factRow('shortly before <any_time>', (found) => shortly(found, 'before')),
  factRow(
    'after the? work',
    () => ({ is: 'window', window: { shape: 'from', bound: { part: { daytime: 'evening', half: null } } } }),
    -10,
  ),
  factRow(
    'before the? work',
    () => ({ is: 'window', window: { shape: 'until', bound: { part: { daytime: 'early', half: null } } } }),
    -10,
  ),
  factRow('any', () => ({ is: 'any' }), -5),
  factRow('any unit.day', () => ({ is: 'any' })),
  factRow('the? whole unit.day over?', () => ({ is: 'any' })),
  factRow('the? whole', () => ({ is: 'any' }), 5),
  factRow('same', () => ({ is: 'same' })),
  factRow('standard_time', () => ({ is: 'repeated', later: true })),
  factRow('summer_time', () => ({ is: 'repeated', later: false })),
];

/** "zwei Stunden", "einer halben Stunde", "an hour and a half", "anderthalb Stunden": minutes. */
export const AMOUNTS: RuleRow<'amount'>[] = [
  row('article? span', (found) => found.num('span')),
  row('article? half_before|half_past article? unit.hour', () => 30),
  row('article unit.hour', () => 60),
  row('article unit.minute', () => 1),
  row('article? n of? unit.hour', (found) => found.num('n') * 60),
  row('n h', (found) => found.num('n') * 60),
  row('n unit.minute', (found) => found.num('n')),
  row('n unit.hour and? n2:n unit.minute', (found) => found.num('n') * 60 + found.num('n2')),
  row('article unit.hour and article? half_past|half_before', () => 90),
  row('n unit.hour and article? half_past|half_before', (found) => found.num('n') * 60 + 30),
  row('n and article? half_past|half_before unit.hour', (found) => found.num('n') * 60 + 30),
  row('mixed unit.hour', (found) => found.num('mixed') * 60),
];

const ahead = (found: Finding): Fact => ({ is: 'ahead', minutes: found.rule('amount') });

export const AMOUNT_FACTS: RuleRow<'fact'>[] = [
  factRow('in|within around* <amount>', ahead),
  factRow('<amount> from now', ahead),
  factRow('in around* <amount> from now', ahead),
  factRow('now', () => ({ is: 'ahead', minutes: 0 })),
  factRow('for around* <amount>', () => ({ is: 'talk' })),
  factRow('<amount>', () => ({ is: 'talk' }), 4),
  factRow('for? n|article counted', () => ({ is: 'talk' })),
  factRow('with title token', () => ({ is: 'talk' })),
  factRow('with the? unknown', () => ({ is: 'talk' })),
  factRow('correction correction*', () => ({ is: 'correction' })),
  factRow('not', () => ({ is: 'not' }), 25),
  factRow('but', () => ({ is: 'but' }), -10),
  factRow('instead|than', () => ({ is: 'instead' }), 20),
  // "in zwei" without a unit: the rest of it was not heard.
  factRow('in n', () => problem('date', 'unreadable')),
  factRow('each', () => problem('date', 'recurring')),
];
