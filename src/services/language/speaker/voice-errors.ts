import type { ClassifiedError, ErrorCode } from '../../../errors';
import type { Phrases } from '../../voice/phrases';

interface VoiceFailure {
  success: false;
  status: string;
  message: string;
}

type Saying = (say: Phrases) => string;

/** The sentence for each failure. It never quotes the error itself. */
const VOICE: Record<ErrorCode, { status: string; say: Saying }> = {
  invalid_input: { status: 'error', say: (say) => say.error() },
  unauthorised: { status: 'not_allowed', say: (say) => say.notAllowed() },
  forbidden: { status: 'not_allowed', say: (say) => say.notAllowed() },
  not_found: { status: 'not_found', say: (say) => say.appointmentNotFound() },
  conflict: { status: 'error', say: (say) => say.refused() },
  slot_taken: { status: 'slot_taken', say: (say) => say.startGone() },
  rate_limited: { status: 'busy', say: (say) => say.busy() },
  overloaded: { status: 'busy', say: (say) => say.busy() },
  upstream_rejected: { status: 'error', say: (say) => say.refused() },
  upstream_malformed: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  upstream_unavailable: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  upstream_unauthorised: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  outcome_unknown: { status: 'pending_confirmation', say: (say) => say.unsettled() },
  circuit_open: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  deadline_exceeded: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  store_unavailable: { status: 'error', say: (say) => say.unavailableUpstream() },
  internal: { status: 'error', say: (say) => say.error() },
};

/** The voice's counterpart of the HTTP error table: a status for the agent and a sentence for the caller. */
export function toVoice(error: ClassifiedError, phrases: Phrases): VoiceFailure {
  const { status, say } = VOICE[error.code];
  return { success: false, status, message: say(phrases) };
}
