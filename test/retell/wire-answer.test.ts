import fc from 'fast-check';
import { dispatcherAnswer, flatAnswer } from '../../src/retell/wire-answer';
import { TOOLS } from '../../src/services/voice/tools';

const failure = {
  success: false,
  status: 'error',
  message: 'Da ist leider etwas schiefgegangen.',
  call_id: 'call_abc',
};

describe('answers on the wire', () => {
  test.each(TOOLS)('$name has the same fields whether it succeeds or fails, and no field beyond them', (tool) => {
    const success = {
      ...failure,
      success: true,
      status: 'ok',
      alternatives: [{ date: '2026-11-24' }],
      internal_note: 'x',
    };
    const fields = Object.keys(tool.answer.shape).sort();
    expect(Object.keys(flatAnswer(tool.name, failure)).sort()).toEqual(fields);
    expect(Object.keys(flatAnswer(tool.name, success)).sort()).toEqual(fields);
  });

  test('what is not known is null, an empty list, or false for what has not happened', () => {
    expect(flatAnswer('create_booking', failure)).toMatchObject({
      booked: false,
      appointment_id: null,
      booking_uid: null,
      alternatives: [],
    });
    expect(flatAnswer('check_availability', failure)).toMatchObject({
      available: null,
      available_slots: [],
      missing_fields: [],
      services: [],
    });
  });

  test('objects keep their fields for an unknown caller', () => {
    const answer = flatAnswer('check_customer', { ...failure, customer: { status: 'anonymous', name: null } });
    expect(answer.customer).toEqual({
      status: 'anonymous',
      id: null,
      name: null,
      first_name: null,
      phone: null,
      email: null,
      upcoming_appointments: [],
    });
  });

  test('values given are passed on as they are, false and zero included', () => {
    const answer = flatAnswer('check_availability', {
      ...failure,
      available: false,
      stale: true,
      alternatives: [{ time: '10:00' }],
    });
    expect(answer).toMatchObject({ available: false, stale: true, alternatives: [{ time: '10:00' }] });
    expect(flatAnswer('get_customer_appointments', { ...failure, appointment_count: 0 }).appointment_count).toBe(0);
  });

  test('the dispatcher repeats success, status and message around the flat answer', () => {
    expect(dispatcherAnswer('request_callback', failure)).toEqual({
      ...flatAnswer('request_callback', failure),
      success: false,
      status: 'error',
      message: failure.message,
      data: flatAnswer('request_callback', failure),
      error: failure.message,
    });
    expect(dispatcherAnswer('request_callback', { ...failure, success: true }).error).toBeNull();
  });

  test('no answer is longer than Retell passes on, and what is shortened stays whole JSON with the sentence intact', () => {
    const item = fc.record({ date: fc.string({ maxLength: 40 }), spoken: fc.string({ maxLength: 200 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...TOOLS.map((tool) => tool.name)),
        fc.array(item, { maxLength: 300 }),
        fc.string({ maxLength: 3000 }),
        fc.string({ unit: 'binary', maxLength: 900 }),
        (tool, items, text, message) => {
          const long = {
            ...failure,
            message,
            alternatives: items,
            available_slots: items,
            appointments: items,
            services: items,
            reason: text,
            notes: text,
          };
          const flat = flatAnswer(tool, long);
          const enveloped = dispatcherAnswer(tool, long);
          expect(JSON.stringify(flat).length).toBeLessThanOrEqual(15_000);
          expect(JSON.stringify(enveloped).length).toBeLessThanOrEqual(15_000);
          expect(flat.message).toBe(message);
          expect(enveloped.data.message).toBe(message);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a short answer loses nothing', () => {
    const slots = Array.from({ length: 40 }, (_, index) => `2026-11-24 ${String(index).padStart(2, '0')}:00`);
    expect(flatAnswer('check_availability', { ...failure, available_slots: slots }).available_slots).toEqual(slots);
  });
});
