import { RequestDeadline } from '../../src/infra/deadline';
import { SystemClock } from '../../src/infra/clock';

const deadline = (ms = 60_000): RequestDeadline => new RequestDeadline(new SystemClock(), ms);

test('listeners and holders of the signal are called once, with the reason', () => {
  const limit = deadline();
  const heard: Error[] = [];
  limit.onOver((reason) => heard.push(reason));
  const { signal } = limit;
  limit.abandon();
  limit.abandon();
  expect(heard).toEqual([limit.over]);
  expect(limit.over).toMatchObject({ code: 'deadline_exceeded' });
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toBe(limit.over);
});

test('a signal that is asked for when the time is over is aborted already', () => {
  const limit = deadline();
  limit.abandon();
  expect(limit.signal.aborted).toBe(true);
  expect(limit.signal.reason).toBe(limit.over);
});

test('a removed listener is not called', () => {
  const limit = deadline();
  const heard = jest.fn();
  limit.onOver(heard)();
  limit.abandon();
  expect(heard).not.toHaveBeenCalled();
});

test('the time runs out by itself, and not once the answer was given', () => {
  jest.useFakeTimers();
  try {
    const [late, given] = [deadline(2500), deadline(2500)];
    given.finish();
    jest.advanceTimersByTime(2499);
    expect(late.over).toBeUndefined();
    jest.advanceTimersByTime(1);
    expect(late.over).toMatchObject({ code: 'deadline_exceeded' });
    expect(given.over).toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});
