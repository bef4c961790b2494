import fc from 'fast-check';
import { attendeeAddress, CallerAddresses } from '../../src/calcom/attendee-address';
import { bookingBody, cancelBody, fittingMetadata, rescheduleBody } from '../../src/calcom/booking-payload';
import { InvalidInput } from '../../src/errors';
import { tenantId } from '../../src/domain';
import { HAIRCUT } from './wire-server';

describe('the body of a booking', () => {
  test('says the start in UTC without offset, and nothing that is not known', () => {
    expect(bookingBody(HAIRCUT)).toEqual({
      eventTypeId: 1001,
      start: '2027-06-08T08:00:00Z',
      attendee: { name: 'Erika Muster', email: 'erika@example.com', timeZone: 'Europe/Berlin', language: 'de' },
      metadata: { gateway_key: 'k1' },
    });
  });

  test('takes number, custom fields and hosts along', () => {
    const attendee = { ...HAIRCUT.attendee, email: null, phone: '+4915123456789' };
    const body = bookingBody({
      ...HAIRCUT,
      attendee,
      responses: { title: 'Haarschnitt', notes: '' },
      metadata: {},
      hostIds: [501],
    });
    expect(body).toEqual({
      eventTypeId: 1001,
      start: '2027-06-08T08:00:00Z',
      attendee: { name: 'Erika Muster', phoneNumber: '+4915123456789', timeZone: 'Europe/Berlin', language: 'de' },
      bookingFieldsResponses: { title: 'Haarschnitt' },
      rrHostSubsetIds: [501],
    });
  });

  test('holds no null and no empty object, whatever is missing', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5 });
    const request = fc.record({
      responses: fc.dictionary(text, text, { maxKeys: 3 }),
      metadata: fc.dictionary(text, text, { maxKeys: 3 }),
      hostIds: fc.option(fc.array(fc.nat(), { maxLength: 2 }), { nil: undefined }),
      phone: fc.option(fc.constant('+4930901820'), { nil: null }),
    });
    fc.assert(
      fc.property(request, ({ phone, hostIds, ...rest }) => {
        const body = bookingBody({
          ...HAIRCUT,
          ...rest,
          ...(hostIds ? { hostIds } : {}),
          attendee: { ...HAIRCUT.attendee, phone },
        });
        for (const part of [body, body.attendee]) expect(Object.values(part)).not.toContain(null);
        for (const part of [body.bookingFieldsResponses, body.metadata, body.rrHostSubsetIds]) {
          if (part !== undefined) expect(Object.keys(part)).not.toHaveLength(0);
        }
      }),
    );
  });

  test('is refused without a name, and when the attendee can be reached in no way', () => {
    expect(() => bookingBody({ ...HAIRCUT, attendee: { ...HAIRCUT.attendee, name: '  ' } })).toThrow(InvalidInput);
    expect(() => bookingBody({ ...HAIRCUT, attendee: { ...HAIRCUT.attendee, email: null } })).toThrow(InvalidInput);
  });
});

describe('metadata', () => {
  test("always fits Cal.com's limits, and what fits stays as it was", () => {
    const entries = fc.array(
      fc.tuple(fc.string({ minLength: 1, maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 700 })),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(entries, (pairs) => {
        const given = Object.fromEntries(pairs);
        const fitting = fittingMetadata(given);
        expect(Object.keys(fitting).length).toBeLessThanOrEqual(50);
        for (const [key, value] of Object.entries(fitting)) {
          expect(key.length).toBeLessThanOrEqual(40);
          expect(value.length).toBeLessThanOrEqual(500);
        }
        const isFine =
          Object.keys(given).length <= 50 &&
          Object.entries(given).every(([key, value]) => key.length <= 40 && value.length <= 500);
        if (isFine) expect(fitting).toEqual(given);
      }),
    );
  });

  test('marks a text that was cut, and does not cut a character in half', () => {
    expect(fittingMetadata({ note: 'x'.repeat(501) })).toEqual({ note: `${'x'.repeat(497)}...` });
    expect(fittingMetadata({ note: 'x'.repeat(500) })).toEqual({ note: 'x'.repeat(500) });
    expect(fittingMetadata({ note: `${'x'.repeat(496)}${'😀'.repeat(10)}` }).note).toBe(`${'x'.repeat(496)}...`);
  });
});

test('a move says the start and, if known, why; a cancellation always has a reason', () => {
  const startAt = new Date('2027-06-09T08:00:00Z');
  expect(rescheduleBody({ startAt })).toEqual({ start: '2027-06-09T08:00:00Z' });
  expect(rescheduleBody({ startAt, reason: 'ill' })).toEqual({
    start: '2027-06-09T08:00:00Z',
    reschedulingReason: 'ill',
  });
  expect(cancelBody('ill')).toEqual({ cancellationReason: 'ill' });
  expect(cancelBody('  ').cancellationReason).not.toBe('');
});

describe('the address of a caller', () => {
  const SECRET = 'a secret of at least thirty-two letters';
  const make = (company: string, phone: string | null, callId: string | null): string | null =>
    attendeeAddress({ companyId: tenantId(company), phone, callId }, 'Callers.Example', SECRET);

  test('is the same for every call of a number, however it is written, and reveals nothing of it', () => {
    const address = make('c1', '+4915123456789', 'call_1');
    expect(make('c1', '+49 151 23456789', 'call_2')).toBe(address);
    expect(address).toMatch(/^caller-[0-9a-f]{24}@callers\.example$/);
    expect(
      attendeeAddress(
        { companyId: tenantId('c1'), phone: '+4915123456789', callId: null },
        'callers.example',
        'another',
      ),
    ).not.toBe(address);
  });

  test('is never shared by two callers, two companies or two anonymous calls', () => {
    const caller = fc.record({
      company: fc.constantFrom('c1', 'c2', 'c1\nphone:4'),
      phone: fc.option(fc.stringMatching(/^\+49\d{4,9}$/), { nil: null }),
      callId: fc.stringMatching(/^call_[a-z0-9]{1,8}$/),
    });
    fc.assert(
      fc.property(caller, caller, (one, other) => {
        const isSame =
          one.company === other.company &&
          (one.phone !== null || other.phone !== null ? one.phone === other.phone : one.callId === other.callId);
        expect(make(one.company, one.phone, one.callId) === make(other.company, other.phone, other.callId)).toBe(
          isSame,
        );
      }),
    );
  });

  test('is not made up when nothing is known', () => {
    expect(make('c1', null, null)).toBeNull();
    expect(make('c1', '', '')).toBeNull();
  });

  test('is the own one if given, none where the phone is enough, and else a made one', () => {
    const addresses = new CallerAddresses({ domain: 'callers.example', secret: SECRET });
    const caller = { companyId: tenantId('c1'), email: null, phone: '+4915123456789', callId: 'call_1' };
    expect(addresses.addressFor({ ...caller, email: 'erika@example.com' }, { phoneOnly: true })).toBe(
      'erika@example.com',
    );
    expect(addresses.addressFor(caller, { phoneOnly: true })).toBeNull();
    expect(addresses.addressFor(caller, { phoneOnly: false })).toMatch(/^caller-/);
    expect(addresses.addressFor({ ...caller, phone: null }, { phoneOnly: true })).toMatch(/^caller-/);
    expect(addresses.listedAddress(null, '+49 151 23456789')).toBe('4915123456789@sms.cal.com');
    expect(addresses.listedAddress('a@b.example', '+4915123456789')).toBe('a@b.example');
    expect(addresses.listedAddress(null, null)).toBeNull();
  });
});
