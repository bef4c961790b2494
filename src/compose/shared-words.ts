import type { OperatorLanguage } from '../domain';
import { JOB_TEXTS } from '../jobs/job-texts';
import { IMPORT_REFUSALS } from '../services/admin/event-type-limits';
import { PROBLEM_WORDS } from '../services/notifications/notification-texts';
import { REASON_TEXTS } from '../services/booking/reason-texts';
import { OUTCOME_TEXTS, UNBOOKED_TEXTS } from '../services/voice/outcome-texts';

const IMPORT_DETAILS = Object.fromEntries(Object.entries(IMPORT_REFUSALS).map(([code, { detail }]) => [code, detail]));

/** Words that the gateway's own messages and its pages have in common, by the pages' group. */
const GROUPS = {
  ...{ reason: REASON_TEXTS, jobName: JOB_TEXTS, importRefusal: IMPORT_DETAILS },
  ...{ sendProblem: PROBLEM_WORDS, outcome: OUTCOME_TEXTS, unbooked: UNBOOKED_TEXTS },
} as const;

/** The words as the pages know them: `reason.slot_taken`. */
export function sharedWords(language: OperatorLanguage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(GROUPS).flatMap(([group, texts]) =>
      Object.entries(texts).map(([code, text]): [string, string] => [`${group}.${code}`, text[language]]),
    ),
  );
}
