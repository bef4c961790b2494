import type { OperatorText } from '../domain';
import { CONNECT_AGENT } from './connect-agent-job';
import { DRIFT, HOURLY_FIGURES, RECONCILE, RECONCILE_FULL, REIMPORT, RETENTION } from './scheduled-jobs';
import { INVALIDATE_CALCOM_CACHE, WARM_CALCOM_CACHE } from './availability-jobs';
import { STOP_STORING } from './stop-storing-job';

/** What each job does, for operators. */
export const JOB_TEXTS: Readonly<Record<string, OperatorText>> = {
  [INVALIDATE_CALCOM_CACHE]: { en: 'Renew times that changed', de: 'Geänderte Zeiten erneuern' },
  [WARM_CALCOM_CACHE]: { en: 'Read times ahead', de: 'Zeiten vorab einlesen' },
  [RECONCILE]: { en: 'Compare recent changes with Cal.com', de: 'Letzte Änderungen mit Cal.com abgleichen' },
  [RECONCILE_FULL]: { en: 'Compare coming appointments with Cal.com', de: 'Kommende Termine mit Cal.com abgleichen' },
  [DRIFT]: { en: 'Check the shape of Cal.com’s answers', de: 'Form der Antworten von Cal.com prüfen' },
  [REIMPORT]: { en: 'Import event types again', de: 'Termintypen neu übernehmen' },
  [HOURLY_FIGURES]: { en: 'Keep the hour’s figures', de: 'Zahlen der Stunde festhalten' },
  [RETENTION]: { en: 'Delete what is too old', de: 'Altes löschen' },
  [CONNECT_AGENT]: { en: 'Set up the voice agent', de: 'Sprachagenten einrichten' },
  [STOP_STORING]: {
    en: 'Tell Retell to stop storing a call',
    de: 'Retell sagen, dass ein Anruf nicht gespeichert wird',
  },
};

/** @param name of a job; one that an older release queued is its own text */
export function jobText(name: string): OperatorText {
  return JOB_TEXTS[name] ?? { en: name, de: name };
}
