import type { Operation } from '../../src/services/booking/ledger';
import { isCancelled, verifyBooking } from '../../src/services/booking/verification';
import type { UpstreamBooking } from '../../src/services/calcom/calcom-ports';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const START = new Date('2026-12-01T09:00:00Z');
const at = (shiftMs: number): Date => new Date(NOW + shiftMs);
const operation = (over: Partial<Operation> = {}): Operation =>
  ({
    kind: 'book',
    gatewayKey: 'gk_1',
    startAt: START,
    createdAt: at(-1000),
    sentAt: at(-900),
    previousUid: null,
    payload: { attendee: { name: 'E', phone: '+49301', email: 'caller-1@x.example' } },
    ...over,
  }) as Operation;
const booking = (over: Partial<UpstreamBooking> = {}): UpstreamBooking =>
  ({
    uid: 'uid1',
    status: 'accepted',
    startAt: START,
    metadata: { gateway_key: 'gk_1' },
    attendees: [{ name: 'E', email: 'Caller-1@x.example', phone: null }],
    createdAt: at(-500),
    saidAt: at(0),
    rescheduledFromUid: null,
    rescheduledToUid: null,
    ...over,
  }) as UpstreamBooking;
const verdict = (op: Partial<Operation>, answer: Partial<UpstreamBooking>): string =>
  verifyBooking(operation(op), booking(answer), 'caller-1@x.example', NOW).kind;

const HOUR = 3_600_000;

test('the asked start with our key, just made, is ours', () => {
  expect(verdict({}, {})).toBe('ours');
});

test.each([-HOUR, HOUR, 12 * HOUR])('a clock of Cal.com’s that is %d ms off does not matter', (skewMs) => {
  expect(verdict({}, { createdAt: at(skewMs - 500), saidAt: at(skewMs) })).toBe('ours');
});

test('a booking that claims to be an hour older than its wish must not stand', () => {
  expect(verdict({}, { createdAt: at(-HOUR) })).toBe('misplaced');
  expect(verdict({}, { createdAt: at(-HOUR), saidAt: null })).toBe('misplaced');
});

test('a second try may bring the first one’s booking back, however much later', () => {
  expect(verdict({ createdAt: at(-HOUR), sentAt: at(-100) }, { createdAt: at(-HOUR + 2000) })).toBe('ours');
});

test('another start must not stand', () => {
  expect(verdict({}, { startAt: new Date('2026-12-01T09:30:00Z') })).toBe('misplaced');
});

test('a booking with another key that was there before belongs to another and is left alone', () => {
  expect(verdict({}, { metadata: { gateway_key: 'gk_2' }, createdAt: at(-5000) })).toBe('not_ours');
  expect(verdict({}, { metadata: {}, createdAt: null })).toBe('not_ours');
});

test('without our key, yet made for our attendee between request and answer, it must not stand', () => {
  expect(verdict({}, { metadata: {} })).toBe('misplaced');
  expect(verdict({}, { metadata: {}, attendees: [{ name: 'X', email: 'x@x.example', phone: null }] })).toBe('not_ours');
});

test('a cancelled one belongs to no request', () => {
  expect(verdict({}, { status: 'cancelled' })).toBe('not_ours');
});

test('a move is known by its chain, whatever key it carries over', () => {
  const moved = { kind: 'move' as const, previousUid: 'old' };
  expect(verdict(moved, { metadata: { gateway_key: 'first' }, rescheduledFromUid: 'old' })).toBe('ours');
  expect(verdict(moved, { metadata: { gateway_key: 'first' }, rescheduledFromUid: 'other' })).toBe('not_ours');
});

test('a cancellation counts only when this very booking is off', () => {
  const cancel = operation({ kind: 'cancel', previousUid: 'uid1' });
  expect(isCancelled(cancel, booking({ status: 'cancelled' }))).toBe(true);
  expect(isCancelled(cancel, booking({ status: 'accepted' }))).toBe(false);
  expect(isCancelled(cancel, booking({ uid: 'uid2', status: 'cancelled' }))).toBe(false);
});
