import { answer, failure, missing } from '../turn';
import { flag } from './arguments';
import { defineTool } from './define-tool';
import { field } from './fields';

const CONSENT = ['recording_consent', 'einwilligung', 'zustimmung', 'einverstanden', 'agreed', 'answer', 'antwort'];

export const recordConsent = defineTool({
  name: 'record_consent',
  aliases: [],
  effect: 'read',
  changesGateway: true,
  describe: {
    de: 'Vermerkt, ob der Anrufer mit einer Aufzeichnung des Gesprächs einverstanden ist. Sofort nach seiner Antwort aufrufen.',
    en: 'Notes whether the caller agrees to the call being recorded. Call it right after their answer.',
  },
  args: {
    consent: flag('consent', CONSENT, {
      de: 'true, wenn der Anrufer mit der Aufzeichnung einverstanden ist, false, wenn nicht. Bei einer unklaren Antwort noch einmal fragen.',
      en: 'true when the caller agrees to the recording, false when not. Ask again after an unclear answer.',
    }),
  },
  statuses: ['recorded'],
  answer: { consent: field.answerOrNull.describe('What was noted') },
  agent: { variables: { recording_consent: '$.consent' } },
  run: async (turn, { consent }) => {
    const { deps, conversation, phrases } = turn;
    const { callId, companyId, now, memory } = conversation;
    if (consent === undefined) throw missing(turn, 'consent');
    // Without the call there is nothing to note it on, and nothing of it is kept either.
    if (callId === null) return failure('error', phrases.error());
    await conversation.callRecorded();
    if (!(await deps.calls.recordConsent(companyId, callId, consent, now))) return failure('error', phrases.error());
    if (!consent) await deps.stopStoring(companyId, callId);
    memory.greeted = true;
    return answer('recorded', phrases.consentNoted(consent), { consent });
  },
});
