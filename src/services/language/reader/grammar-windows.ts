import type { SpokenClock } from './clock-reading';
import type { DayPart } from './date-pieces';
import { dial } from './grammar-clock';
import { row, type Bound, type Fact, type RuleRow, type Rules, type SpokenWindow } from './facts';
import type { Found } from './patterns';

const IMPOSSIBLE: Fact[] = [{ is: 'problem', problem: { about: 'time', reason: 'impossible' } }];

const one = (fact: Fact): Fact[] => [fact];

/** "früher Morgen" and "später Abend" have hours of their own; other parts are halved. */
function halved(daytime: DayPart['daytime'], half: 'early' | 'late'): DayPart {
  const isMorning = daytime === 'morning' || daytime === 'long_morning';
  if (isMorning && half === 'early') return { daytime: 'early', half: null };
  return daytime === 'evening' && half === 'late' ? { daytime: 'late', half: null } : { daytime, half };
}

function daytimeOf(found: Found<Rules>): DayPart['daytime'] | null {
  return found.sense('daytime', 'daytime')?.value ?? null;
}

function halfOfPart(found: Found<Rules>): DayPart | null {
  const said = found.sense('half', 'comparative')?.value ?? found.sense('half', 'daytime')?.value;
  const daytime = daytimeOf(found) ?? 'morning';
  if ((said !== 'early' && said !== 'late') || daytime === 'early' || daytime === 'late') return null;
  return halved(daytime, said);
}

const HALF = 'half:comparative|daytime.early|daytime.late';

export const PARTS: RuleRow<'part'>[] = [
  row('daytime', (found) => {
    const daytime = daytimeOf(found);
    return daytime && { daytime, half: null };
  }),
  row('on|in the? morgen', () => ({ daytime: 'morning', half: null })),
  row(`${HALF} on|in|the* daytime`, halfOfPart),
  row(`${HALF} on|in|the* morgen`, halfOfPart),
  row('daytime half:comparative|daytime.early|daytime.late', halfOfPart),
  row('part.middle dash? daytime', (found) => {
    const daytime = daytimeOf(found);
    return daytime && { daytime, half: null };
  }),
];

function clockBound(found: Found<Rules>): Bound | 'impossible' | null {
  const time = found.rule('any_time');
  if (time === null || time.clock === 'impossible') return time && 'impossible';
  const daytime = daytimeOf(found);
  return { at: time.clock, ...(daytime ? { daytime } : {}) };
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
  row('around|on|in|the* <part>', (found) => {
    const part = found.rule('part');
    return part && { part };
  }),
];

function openWindow(found: Found<Rules>, shape: 'from' | 'until', before = false): Fact[] | null {
  const bound = found.rule('bound');
  if (bound === null) return null;
  return bound === 'impossible'
    ? IMPOSSIBLE
    : one({ is: 'window', window: { shape, bound, ...(before ? { before } : {}) } as SpokenWindow });
}

const fromBound = (found: Found<Rules>): Fact[] | null => openWindow(found, 'from');
const untilBound = (found: Found<Rules>): Fact[] | null => openWindow(found, 'until');

function between(found: Found<Rules>): Fact[] | null {
  const [from, to] = [found.rule('bound', 'start'), found.rule('bound', 'end')];
  if (from === null || to === null) return null;
  if (from === 'impossible' || to === 'impossible') return IMPOSSIBLE;
  return one({ is: 'window', window: { shape: 'between', from, to } });
}

function clockWindow(found: Found<Rules>, windowAt: (at: SpokenClock) => SpokenWindow): Fact[] | null {
  const time = found.rule('any_time');
  if (time === null) return null;
  return time.clock === 'impossible' ? IMPOSSIBLE : one({ is: 'window', window: windowAt(time.clock) });
}

const clockFrom = (found: Found<Rules>): Fact[] | null =>
  clockWindow(found, (at) => ({ shape: 'from', bound: { at } }));
const clockUntil = (found: Found<Rules>): Fact[] | null =>
  clockWindow(found, (at) => ({ shape: 'until', bound: { at } }));
const shortly = (found: Found<Rules>, direction: 'after' | 'before'): Fact[] | null =>
  clockWindow(found, (at) => ({ shape: 'shortly', direction, at }));

function clock(time: Rules['time'] | null, introduced: boolean): Fact[] | null {
  if (time === null) return null;
  if (time.clock === 'impossible') return IMPOSSIBLE;
  return one({ is: 'clock', clock: time.clock, bare: time.bare && !introduced });
}

/** "zehn vor sechs am Abend" */
function clockInPart(found: Found<Rules>, time: Rules['time'] | null): Fact[] | null {
  const [facts, part] = [clock(time, true), found.rule('part')];
  return facts && part && [...facts, { is: 'part', part }];
}

const FROM = 'from|after|limit_from';
const UNTIL = 'until|before|limit_until';
const LINK = 'until|to|dash';

/** What opens a time to one side after it was said: "or later", "onwards", "spätestens". */
function afterTime(pattern: string, build: (found: Found<Rules>) => Fact[] | null): RuleRow<'fact'>[] {
  return [
    row(`around* any_time:<time> ${pattern}`, build),
    row(`around around* <any_time> ${pattern}`, build),
    row(`any_time:<loose> ${pattern}`, build, 4),
  ];
}

/** Times and wishes for one: "um drei", "ab 16 Uhr", "nicht vor zehn", "zwischen 10 und 12", "kurz nach drei". */
export const TIME_FACTS: RuleRow<'fact'>[] = [
  row('<time>', (found) => clock(found.rule('time'), false)),
  row('<loose>', (found) => clock(found.rule('loose'), false), 4),
  row('around around|the* <any_time>', (found) => clock(found.rule('any_time'), true)),
  row('around around|the* dotted', (found) => {
    const hour = dial(found.num('dotted'), 0);
    return hour === 'impossible' ? null : one({ is: 'clock', clock: hour, bare: false });
  }),
  row('<time> on|in|the* <part>', (found) => clockInPart(found, found.rule('time'))),
  row('<loose_hour> on|in|the* <part>', (found) => clockInPart(found, found.rule('loose_hour')), 4),
  row('around around|the* <any_time> on|in|the* <part>', (found) => clockInPart(found, found.rule('any_time'))),
  row('around|on|in|over|the* <part>', (found) => {
    const part = found.rule('part');
    return part && one({ is: 'part', part });
  }),
  row(`${FROM} from|after|limit_from* <bound> onward|from|on?`, fromBound),
  row(`${FROM} <bound> or comparative.late`, fromBound),
  row('von <bound> onward|from|on', fromBound),
  row(`${UNTIL} until|before|limit_until* <bound>`, untilBound),
  row(`${UNTIL} <bound> or comparative.early`, untilBound),
  row('before bound:<part_bound>', (found) => openWindow(found, 'until', true), -1),
  row('not before|until|from <bound>', fromBound),
  row('not after|past <bound>', untilBound),
  row('not comparative.early than <bound>', fromBound),
  row('not comparative.late than <bound>', untilBound),
  row('comparative.late than <bound>', fromBound),
  row('comparative.early than <bound>', untilBound),
  row('between start:<bound> and|until|to|dash until? end:<bound>', between),
  row(`from|von|limit_from start:<bound> ${LINK} until|limit_until* end:<bound>`, between),
  row('between start:<bound> and|until|to|dash end:<bound> around|the* limit_until', between),
  row(`from|von|limit_from start:<bound> ${LINK} end:<bound> around|the* limit_until`, between),
  row('start:<span_start> until|to until|limit_until* end:<bound>', between, 6),
  row('start:<span_start> dash end:<bound>', between, 6),
  row('start:<bound> dash end:<bound>', between, 15),
  ...afterTime('or comparative.late', clockFrom),
  ...afterTime('or comparative.early', clockUntil),
  ...afterTime('onward', clockFrom),
  ...afterTime('around|the* limit_from', clockFrom),
  ...afterTime('around|the* limit_until', clockUntil),
  row(`${UNTIL} <bound> around|the* limit_until`, untilBound),
  row(`${FROM} <bound> around|the* limit_from`, fromBound),
  row('shortly after|past <any_time>', (found) => shortly(found, 'after')),
  row('shortly before <any_time>', (found) => shortly(found, 'before')),
  row(
    'after the? work',
    () => one({ is: 'window', window: { shape: 'from', bound: { part: { daytime: 'evening', half: null } } } }),
    -10,
  ),
  row(
    'before the? work',
    () => one({ is: 'window', window: { shape: 'until', bound: { part: { daytime: 'early', half: null } } } }),
    -10,
  ),
  row('any', () => one({ is: 'any' }), -5),
  row('any unit.day', () => one({ is: 'any' })),
  row('the? whole unit.day over?', () => one({ is: 'any' })),
  row('the? whole', () => one({ is: 'any' }), 5),
  row('same', () => one({ is: 'same' })),
  row('standard_time', () => one({ is: 'repeated', later: true })),
  row('summer_time', () => one({ is: 'repeated', later: false })),
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

export const AMOUNT_FACTS: RuleRow<'fact'>[] = [
  row('in|within around* <amount>', (found) => one({ is: 'ahead', minutes: found.rule('amount') ?? 0 })),
  row('<amount> from now', (found) => one({ is: 'ahead', minutes: found.rule('amount') ?? 0 })),
  row('in around* <amount> from now', (found) => one({ is: 'ahead', minutes: found.rule('amount') ?? 0 })),
  row('now', () => one({ is: 'ahead', minutes: 0 })),
  row('for around* <amount>', () => one({ is: 'talk' })),
  row('<amount>', () => one({ is: 'talk' }), 4),
  row('for? n|article counted', () => one({ is: 'talk' })),
  row('with title token', () => one({ is: 'talk' })),
  row('with the? unknown', () => one({ is: 'talk' })),
  row('correction correction*', () => one({ is: 'correction' })),
  row('not', () => one({ is: 'problem', problem: { about: 'date', reason: 'negated' } }), 25),
  // "in zwei" without a unit: the rest of it was not heard.
  row('in n', () => one({ is: 'problem', problem: { about: 'date', reason: 'unreadable' } })),
  row('each', () => one({ is: 'problem', problem: { about: 'date', reason: 'recurring' } })),
];
