import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { tenantId } from '../../src/domain';
import { bounds, isQuiet, itemsForNow, nextTry, reportDay } from '../../src/services/notifications/message-timing';
import { signatureOf, type OutgoingMessage, type SendResult } from '../../src/services/notifications/message-sender';
import type { Receiver, Subject } from '../../src/services/notifications/notification-ports';
import { channelAlertKey, Notifier } from '../../src/services/notifications/notifier';
import { FakeClock } from '../support/fake-clock';
import { MemoryOutbox } from './memory-outbox';

const OURS = tenantId('00000000-0000-4000-8000-000000000001');
const THEIRS = tenantId('00000000-0000-4000-8000-000000000002');
const MINUTE_MS = 60_000;

const clock = new FakeClock();
let outbox: MemoryOutbox;
let sent: { to: string; message: OutgoingMessage }[];
let answer: SendResult;
let canMail: boolean;
let raised: string[];
let settled: string[];
let counted: string[];
let notifier: Notifier;

beforeEach(() => {
  clock.set('2026-11-30T12:00:00Z');
  outbox = new MemoryOutbox();
  [sent, raised, settled, counted, canMail, answer] = [[], [], [], [], true, { problem: null, status: 200 }];
  notifier = another();
});

function another(): Notifier {
  return new Notifier({
    store: outbox,
    sender: {
      get canMail() {
        return canMail;
      },
      send: async (target, message) => {
        sent.push({ to: target.id, message });
        return answer;
      },
    },
    alerts: {
      raise: (text, key) => void raised.push(`${text.kind} ${key}`),
      settle: (keys) => void settled.push(...keys),
    },
    metrics: { count: (_name, labels) => void counted.push(String(labels?.result)) },
    clock,
    timeZone: 'Europe/Berlin',
  });
}

const channel = (given: Partial<Receiver> = {}): Receiver => {
  const made: Receiver = {
    ...{
      id: `c${outbox.channels.length}`,
      kind: 'webhook',
      address: 'https://example.org',
      secretCiphertext: 'sealed',
    },
    ...{ companyId: OURS, companyName: 'Salon', userId: null, language: 'de', timeZone: 'Europe/Berlin' },
    ...{ events: ['alerts', 'new_callbacks'], quietFrom: null, quietTo: null, urgentAlways: true, dailyAt: '07:00' },
    since: new Date('2026-11-30T00:00:00Z'),
    ...given,
  };
  outbox.channels.push(made);
  return made;
};
const happens = (id: string, given: Partial<Subject> = {}): void =>
  void outbox.subjects.push({
    event: 'alerts',
    id,
    key: id,
    companyId: OURS,
    isUrgent: false,
    at: clock.now(),
    ...given,
  });
/** Passes every few seconds for that long, as the gateway makes them. */
const goOn = async (minutes: number, stepMs = 15_000): Promise<void> => {
  for (let left = minutes * MINUTE_MS; left >= 0; left -= stepMs) {
    await notifier.look();
    clock.set(new Date(clock.nowMs() + stepMs).toISOString());
  }
};
const named = (): string[][] => sent.map(({ message }) => message.content.lines.map(({ text }) => text));

describe('gathering', () => {
  test('what comes at the same time is one message, and what comes at once after it waits for a minute', async () => {
    channel();
    for (let one = 0; one < 30; one++) happens(`first ${one}`);
    await goOn(0.5);
    happens('second');
    await goOn(0.25);
    expect(sent.map(({ message }) => message.content.facts)).toEqual([{ events: Array(30).fill(expect.anything()) }]);
    expect(sent[0]!.message.content).toMatchObject({ lines: { length: 20 }, end: 'Dazu kommen 10 weitere Meldungen.' });
    await goOn(1);
    expect(named().slice(1)).toEqual([['second']]);
  });

  test('an alert that stays open, or comes and goes within the hour, is notified once', async () => {
    channel();
    happens('flap 1', { key: 'flapping' });
    await goOn(5);
    outbox.subjects = [];
    happens('flap 2', { key: 'flapping' });
    await goOn(20);
    expect(named()).toEqual([['flap 1']]);
    // Still open after the hour: it is not forgotten.
    await goOn(60);
    expect(named()).toEqual([['flap 1'], ['flap 2']]);
  });

  test('an alert that was over at once is not notified, and the same one that stays later is', async () => {
    channel();
    happens('blink', { key: 'same' });
    await notifier.look();
    outbox.subjects = [];
    outbox.passed = ['blink'];
    await goOn(2);
    expect(sent).toEqual([]);
    happens('stays', { key: 'same' });
    await goOn(1);
    expect(named()).toEqual([['stays']]);
    expect(counted).toEqual(['sent']);
  });

  test('a channel gets its own company’s things that it asked for, from the day it was set up', async () => {
    channel();
    channel({ companyId: THEIRS });
    channel({ companyId: null, companyName: null, timeZone: null, events: ['alerts', 'reviews'] });
    happens('ours');
    happens('old', { at: new Date('2026-11-29T12:00:00Z') });
    happens('review', { event: 'reviews' });
    happens('of no company', { companyId: null });
    await goOn(1);
    expect(Object.fromEntries(sent.map(({ to }, index) => [to, named()[index]]))).toEqual({
      c0: ['ours'],
      c2: ['ours', 'of no company'],
    });
  });

  test('what was committed late, or while no process ran, is found', async () => {
    channel();
    await goOn(1);
    happens('late', { at: new Date(clock.nowMs() - MINUTE_MS) });
    await goOn(1);
    expect(named()).toEqual([['late']]);
    happens('missed', { at: new Date(clock.nowMs() - 60 * MINUTE_MS) });
    notifier = another();
    await goOn(1);
    expect(named()).toEqual([['late'], ['missed']]);
  });
});

describe('quiet hours', () => {
  test('hold things until they end, and then they are one message; urgent ones go out as the channel wants', async () => {
    clock.set('2026-11-30T20:00:00Z');
    channel({ quietFrom: '21:00', quietTo: '07:00' });
    channel({ quietFrom: '21:00', quietTo: '07:00', urgentAlways: false });
    happens('a');
    happens('urgent', { isUrgent: true });
    await goOn(60);
    happens('b');
    await goOn(9 * 60 - 2, 5 * MINUTE_MS);
    expect(sent.map(({ to }, index) => [to, named()[index]])).toEqual([['c0', ['urgent']]]);
    await goOn(10, MINUTE_MS);
    expect(clock.now().toISOString()).toMatch(/^2026-12-01T06/);
    expect(sent.slice(1).map(({ to }, index) => [to, named()[index + 1]])).toEqual([
      ['c0', ['a', 'b']],
      ['c1', ['a', 'urgent', 'b']],
    ]);
  });

  test('may go over midnight, and a clock that is put back does not matter', () => {
    const night = { quietFrom: '22:00', quietTo: '06:00' };
    const quiet = (at: string): boolean => isQuiet(night, new Date(at), 'Europe/Berlin');
    expect(['2026-07-01T20:00:00Z', '2026-07-01T03:59:00Z', '2026-10-25T01:30:00Z'].map(quiet)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['2026-07-01T19:59:00Z', '2026-07-01T04:00:00Z', '2026-10-25T05:00:00Z'].map(quiet)).toEqual([
      false,
      false,
      false,
    ]);
  });

  const clockTime = fc
    .integer({ min: 0, max: 1439 })
    .map((all) => `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`);
  const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });

  test('no message that may wait is formed or tried again within them', () => {
    fc.assert(
      fc.property(
        clockTime,
        clockTime,
        instant,
        fc.integer({ min: 1, max: 5 }),
        (quietFrom, quietTo, now, attempts) => {
          fc.pre(quietFrom !== quietTo);
          const receiver = { quietFrom, quietTo, urgentAlways: true };
          const next = nextTry(receiver, { attempts, kind: 'events', isUrgent: false }, now, 'Europe/Berlin')!;
          expect(next > now && !isQuiet(receiver, next, 'Europe/Berlin')).toBe(true);
          const item = {
            id: 'i',
            channelId: 'c',
            event: 'alerts',
            subjectId: 's',
            isUrgent: false,
            createdAt: new Date(0),
          } as const;
          const formed = itemsForNow(receiver, [item], null, now, 'Europe/Berlin');
          expect(formed.length === 0).toBe(isQuiet(receiver, now, 'Europe/Berlin'));
        },
      ),
    );
  });
});

describe('delivery', () => {
  test('tries again under the same id, ever later, and gives up with an alert that is not sent to the same channel', async () => {
    channel();
    happens('a');
    answer = { problem: 'refused', status: 500, said: null };
    await goOn(7 * 60);
    expect(sent).toHaveLength(6);
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    expect(outbox.messages).toEqual([expect.objectContaining({ status: 'failed', attempts: 6, problem: 'refused' })]);
    expect(raised).toEqual([`notification_failed ${channelAlertKey('c0')}`]);
    answer = { problem: null, status: 200 };
    happens('of itself', { key: channelAlertKey('c0') });
    happens('b');
    await goOn(1);
    expect(named().at(-1)).toEqual(['b']);
    expect(settled).toEqual([channelAlertKey('c0')]);
  });

  test('while a message does not get through, what comes meanwhile gathers behind it', async () => {
    channel();
    answer = { problem: 'timed_out', status: null, said: null };
    happens('a');
    await goOn(1);
    for (let one = 0; one < 10; one++) {
      happens(`later ${one}`);
      await goOn(1);
    }
    expect(outbox.messages).toHaveLength(1);
    answer = { problem: null, status: 200 };
    await goOn(70);
    expect(outbox.messages).toHaveLength(2);
    expect(named().at(-1)).toHaveLength(10);
  });

  test('a process that dies while it sends leaves the message to another one, under the same id', async () => {
    channel();
    happens('a');
    await goOn(0);
    clock.set(new Date(clock.nowMs() + MINUTE_MS).toISOString());
    const dying = jest.spyOn(outbox, 'sent').mockRejectedValueOnce(new Error('killed'));
    await expect(notifier.look()).rejects.toThrow('killed');
    dying.mockRestore();
    notifier = another();
    await notifier.look();
    expect(sent).toHaveLength(1);
    await goOn(2);
    expect(sent).toHaveLength(2);
    expect(sent[0]!.message.id).toBe(sent[1]!.message.id);
  });

  test('mail waits, and is not attempted, until a mail server is set up', async () => {
    canMail = false;
    channel({ kind: 'email', secretCiphertext: null });
    happens('a');
    await goOn(10);
    expect([sent, outbox.messages]).toEqual([[], []]);
    canMail = true;
    await goOn(1);
    expect(named()).toEqual([['a']]);
  });
});

describe('the daily report', () => {
  test('comes once a day at its time, about the day before, and quiet hours do not hold it', async () => {
    const quiet = { quietFrom: '20:00', quietTo: '08:00', since: clock.now() };
    channel({ events: ['daily_report'], dailyAt: '06:30', ...quiet });
    await goOn(3 * 24 * 60, 10 * MINUTE_MS);
    expect(outbox.messages.map(({ day, createdAt }) => [day, createdAt.toISOString()])).toEqual([
      ['2026-11-30', '2026-12-01T05:30:00.000Z'],
      ['2026-12-01', '2026-12-02T05:30:00.000Z'],
      ['2026-12-02', '2026-12-03T05:30:00.000Z'],
    ]);
    const { content } = sent[0]!.message;
    expect(content.subject).toBe('Salon: Ihr Tag, Montag, 30. November');
    expect(content.lines.map(({ text }) => text)).toContain('Wert der Buchungen: 1.234,50\u00a0€');
    expect(content.end).toBe('Es gab keine Störungen.');
  });

  test.each([
    ['a day of 25 hours', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['a day of 23 hours', '2027-03-28', '2027-03-27T23:00:00.000Z', '2027-03-28T22:00:00.000Z'],
  ])('is about %s as well', (_what, day, from, to) => {
    expect(bounds(day, 'Europe/Berlin')).toEqual({ from: new Date(from), to: new Date(to) });
  });

  test('begins on the day after a channel was set up, unless its time is still to come', () => {
    const on = (since: string, now: string): string | null =>
      reportDay({ dailyAt: '07:00', since: new Date(since) }, new Date(now), 'Europe/Berlin');
    expect(on('2026-11-30T05:00:00Z', '2026-11-30T06:30:00Z')).toBe('2026-11-29');
    expect(on('2026-11-30T07:00:00Z', '2026-11-30T09:00:00Z')).toBeNull();
    expect(on('2026-11-30T07:00:00Z', '2026-12-01T05:59:00Z')).toBeNull();
    expect(on('2026-11-30T07:00:00Z', '2026-12-01T06:00:00Z')).toBe('2026-11-30');
  });
});

test('the check of signatures in docs/operating.md takes a real signature, and no other, old or changed one', () => {
  const page = readFileSync(path.join(__dirname, '../../docs/operating.md'), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(page)!;
  type Check = (header: string | undefined, body: Buffer, secret: string) => boolean;
  const check = runInNewContext(`${code}; isFromGateway`, { require, Buffer }) as Check;
  const body = Buffer.from('{"text":"Färben"}');
  const seconds = Math.floor(Date.now() / 1000);
  const signed = (at: number): string => signatureOf('the secret', body.toString('utf8'), at);
  expect(check(signed(seconds), body, 'the secret')).toBe(true);
  expect(check(signed(seconds), body, 'another one')).toBe(false);
  expect(check(signed(seconds), Buffer.from('{}'), 'the secret')).toBe(false);
  expect(check(signed(seconds - 400), body, 'the secret')).toBe(false);
  expect(check(undefined, body, 'the secret')).toBe(false);
});
