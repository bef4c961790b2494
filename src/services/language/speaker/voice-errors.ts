import type { ClassifiedError, ErrorCode } from '../../../errors';
import type { Language } from '../../../domain';
import type { Phrases } from '../../voice/phrases';

export interface VoiceFailure {
  success: false;
  status: string;
  message: string;
}

type Saying = (say: Phrases) => string;

/** Sentences that need no start or service, because the failure does not know them. */
const TAKEN: Record<Language, string> = {
  de: 'Dieser Termin ist leider nicht mehr frei. Soll ich nach einem anderen suchen?',
  en: 'I am afraid that appointment is no longer free. Shall I look for another one?',
};
const UNSETTLED: Record<Language, string> = {
  de: 'Ihre Anfrage ist unterwegs, die Bestätigung steht aber noch aus. Ich prüfe es gleich noch einmal.',
  en: 'Your request is on its way, but it is not confirmed yet. I will check again in a moment.',
};

/** How each failure is told to a caller. Never a word of the error itself. */
const VOICE: Record<ErrorCode, { status: string; say: Saying }> = {
  invalid_input: { status: 'error', say: (say) => say.error() },
  unauthorised: { status: 'not_allowed', say: (say) => say.notAllowed() },
  forbidden: { status: 'not_allowed', say: (say) => say.notAllowed() },
  not_found: { status: 'not_found', say: (say) => say.appointmentNotFound() },
  unknown_tenant: { status: 'unknown_tenant', say: (say) => say.unknownTenant() },
  conflict: { status: 'error', say: (say) => say.refused() },
  slot_taken: { status: 'slot_taken', say: (say) => TAKEN[say.language] },
  rate_limited: { status: 'busy', say: (say) => say.busy() },
  overloaded: { status: 'busy', say: (say) => say.busy() },
  upstream_rejected: { status: 'error', say: (say) => say.refused() },
  upstream_malformed: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  upstream_unavailable: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  upstream_unauthorised: { status: 'upstream_unavailable', say: (say) => say.unavailableUpstream() },
  outcome_unknown: { status: 'pending_confirmation', say: (say) => UNSETTLED[say.language] },
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
