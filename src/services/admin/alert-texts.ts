import type { OperatorText, PhoneObstacle, Severity } from '../../domain';
import type { OperationKind } from '../booking/ledger';
import { reasonText } from '../booking/reason-texts';
import { IMPORT_REFUSALS, OBSTACLE_TEXTS, type ImportRefusal } from './event-type-limits';
import type { ChannelKind, SendProblem } from '../notifications/notification-ports';
import { CHANNEL_WORDS, PROBLEM_WORDS } from '../notifications/notification-texts';
import { SETUP_FAULT_TEXTS, type SetupFault } from '../calcom/setup-fault-texts';

/** What an alert of any kind says to operators. */
export interface AlertText {
  kind: string;
  severity: Severity;
  /** Recorded every time, because each time names another operation or call. */
  isEach: boolean;
  message: OperatorText;
  todo: OperatorText;
}

/** One kind; its texts are made of what the alert is about. */
function alert<Name extends string, Facts>(
  kind: Name,
  severity: Severity,
  texts: (facts: Facts) => { message: OperatorText; todo: OperatorText },
  isEach = false,
): (facts: Facts) => AlertText {
  return (facts) => ({ kind, severity, isEach, ...texts(facts) });
}

/** A key of Cal.com and its companies; null where there is only one key. */
const ofKey = (keyNames: string | null): OperatorText =>
  keyNames === null ? { en: '', de: '' } : { en: ` Key ${keyNames}.`, de: ` Schlüssel ${keyNames}.` };

const CALL_BACK: OperatorText = {
  en: 'The caller was told that it is being confirmed: call back. The callback is on the list.',
  de: 'Dem Anrufer wurde gesagt, dass es bestätigt wird: Bitte rufen Sie zurück. Der Rückruf steht auf der Liste.',
};

const DONE: Record<OperationKind, OperatorText> = {
  book: { en: 'A booking that was promised did not happen', de: 'Eine zugesagte Buchung ist nicht zustande gekommen' },
  move: {
    en: 'A move that was promised did not happen',
    de: 'Eine zugesagte Verschiebung ist nicht zustande gekommen',
  },
  cancel: {
    en: 'A cancellation that was promised did not happen',
    de: 'Eine zugesagte Absage ist nicht zustande gekommen',
  },
  absence: {
    en: 'Cal.com did not take over that a customer did not come',
    de: 'Cal.com hat nicht übernommen, dass ein Kunde nicht gekommen ist',
  },
};

/** Every kind of alert there is, in both languages. */
export const ALERTS = {
  budget: alert('budget', 'warning', (of: { used: number; limit: number; keyNames: string | null }) => ({
    message: {
      en: `${of.used} of ${of.limit} requests to Cal.com in the last minute.${ofKey(of.keyNames).en}`,
      de: `${of.used} von ${of.limit} Anfragen an Cal.com in der letzten Minute.${ofKey(of.keyNames).de}`,
    },
    todo: {
      en: 'If this lasts: have the limit raised at Cal.com, or give busy companies a key of their own.',
      de: 'Falls es so bleibt: Bitte lassen Sie das Limit bei Cal.com erhöhen, oder geben Sie stark gefragten Betrieben einen eigenen Schlüssel.',
    },
  })),
  circuit_open: alert('circuit_open', 'critical', (of: { service: string; keyNames: string | null }) => ({
    message: {
      en: `Cal.com is not being asked: ${of.service} is open.${ofKey(of.keyNames).en}`,
      de: `Cal.com wird nicht gefragt: ${of.service} ist offen.${ofKey(of.keyNames).de}`,
    },
    todo: {
      en: 'Cal.com failed several times in a row; it is asked again by itself. See status.cal.com and the trace of the last calls.',
      de: 'Cal.com ist mehrmals nacheinander ausgefallen und wird von selbst wieder gefragt. Bitte sehen Sie auf status.cal.com und im Verlauf der letzten Anrufe nach.',
    },
  })),
  slow_upstream: alert('slow_upstream', 'warning', (of: { endpoint: string; p95Ms: number }) => ({
    message: {
      en: `Cal.com takes ${of.p95Ms} ms for ${of.endpoint} (p95 of its last answers).`,
      de: `Cal.com braucht ${of.p95Ms} ms für ${of.endpoint} (95 % der letzten Antworten sind schneller).`,
    },
    todo: {
      en: 'Callers hear older availability meanwhile. See status.cal.com; on a Cal.com of your own, look at its load.',
      de: 'Anrufer hören solange ältere Auskünfte. Bitte sehen Sie auf status.cal.com nach, bei einem eigenen Cal.com nach dessen Last.',
    },
  })),
  stale: alert('stale', 'warning', (_of: object) => ({
    message: {
      en: 'For five minutes more than half of the availability given to callers has been older than it should be.',
      de: 'Seit fünf Minuten ist mehr als die Hälfte der Auskünfte über freie Termine älter als vorgesehen.',
    },
    todo: {
      en: 'Bookings are checked by Cal.com all the same. Look at the budget and at how fast Cal.com answers.',
      de: 'Buchungen prüft Cal.com trotzdem. Bitte sehen Sie nach dem Budget und danach, wie schnell Cal.com antwortet.',
    },
  })),
  calcom_drift: alert('calcom_drift', 'warning', (of: { found: string[] }) => ({
    message: {
      en: `Cal.com answers in another shape than expected: ${of.found.join('; ')}.`,
      de: `Cal.com antwortet in anderer Form als erwartet: ${of.found.join('; ')}.`,
    },
    todo: {
      en: 'Compare this Cal.com with the expected answers, and close the alert once the difference is understood.',
      de: 'Bitte vergleichen Sie dieses Cal.com mit den erwarteten Antworten, und schließen Sie die Meldung, wenn der Unterschied verstanden ist.',
    },
  })),
  unknown_refusal: alert('unknown_refusal', 'info', (of: { words: string }) => ({
    message: { en: of.words, de: of.words },
    todo: {
      en: 'Cal.com said this when it refused a request. Report the words, so that callers can be told why.',
      de: 'So hat Cal.com eine Anfrage abgelehnt. Bitte melden Sie den Wortlaut, damit Anrufer den Grund hören können.',
    },
  })),
  dead_job: alert('dead_job', 'critical', (of: { job: OperatorText; error: string }) => ({
    message: {
      en: `“${of.job.en}” has failed for good: ${of.error}`,
      de: `„${of.job.de}“ ist endgültig fehlgeschlagen: ${of.error}`,
    },
    todo: {
      en: 'Fix the cause, then start the job again on the page “Background jobs”.',
      de: 'Bitte beheben Sie die Ursache, und starten Sie die Aufgabe dann auf der Seite „Hintergrundaufgaben“ neu.',
    },
  })),
  booking_not_settled: alert('booking_not_settled', 'critical', (of: { kind: OperationKind; reason: string }) => ({
    message: {
      en: `${DONE[of.kind].en}: ${reasonText(of.reason).en}.`,
      de: `${DONE[of.kind].de}: ${reasonText(of.reason).de}.`,
    },
    todo:
      of.kind === 'absence'
        ? { en: 'Mark it once more in the calendar.', de: 'Bitte vermerken Sie es im Kalender noch einmal.' }
        : CALL_BACK,
  })),
  reconcile_difference: alert('reconcile_difference', 'critical', (of: { missing: number }) => ({
    message: {
      en: `${of.missing} appointments are missing at Cal.com.`,
      de: `${of.missing} Termine fehlen bei Cal.com.`,
    },
    todo: {
      en: 'Look at the appointments that wait for a review, and call the customers or enter them again.',
      de: 'Bitte sehen Sie die Termine durch, die auf Prüfung warten, und rufen Sie die Kunden an oder tragen Sie die Termine neu ein.',
    },
  })),
  spoken_confirmation_without_booking: alert('spoken_confirmation_without_booking', 'critical', (_of: object) => ({
    message: {
      en: 'The agent confirmed a booking that does not exist.',
      de: 'Der Agent hat einen Termin zugesagt, den es nicht gibt.',
    },
    todo: {
      en: 'Call the customer back, and read the call: the agent must say “booked” only when booked is true.',
      de: 'Bitte rufen Sie den Kunden zurück, und lesen Sie das Gespräch nach: Der Agent darf „gebucht“ nur sagen, wenn booked true ist.',
    },
  })),
  disclosure_missing: alert(
    'disclosure_missing',
    'warning',
    (of: { agentId: string | null; version: string | null }) => ({
      message: {
        en: `${of.agentId === null ? 'The agent' : `Agent ${of.agentId}`}${of.version === null ? '' : `, version ${of.version},`} did not say at the beginning of a call that an AI answers.`,
        de: `${of.agentId === null ? 'Der Agent' : `Agent ${of.agentId}`}${of.version === null ? '' : `, Version ${of.version},`} hat zu Beginn eines Anrufs nicht gesagt, dass eine KI antwortet.`,
      },
      todo: {
        en: 'Let the agent begin with {{greeting}}, and publish it. Listen to the beginning of the next call.',
        de: 'Bitte lassen Sie den Agenten mit {{greeting}} beginnen, und veröffentlichen Sie ihn. Hören Sie sich danach den Anfang eines Anrufs an.',
      },
    }),
  ),
  callback_overdue: alert(
    'callback_overdue',
    'warning',
    (of: { branchName: string; dueAt: Date; timeZone: string }) => {
      const due = (locale: string): string =>
        of.dueAt.toLocaleString(locale, { timeZone: of.timeZone, dateStyle: 'medium', timeStyle: 'short' });
      return {
        message: {
          en: `${of.branchName}: a caller was to be rung back by ${due('en-GB')} and is still waiting.`,
          de: `${of.branchName}: Ein Anrufer sollte bis ${due('de-DE')} zurückgerufen werden und wartet noch.`,
        },
        todo: {
          en: 'Ring back, and mark it as done on the page of callbacks.',
          de: 'Bitte rufen Sie zurück, und vermerken Sie es auf der Seite der Rückrufe.',
        },
      };
    },
  ),
  notification_failed: alert(
    'notification_failed',
    'warning',
    ({ kind, problem }: { kind: ChannelKind; problem: SendProblem }) => ({
      message: {
        en: `Notifications ${CHANNEL_WORDS[kind].en} do not arrive: ${PROBLEM_WORDS[problem].en}.`,
        de: `Benachrichtigungen ${CHANNEL_WORDS[kind].de} kommen nicht an: ${PROBLEM_WORDS[problem].de}.`,
      },
      todo: {
        en: 'Check the address on the page of notifications, and send a test message.',
        de: 'Bitte prüfen Sie die Adresse auf der Seite der Benachrichtigungen, und senden Sie eine Testnachricht.',
      },
    }),
  ),
  token_expiring: alert('token_expiring', 'warning', (of: { name: string; day: string }) => ({
    message: {
      en: `The token "${of.name}" expires on ${of.day}.`,
      de: `Das Token „${of.name}“ läuft am ${of.day} ab.`,
    },
    todo: {
      en: 'Make a new one and give it to the program that uses it.',
      de: 'Bitte legen Sie ein neues an, und hinterlegen Sie es bei dem Programm, das es benutzt.',
    },
  })),
  holidays_end: alert('holidays_end', 'warning', (of: { until: number }) => ({
    message: {
      en: `The public holidays that move with Easter are entered up to ${of.until} only. After that appointments are offered on them.`,
      de: `Die Feiertage, die mit Ostern wandern, sind nur bis ${of.until} eingetragen. Danach werden an ihnen Termine angeboten.`,
    },
    todo: {
      en: 'Take over the next years’ public holidays on the company’s page.',
      de: 'Bitte übernehmen Sie auf der Seite des Betriebs die gesetzlichen Feiertage der nächsten Jahre.',
    },
  })),
  calcom_setup: alert('calcom_setup', 'critical', setupTexts, true),
  no_openings: alert('no_openings', 'warning', setupTexts, true),
  event_type_gone: alert('event_type_gone', 'critical', (of: { title: string; id: number; reason: ImportRefusal }) => ({
    message: {
      en: `“${of.title}” (event type ${of.id}) can no longer be booked: ${IMPORT_REFUSALS[of.reason].why.en}.`,
      de: `„${of.title}“ (Termintyp ${of.id}) ist nicht mehr buchbar: ${IMPORT_REFUSALS[of.reason].why.de}.`,
    },
    todo: {
      en: 'Choose another event type for the service, or leave it switched off.',
      de: 'Bitte wählen Sie für die Leistung einen anderen Termintyp, oder lassen Sie sie abgeschaltet.',
    },
  })),
  event_types_changed: alert('event_types_changed', 'warning', (of: { names: string[]; more: boolean }) => ({
    message: {
      en: `Changed at Cal.com and taken over: ${of.names.join(', ')}${of.more ? ', …' : ''}.`,
      de: `Bei Cal.com geändert und übernommen: ${of.names.join(', ')}${of.more ? ', …' : ''}.`,
    },
    todo: {
      en: 'Look whether the change was meant, and close the alert.',
      de: 'Bitte prüfen Sie, ob die Änderung gewollt war, und schließen Sie die Meldung.',
    },
  })),
  event_type_obstacle: alert(
    'event_type_obstacle',
    'warning',
    (of: { title: string; id: number; obstacles: readonly PhoneObstacle[] }) => {
      const texts = of.obstacles.map((obstacle) => OBSTACLE_TEXTS[obstacle]);
      return {
        message: {
          en: `“${of.title}” (${of.id}): ${texts.map(({ what }) => `${what.en}.`).join(' ')}`,
          de: `„${of.title}“ (${of.id}): ${texts.map(({ what }) => `${what.de}.`).join(' ')}`,
        },
        todo: { en: texts.map(({ todo }) => todo.en).join(' '), de: texts.map(({ todo }) => todo.de).join(' ') },
      };
    },
  ),
  unknown_line: alert(
    'unknown_line',
    'warning',
    (of: { line: string; today: number }) => ({
      message: {
        en: `Calls to ${of.line} belong to no company (${of.today} today).`,
        de: `Anrufe für ${of.line} gehören zu keinem Betrieb (heute ${of.today}).`,
      },
      todo: {
        en: 'Assign the number to a company; until then its callers cannot book.',
        de: 'Bitte ordnen Sie die Nummer einem Betrieb zu; bis dahin können Anrufer nichts buchen.',
      },
    }),
    true,
  ),
  secret_unreadable: alert('secret_unreadable', 'warning', (of: { name: string }) => ({
    message: {
      en: `The ${of.name} of this company cannot be opened with APP_KEY: what it signs is refused, what needs it is not done.`,
      de: `${of.name} dieses Betriebs lässt sich mit APP_KEY nicht öffnen: Was damit unterschrieben ist, wird abgelehnt, was es braucht, unterbleibt.`,
    },
    todo: { en: 'Enter it again.', de: 'Bitte geben Sie es neu ein.' },
  })),
  event_type_without_owner: alert(
    'event_type_without_owner',
    'warning',
    (of: { eventTypeId: number; offeredBy: string[] }) => ({
      message:
        of.offeredBy.length > 0
          ? {
              en: `Event type ${of.eventTypeId} is offered by ${of.offeredBy.join(', ')}; its web bookings wait for a decision.`,
              de: `Termintyp ${of.eventTypeId} wird von ${of.offeredBy.join(', ')} angeboten; seine Buchungen aus dem Netz warten auf eine Entscheidung.`,
            }
          : {
              en: `A booking came for event type ${of.eventTypeId} of the shared Cal.com account, which belongs to no company or to several.`,
              de: `Für Termintyp ${of.eventTypeId} des gemeinsamen Cal.com-Kontos kam eine Buchung; er gehört keinem Betrieb oder mehreren.`,
            },
      todo: {
        en: 'Say whose it is on the page Check setup, or by POST /api/admin/calcom/assign-event-type.',
        de: 'Bitte ordnen Sie ihn auf der Seite „Einrichtung prüfen“ einem Betrieb zu.',
      },
    }),
  ),
};

export type AlertKind = keyof typeof ALERTS;

interface SetupFacts {
  fault: SetupFault;
  eventTypeId: number | null;
  /** In Cal.com's own words; empty where it said nothing. */
  said: string;
}

/** Of what only the owner of a Cal.com account can put right. */
function setupTexts({ fault, eventTypeId, said }: SetupFacts): { message: OperatorText; todo: OperatorText } {
  const { what, todo } = SETUP_FAULT_TEXTS[fault];
  const at = (label: string): string => (eventTypeId === null ? '' : ` (${label} ${eventTypeId})`);
  const quoted = said === '' ? '' : ` “${said}”`;
  return {
    message: { en: `${what.en}${at('event type')}.${quoted}`, de: `${what.de}${at('Termintyp')}.${quoted}` },
    todo,
  };
}
