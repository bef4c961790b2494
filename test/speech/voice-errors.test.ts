import {
  CircuitOpen,
  classify,
  Conflict,
  DeadlineExceeded,
  Forbidden,
  type GatewayError,
  Internal,
  InvalidInput,
  NotFound,
  OutcomeUnknown,
  Overloaded,
  RateLimited,
  SlotTaken,
  StoreUnavailable,
  Unauthorised,
  UpstreamMalformed,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../../src/errors';
import { LANGUAGES } from '../../src/services/language/languages';
import { toVoice } from '../../src/services/language/speaker/voice-errors';

const SECRET = 'sk-live-1234 at /srv/gateway/x.ts:17';
const failures: [GatewayError, string][] = [
  [new InvalidInput(SECRET), 'error'],
  [new Unauthorised(SECRET), 'not_allowed'],
  [new Forbidden(SECRET), 'not_allowed'],
  [new NotFound(SECRET), 'not_found'],
  [new Conflict(SECRET), 'error'],
  [new SlotTaken(SECRET), 'slot_taken'],
  [new RateLimited(1000), 'busy'],
  [new UpstreamThrottled(1000), 'busy'],
  [new Overloaded(), 'busy'],
  [new UpstreamRejected(400, 'validation', SECRET), 'error'],
  [new UpstreamMalformed(SECRET), 'upstream_unavailable'],
  [new UpstreamUnavailable(SECRET, false), 'upstream_unavailable'],
  [new UpstreamUnauthorised(401), 'upstream_unavailable'],
  [new OutcomeUnknown(SECRET), 'pending_confirmation'],
  [new CircuitOpen(1000), 'upstream_unavailable'],
  [new DeadlineExceeded(SECRET), 'upstream_unavailable'],
  [new StoreUnavailable(SECRET), 'error'],
  [new Internal(new Error(SECRET)), 'error'],
];

describe.each(['de', 'en'] as const)('failures told to a caller (%s)', (language) => {
  test.each(failures.map(([error, status]) => ({ code: error.name, error, status })))(
    '$code is $status and a sentence without a word of the error',
    ({ error, status }) => {
      const told = toVoice(classify(error), LANGUAGES[language].phrases);
      expect(told).toMatchObject({ success: false, status });
      expect(told.message).toMatch(/^\p{Lu}.+[.?]$/u);
      expect(told.message).not.toMatch(/[\n{}<>]|sk-live|Cal\.com|Error|\d/);
      expect(told.message).not.toMatch(/gebucht|\bbooked\b/i);
      expect(told.message).not.toContain(error.publicMessage);
    },
  );

  test('anything thrown is answered as a failure of ours', () => {
    expect(toVoice(classify(new TypeError(SECRET)), LANGUAGES[language].phrases).status).toBe('error');
    expect(toVoice(classify('text'), LANGUAGES[language].phrases).status).toBe('error');
  });
});
