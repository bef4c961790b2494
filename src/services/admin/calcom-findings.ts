import { RateLimited } from '../../errors';
import type { TeamRole, UpstreamEventType, UpstreamWebhook } from '../calcom/calcom-ports';
import { SETUP_FAULT_TEXTS } from '../calcom/setup-fault-texts';
import { setupFaultOf } from '../calcom/setup-faults';
import { pushState, type PushEvidence, type PushState } from '../sync/push-watch';
import { customRequiredFields, refusalOf } from './event-type-import';
import { IMPORT_REFUSALS, OBSTACLE_TEXTS, phoneObstaclesOf } from './event-type-limits';
import { about, type Finding } from './finding';
import { ignoresHostWish } from './host-choice';
import type { AdminRecord } from './records';
import { NEEDED_TRIGGERS } from './webhook-setup';

const SPANS_DE: Record<string, string> = { day: 'am Tag', week: 'in der Woche', month: 'im Monat', year: 'im Jahr' };
const IMPORT_AGAIN = {
  en: 'Import again on the company’s page, or by POST /api/admin/calcom/import-event-types.',
  de: 'Bitte übernehmen Sie die Termintypen auf der Seite des Betriebs noch einmal.',
};
const CREATE_WEBHOOK = {
  en: 'Create it on the company’s page, or by POST /api/admin/calcom/create-webhook.',
  de: 'Bitte legen Sie ihn auf der Seite des Betriebs an.',
};

const CALCOM_KEY = { en: 'Cal.com key', de: 'Cal.com-Schlüssel' };

/** Cal.com accepts the company's key. */
export function keyAccepted(): Finding {
  return about('calcom_key', CALCOM_KEY).fine({ en: 'Accepted by Cal.com.', de: 'Von Cal.com angenommen.' });
}

/** The company's own key opens with no key of APP_KEY. */
export function keyUnreadable(): Finding {
  return about('calcom_key', CALCOM_KEY).problem(
    {
      en: 'The company’s Cal.com key cannot be opened with APP_KEY.',
      de: 'Der Cal.com-Schlüssel des Betriebs lässt sich mit APP_KEY nicht öffnen.',
    },
    {
      en: 'Enter the company’s Cal.com key again, or add the APP_KEY that sealed it.',
      de: 'Bitte geben Sie den Cal.com-Schlüssel des Betriebs noch einmal ein, oder ergänzen Sie APP_KEY um den Schlüssel, mit dem er versiegelt wurde.',
    },
  );
}

/** Why Cal.com could not be asked with the company's key. */
export function connectionFailed(error: unknown): Finding {
  if (error instanceof RateLimited) return busy(error.retryAfterMs);
  const key = about('calcom_key', CALCOM_KEY);
  const fault = setupFaultOf(error);
  if (fault) {
    const { what, todo } = SETUP_FAULT_TEXTS[fault];
    return key.problem({ en: `${what.en}.`, de: `${what.de}.` }, todo);
  }
  return key.problem(
    { en: 'Cal.com did not answer.', de: 'Cal.com hat nicht geantwortet.' },
    {
      en: 'See on status.cal.com whether Cal.com works, and check again in a minute.',
      de: 'Bitte sehen Sie auf status.cal.com nach, ob Cal.com arbeitet, und prüfen Sie in einer Minute noch einmal.',
    },
  );
}

/** Not a fault of the set-up: callers have the budget at present. */
export function busy(retryAfterMs: number): Finding {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return about('calcom_budget', { en: 'Cal.com budget', de: 'Budget für Cal.com' }).warning(
    {
      en: 'Callers use the whole budget of the key at present; not everything was asked.',
      de: 'Anrufe brauchen gerade das ganze Budget des Schlüssels; es wurde nicht alles gefragt.',
    },
    seconds === 1
      ? { en: 'Check again in a second.', de: 'Bitte prüfen Sie in einer Sekunde noch einmal.' }
      : { en: `Check again in ${seconds} seconds.`, de: `Bitte prüfen Sie in ${seconds} Sekunden noch einmal.` },
  );
}

/** The account was asked, but not everything was answered. */
export function askedInPart(): Finding {
  return about('calcom_account', { en: 'Cal.com account', de: 'Cal.com-Konto' }).warning(
    {
      en: 'Cal.com did not answer every question about the account.',
      de: 'Cal.com hat nicht alle Fragen zum Konto beantwortet.',
    },
    { en: 'Check again in a minute.', de: 'Bitte prüfen Sie in einer Minute noch einmal.' },
  );
}

/** @param isShared the company uses the platform's Cal.com key */
export function webhookSecret(isSet: boolean, isShared: boolean): Finding {
  const secret = about('webhook_secret', { en: 'Cal.com webhook secret', de: 'Geheimnis des Cal.com-Webhooks' });
  if (isSet) return secret.fine({ en: 'Set.', de: 'Vorhanden.' });
  return secret.problem(
    {
      en: 'Missing: every webhook of Cal.com is refused.',
      de: 'Fehlt: Jeder Webhook von Cal.com wird abgewiesen.',
    },
    isShared
      ? {
          en: `Set CALCOM_WEBHOOK_SECRET, or create the webhook on the company’s page.`,
          de: 'Bitte setzen Sie CALCOM_WEBHOOK_SECRET, oder legen Sie den Webhook auf der Seite des Betriebs an.',
        }
      : {
          en: 'Create the webhook on the company’s page. It gets a secret of its own: CALCOM_WEBHOOK_SECRET is for companies on the platform’s key.',
          de: 'Bitte legen Sie den Webhook auf der Seite des Betriebs an. Er bekommt ein eigenes Geheimnis: CALCOM_WEBHOOK_SECRET gilt für Betriebe, die den Schlüssel der Plattform benutzen.',
        },
  );
}

/** @param services those that are active */
export function bookable(services: AdminRecord[]): Finding {
  const found = about('services', { en: 'Services', de: 'Leistungen' });
  if (services.length > 0) return found.fine({ en: `${services.length} active.`, de: `${services.length} aktiv.` });
  return found.problem(
    {
      en: 'No active service: nothing can be booked.',
      de: 'Keine aktive Leistung: Es kann nichts gebucht werden.',
    },
    {
      en: 'Import them on the company’s page, or by POST /api/admin/calcom/import-event-types.',
      de: 'Bitte übernehmen Sie sie auf der Seite des Betriebs aus Cal.com.',
    },
  );
}

export function unmappedHosts(services: AdminRecord[], mappings: AdminRecord[]): Finding[] {
  const mapped = new Set(mappings.map((mapping) => mapping.calcom_host_id));
  return services.flatMap(({ id, name, host_ids: hostIds }) => {
    const hosts = Array.isArray(hostIds) ? hostIds : [];
    const found = about(`hosts:${id}`, { en: `Hosts of ${String(name)}`, de: `Mitarbeitende für ${String(name)}` });
    if (hosts.length === 0)
      return [
        found.warning(
          {
            en: 'No host is known for this event type.',
            de: 'Es ist niemand bekannt, der diesen Termintyp übernimmt.',
          },
          IMPORT_AGAIN,
        ),
      ];
    const unknown = hosts.filter((host) => !mapped.has(host)).join(', ');
    if (unknown === '') return [];
    return [
      found.warning(
        {
          en: `No member of staff here belongs to these hosts at Cal.com: ${unknown}.`,
          de: `Diesen Personen bei Cal.com ist hier niemand zugeordnet: ${unknown}.`,
        },
        IMPORT_AGAIN,
      ),
    ];
  });
}

export function team(teamId: number | null, teams: { id: number; name: string }[]): Finding {
  const found = about('calcom_team', { en: 'Cal.com team', de: 'Cal.com-Team' });
  if (teamId === null) {
    if (teams.length === 0)
      return found.fine({ en: 'None: personal event types only.', de: 'Keines: nur persönliche Termintypen.' });
    return found.warning(
      {
        en: 'No team is set; all teams of the key are used.',
        de: 'Kein Team gesetzt; alle Teams des Schlüssels werden benutzt.',
      },
      {
        en: 'Choose the Cal.com team on the company’s page.',
        de: 'Bitte wählen Sie auf der Seite des Betriebs das Cal.com-Team.',
      },
    );
  }
  const ours = teams.find((one) => one.id === teamId);
  if (ours) return found.fine({ en: `“${ours.name}”.`, de: `„${ours.name}“.` });
  return found.problem(
    { en: `The key does not see team ${teamId}.`, de: `Der Schlüssel sieht das Team ${teamId} nicht.` },
    {
      en: 'Correct the Cal.com team on the company’s page, or use a key of a member of that team.',
      de: 'Bitte berichtigen Sie das Cal.com-Team auf der Seite des Betriebs, oder benutzen Sie den Schlüssel eines Mitglieds dieses Teams.',
    },
  );
}

/** What a plain member's key cannot see and do; null: Cal.com does not say which role it is. */
export function roleInTeam(teamId: number, name: string, role: TeamRole | null): Finding[] {
  const found = about(`calcom_role:${teamId}`, { en: `Role in team ${name}`, de: `Rolle im Team ${name}` });
  if (role === null) return [];
  if (role !== 'member')
    return [
      found.fine({
        en: 'The key is of an owner or administrator of the team.',
        de: 'Der Schlüssel gehört einem Inhaber oder Administrator des Teams.',
      }),
    ];
  return [
    found.warning(
      {
        en: 'The key is of a plain member. Cal.com lists only this member’s bookings to it: what changes at colleagues is not found by asking. It cannot set up webhooks of the team’s event types or let callers choose the person.',
        de: 'Der Schlüssel gehört einem einfachen Mitglied. Cal.com zeigt ihm nur dessen eigene Buchungen: Was sich bei den anderen ändert, findet das Gateway nicht durch Nachfragen. Webhooks für Termintypen des Teams und die Wahl der Person kann es damit nicht einrichten.',
      },
      {
        en: 'Give the company the API key of an owner or administrator of the team.',
        de: 'Bitte tragen Sie beim Betrieb den API-Schlüssel eines Inhabers oder Administrators des Teams ein.',
      },
    ),
  ];
}

export function webhook(hooks: UpstreamWebhook[]): Finding {
  const found = about('calcom_webhook', { en: 'Cal.com webhook', de: 'Cal.com-Webhook' });
  const useful = hooks.filter((hook) => hook.active && hook.subscriberUrl.includes('calcom'));
  if (useful.length === 0)
    return found.warning(
      {
        en: 'Cal.com does not report changes to this gateway; it finds them by asking, minutes later.',
        de: 'Cal.com meldet diesem Gateway keine Änderungen; es findet sie erst Minuten später durch Nachfragen.',
      },
      CREATE_WEBHOOK,
    );
  const lacking = NEEDED_TRIGGERS.filter((trigger) => !useful.some((hook) => hook.triggers.includes(trigger)));
  if (lacking.length === 0) return found.fine({ en: 'Active.', de: 'Aktiv.' });
  const names = lacking.join(', ');
  return found.warning({ en: `Not subscribed: ${names}.`, de: `Nicht abonniert: ${names}.` }, CREATE_WEBHOOK);
}

/** That a webhook is registered proves nothing: those of one person stay silent for event types of teams. */
export function push(services: AdminRecord[], evidence: PushEvidence[], now: Date): Finding {
  const found = about('calcom_push', { en: 'Webhooks that arrive', de: 'Webhooks, die ankommen' });
  const known = new Map(evidence.map((one) => [one.eventTypeId, one]));
  const named = (state: PushState): string =>
    services
      .filter(({ calcom_event_type_id: id }) => {
        const one = known.get(Number(id)) ?? { eventTypeId: Number(id), heardAt: null, changedAt: null, madeAt: null };
        return pushState(one, now.getTime()) === state;
      })
      .map(({ name }) => String(name))
      .join(', ');
  const silent = named('silent');
  if (silent !== '')
    return found.warning(
      {
        en: `The last change reached the gateway by no webhook: ${silent}. It asks more often instead, and learns of bookings made elsewhere up to three minutes late.`,
        de: `Von der letzten Änderung kam kein Webhook an: ${silent}. Das Gateway fragt stattdessen öfter nach und erfährt von Buchungen, die anderswo gemacht werden, bis zu drei Minuten später.`,
      },
      {
        en: 'Create the webhooks on the company’s page, or by POST /api/admin/calcom/create-webhook. For event types of a team the answer says what to click at Cal.com.',
        de: 'Bitte legen Sie die Webhooks auf der Seite des Betriebs an. Bei Termintypen eines Teams sagt die Antwort, was bei Cal.com anzuklicken ist.',
      },
    );
  const unknown = named('unknown');
  if (unknown === '')
    return found.fine({
      en: 'For every service the last change arrived.',
      de: 'Bei jeder Leistung kam die letzte Änderung an.',
    });
  return found.fine({
    en: `Not shown yet, because no booking was made or changed since: ${unknown}.`,
    de: `Noch nicht erwiesen, weil seither nichts gebucht oder geändert wurde: ${unknown}.`,
  });
}

/** Cal.com itself takes up to 5 s; from 3 s on other webhooks are worth a look. */
const SLOW_BOOKING_MS = { alone: 5000, withOthers: 3000 };

/** Cal.com answers a booking only after all its webhooks were delivered, also those to other subscribers. */
export function slowSubscribers(hooks: UpstreamWebhook[], bookingP95Ms: number | null): Finding[] {
  const others = hooks.filter((hook) => hook.active && !hook.subscriberUrl.includes('calcom'));
  const slowMs = others.length > 0 ? SLOW_BOOKING_MS.withOthers : SLOW_BOOKING_MS.alone;
  if (bookingP95Ms === null || bookingP95Ms < slowMs) return [];
  const seconds = (bookingP95Ms / 1000).toFixed(1);
  const names = [...new Set(others.map(({ subscriberUrl }) => new URL(subscriberUrl).host))].join(', ');
  const waiting =
    others.length > 0
      ? { en: `the webhooks to ${names}`, de: `die Webhooks an ${names}` }
      : { en: 'its webhooks and mails', de: 'seine Webhooks und E-Mails' };
  return [
    about('calcom_slow_bookings', { en: 'Bookings take long', de: 'Buchungen dauern lange' }).warning(
      {
        en: `Cal.com needs up to ${seconds} s for a booking. Cal.com waits for ${waiting.en}, and the caller waits as well.`,
        de: `Cal.com braucht bis zu ${seconds.replace('.', ',')} s für eine Buchung. Es wartet auf ${waiting.de}, und Anrufer warten mit.`,
      },
      {
        en: 'Look at the webhooks under Settings → Developer at Cal.com, of the team too: each should answer at once, or be switched off.',
        de: 'Bitte sehen Sie sich bei Cal.com unter Settings → Developer die Webhooks an, auch die des Teams: Jeder sollte sofort antworten oder abgeschaltet sein.',
      },
    ),
  ];
}

export function unknownRefusals(refusals: { message: string; occurrences: number }[]): Finding {
  const found = about('calcom_refusals', { en: 'Refusals by Cal.com', de: 'Ablehnungen von Cal.com' });
  if (refusals.length === 0)
    return found.fine({
      en: 'All in words that the gateway knows.',
      de: 'Alle in Worten, die das Gateway kennt.',
    });
  const counted = (open: string, close: string): string =>
    refusals.map(({ message, occurrences }) => `${occurrences} × ${open}${message}${close}`).join('; ');
  return found.warning(
    {
      en: `In words that no rule knows, so callers were only told that it did not work: ${counted('“', '”')}.`,
      de: `In unbekannten Worten, sodass Anrufer nur hörten, dass es nicht ging: ${counted('„', '“')}.`,
    },
    {
      en: 'Compare this Cal.com with the expected answers: npm run bench -- calcom-diff. Close the alerts once they are understood.',
      de: 'Bitte vergleichen Sie dieses Cal.com mit den erwarteten Antworten (npm run bench -- calcom-diff), und schließen Sie die Meldungen, sobald sie verstanden sind.',
    },
  );
}

/** Whether a service can be booked by phone as its event type stands at Cal.com. */
export function eventTypeOf(service: AdminRecord, known: Map<number, UpstreamEventType>): Finding {
  const found = about(`service:${service.id}`, {
    en: `Service ${String(service.name)}`,
    de: `Leistung ${String(service.name)}`,
  });
  const number = Number(service.calcom_event_type_id);
  const eventType = known.get(number);
  if (!eventType)
    return found.problem(
      {
        en: `Event type ${number} does not exist in this account.`,
        de: `Den Termintyp ${number} gibt es in diesem Konto nicht.`,
      },
      {
        en: 'Choose another event type for the service, or switch the service off.',
        de: 'Bitte tragen Sie bei der Leistung einen anderen Termintyp ein, oder schalten Sie sie ab.',
      },
    );
  const refusal = refusalOf(eventType);
  if (refusal)
    return found.problem(IMPORT_REFUSALS[refusal].detail, {
      en: 'Change it at Cal.com, or switch the service off.',
      de: 'Bitte ändern Sie es bei Cal.com, oder schalten Sie die Leistung ab.',
    });
  const defaults: object =
    typeof service.booking_field_defaults === 'object' ? (service.booking_field_defaults ?? {}) : {};
  const missing = customRequiredFields(eventType).filter((slug) => !Object.hasOwn(defaults, slug));
  if (missing.length > 0)
    return found.problem(
      {
        en: `Required booking fields without a default: ${missing.join(', ')}.`,
        de: `Pflichtfelder der Buchung ohne Vorgabe: ${missing.join(', ')}.`,
      },
      {
        en: 'Set booking_field_defaults of the service, or make the fields optional at Cal.com.',
        de: 'Bitte tragen Sie bei der Leistung Vorgaben ein, oder machen Sie die Felder bei Cal.com freiwillig.',
      },
    );
  const { bookingLimits, hidden, id, lengthMinutes, lengthOptionsMinutes } = eventType;
  const ours = Number(service.duration_minutes);
  if (!lengthOptionsMinutes.includes(ours) && lengthMinutes !== ours)
    return found.warning(
      {
        en: `Cal.com says ${lengthMinutes} minutes, the service ${ours}.`,
        de: `Bei Cal.com sind es ${lengthMinutes} Minuten, bei der Leistung ${ours}.`,
      },
      IMPORT_AGAIN,
    );
  if (service.phone_only !== (eventType.phoneEnabled && !eventType.emailRequired))
    return found.warning(
      {
        en: 'Whether a booking needs an e-mail address has changed at Cal.com.',
        de: 'Ob eine Buchung eine E-Mail-Adresse braucht, hat sich bei Cal.com geändert.',
      },
      IMPORT_AGAIN,
    );
  const [obstacle] = phoneObstaclesOf(eventType);
  if (obstacle) {
    const { what, todo } = OBSTACLE_TEXTS[obstacle];
    const detail = { en: `${what.en}.`, de: `${what.de}.` };
    return obstacle === 'place_unknown' ? found.warning(detail, todo) : found.problem(detail, todo);
  }
  if (ignoresHostWish(eventType))
    return found.warning(
      {
        en: 'Cal.com ignores a wish for a person here (rrHostSubsetEnabled is off): callers may get another one than they ask for.',
        de: 'Cal.com beachtet hier nicht, wen sich Anrufer wünschen (rrHostSubsetEnabled ist aus): Den Termin kann jemand anderes bekommen.',
      },
      {
        en: 'Switch it on on the company’s page, or by POST /api/admin/calcom/enable-host-choice.',
        de: 'Bitte schalten Sie es auf der Seite des Betriebs ein.',
      },
    );
  const unseen = hidden
    ? { en: ' Hidden on Cal.com’s pages.', de: ' Auf den Seiten von Cal.com nicht zu sehen.' }
    : { en: '', de: '' };
  const limits = Object.entries(bookingLimits);
  const en = limits.map(([span, most]) => ` At most ${most} bookings a ${span}.`).join('');
  const de = limits.map(([span, most]) => ` Höchstens ${most} Buchungen ${SPANS_DE[span] ?? span}.`).join('');
  return found.fine({ en: `Event type ${id}.${unseen.en}${en}`, de: `Termintyp ${id}.${unseen.de}${de}` });
}
