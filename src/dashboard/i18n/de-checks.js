/** German words for the set-up check, whose own words are English: by the part of the id before the colon. */
export const titles = {
  company: 'Betrieb',
  retell_key: 'Retell-Signatur',
  agent_tools: 'Werkzeuge des Agenten',
  agent_timeouts: 'Wartezeiten der Werkzeuge',
  webhook_secret: 'Geheimnis des Cal.com-Webhooks',
  event_type_owner: 'Besitzer eines Termintyps',
  given_webhook_secret: 'Gemeinsames Webhook-Geheimnis',
  phone_number: 'Rufnummer',
  ai_disclosure: 'Hinweis auf die KI',
  transfer_loop: 'Weiterleitung von {name}',
  agent_version: 'Version des Agenten an {name}',
  recording_refusal: 'Nein zur Aufzeichnung',
  line_pending: 'Noch nicht bestätigt: {name}',
  services: 'Leistungen',
  hosts: 'Mitarbeitende für {name}',
  calcom_key: 'Cal.com-Schlüssel',
  calcom_team: 'Cal.com-Team',
  calcom_account: 'Cal.com-Konto',
  calcom_budget: 'Budget für Cal.com',
  calcom_webhook: 'Cal.com-Webhook',
  service: 'Leistung {name}',
  tokens: 'Tokens',
  calcom_role: 'Rolle im Team {name}',
  calcom_push: 'Webhooks, die ankommen',
  calcom_slow_bookings: 'Buchungen dauern lange',
  calcom_refusals: 'Ablehnungen von Cal.com',
  calcom_refusal: 'Von Cal.com abgelehnt',
};

/** Where a status has one meaning only; `{n}` is the number in the English words. */
export const details = {
  'company.error': 'Es ist kein Betrieb eingerichtet.',
  'retell_key.ok': 'Anfragen werden mit RETELL_API_KEY geprüft.',
  'retell_key.warning': 'RETELL_API_KEY fehlt: Jeder darf die Werkzeuge aufrufen.',
  'agent_tools.ok': 'Alle {n} werden beantwortet.',
  'agent_timeouts.ok': 'Alle warten länger, als das Gateway höchstens braucht.',
  'webhook_secret.ok': 'Vorhanden.',
  'webhook_secret.error': 'Fehlt: Jeder Webhook von Cal.com wird abgewiesen.',
  'event_type_owner.error': 'Buchungen aus dem Web warten, bis feststeht, wem sie gehören: {names}.',
  'given_webhook_secret.error': 'CALCOM_WEBHOOK_SECRET ist in den Cal.com-Konten dieser Betriebe bekannt: {names}.',
  'retell_key.error':
    'RETELL_API_KEY fehlt, und andere Betriebe haben eigene Schlüssel: Anrufe von Retell erreichen diese Betriebe nicht: {names}.',
  'line_pending.warning':
    'Anrufe dort erreichen den Betrieb erst, wenn einer ankommt, den der eigene Schlüssel des Betriebs unterschrieben hat.',
  'phone_number.ok': '{n} aktiv.',
  'phone_number.error': 'Keine Nummer und kein Agent führt zu diesem Betrieb.',
  'ai_disclosure.ok': 'Anrufer hören zu Beginn, dass eine KI antwortet.',
  'ai_disclosure.warning':
    'Abgeschaltet: Anrufer hören nicht, dass eine KI antwortet. In der EU verlangt das Gesetz diesen Hinweis.',
  'recording_refusal.ok':
    'Nach dem Nein eines Anrufers erfährt Retell, dass es nur die Eckdaten des Gesprächs speichern darf. Vapi und ElevenLabs lässt sich das nicht für ein einzelnes Gespräch sagen.',
  'recording_refusal.warning':
    'Nach dem Nein eines Anrufers behält das Gateway kein Wort des Gesprächs, aber Retell erfährt nicht, dass es nichts mehr speichern soll: Es ist kein Schlüssel für dessen Verwaltung bekannt.',
  'agent_version.warning':
    'Retell nimmt Anrufe dort mit einer anderen Version des Agenten an als der veröffentlichten: {names}.',
  'transfer_loop.warning':
    'Anrufe werden an Nummern weitergeleitet, die der Agent selbst annimmt, also im Kreis: {names}.',
  'services.ok': '{n} aktiv.',
  'services.error': 'Keine aktive Leistung: Es kann nichts gebucht werden.',
  'calcom_key.ok': 'Von Cal.com angenommen.',
  'calcom_team.ok': 'Das Team ist bekannt, oder es gibt nur persönliche Termintypen.',
  'calcom_team.warning': 'Kein Team gesetzt; alle Teams des Schlüssels werden benutzt.',
  'calcom_team.error': 'Der Schlüssel sieht das Team {n} nicht.',
  'calcom_account.warning': 'Cal.com konnte nicht alles gefragt werden.',
  'calcom_budget.warning': 'Anrufe brauchen gerade das ganze Budget des Schlüssels; es wurde nicht alles gefragt.',
  'calcom_webhook.ok': 'Aktiv.',
  'tokens.warning': 'Tokens, die nie ablaufen: {names}.',
  'calcom_role.ok': 'Der Schlüssel gehört einem Inhaber oder Administrator des Teams.',
  'calcom_role.warning':
    'Der Schlüssel gehört einem einfachen Mitglied. Cal.com zeigt ihm nur dessen eigene Buchungen: Was sich bei den anderen ändert, findet das Gateway nicht durch Nachfragen. Webhooks für Termintypen des Teams und die Wahl der Person kann es damit nicht einrichten.',
  'calcom_push.warning':
    'Von der letzten Änderung kam kein Webhook an: {names}. Das Gateway fragt stattdessen öfter nach und erfährt von Buchungen, die anderswo gemacht werden, bis zu drei Minuten später.',
  'calcom_refusals.ok': 'Alle in Worten, die das Gateway kennt.',
  'calcom_refusals.warning': 'In unbekannten Worten, sodass Anrufer nur hörten, dass es nicht ging: {names}.',
};

/** Where one status has several meanings: by the English words. */
export const sentences = {
  'Cal.com tells this gateway nothing; changes are found by asking, minutes later.':
    'Cal.com meldet diesem Gateway nichts; Änderungen werden erst Minuten später durch Nachfragen gefunden.',
  'Only agents are mapped, no number.': 'Nur Agenten sind zugeordnet, keine Nummer.',
  'Nobody is known to take this event type.': 'Es ist niemand bekannt, der diesen Termintyp übernimmt.',
  'There is no key.': 'Es gibt keinen Schlüssel.',
  'For every service the last change arrived.': 'Bei jeder Leistung kam die letzte Änderung an.',
};

export const todos = {
  'company.error': 'Unter Betriebe einen anlegen.',
  'retell_key.warning': 'RETELL_API_KEY auf den Schlüssel mit dem Webhook-Abzeichen in Retells Oberfläche setzen.',
  'retell_key.error': 'RETELL_API_KEY setzen, oder bei jedem dieser Betriebe einen eigenen Schlüssel eintragen.',
  'line_pending.warning':
    'Dort anrufen, wenn der Betrieb einen eigenen Schlüssel hat; sonst bestätigt die Plattform sie auf der Seite des Betriebs.',
  'agent_tools.error': 'Die Namen in der Werkzeugliste des Agenten berichtigen.',
  'agent_timeouts.error':
    'timeout_ms dieser Werkzeuge erhöhen, oder VOICE_READ_DEADLINE_MS und VOICE_WRITE_DEADLINE_MS senken.',
  'webhook_secret.error':
    'Den Webhook auf der Seite des Betriebs anlegen, oder, wenn der Betrieb den Cal.com-Schlüssel der Plattform nutzt, CALCOM_WEBHOOK_SECRET setzen.',
  'phone_number.warning': 'Die Nummer, die angerufen wird, auf der Seite des Betriebs zuordnen.',
  'given_webhook_secret.error':
    'Auf einen neuen zufälligen Wert setzen, das Gateway neu starten, dann npx askpro webhooks:rotate ausführen.',
  'phone_number.error': 'Die Nummer, die angerufen wird, auf der Seite des Betriebs zuordnen.',
  'ai_disclosure.warning':
    'Auf der Seite des Betriebs wieder einschalten, es sei denn, Anrufer erfahren es auf anderem Weg.',
  'recording_refusal.warning':
    'Beim Betrieb den eigenen Retell-Schlüssel eintragen, oder RETELL_MANAGEMENT_KEY setzen. Bei Vapi und ElevenLabs die Aufzeichnung abschalten.',
  'agent_version.warning':
    'Bei Retell für die Nummer die zuletzt veröffentlichte Version wählen, oder npx askpro connect-retell noch einmal ausführen.',
  'transfer_loop.warning': 'In transfer_rules der Filiale eine Nummer eintragen, unter der ein Mensch antwortet.',
  'services.error': 'Auf der Seite des Betriebs aus Cal.com übernehmen.',
  'hosts.warning': 'Auf der Seite des Betriebs noch einmal übernehmen.',
  'calcom_key.error': 'Den Schlüssel prüfen (Settings → Developer → API keys), und ob Cal.com erreichbar ist.',
  'calcom_team.warning': 'calcom_team_id des Betriebs setzen.',
  'calcom_team.error': 'calcom_team_id berichtigen, oder den Schlüssel eines Mitglieds dieses Teams benutzen.',
  'calcom_account.warning': 'In einer Minute noch einmal prüfen.',
  'calcom_budget.warning': 'In {n} Sekunden noch einmal prüfen.',
  'calcom_webhook.warning': 'Auf der Seite des Betriebs anlegen.',
  'tokens.warning': 'Neue mit möglichst wenig Rechten anlegen und dann diese widerrufen.',
  'calcom_role.warning': 'Beim Betrieb den API-Schlüssel eines Inhabers oder Administrators des Teams eintragen.',
  'calcom_push.warning':
    'Die Webhooks auf der Seite des Betriebs anlegen. Bei Termintypen eines Teams sagt die Antwort, was bei Cal.com anzuklicken ist.',
  'calcom_slow_bookings.warning':
    'Bei Cal.com unter Settings → Developer die Webhooks ansehen, auch die des Teams: Jeder sollte sofort antworten oder abgeschaltet sein.',
  'calcom_refusals.warning':
    'Dieses Cal.com mit den erwarteten Antworten vergleichen: npm run bench -- calcom-diff. Die Meldungen schließen, sobald sie verstanden sind.',
};
