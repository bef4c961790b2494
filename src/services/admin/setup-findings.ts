import type { AiDisclosure, TransferRules } from '../../domain';
import type { DisputedEventType } from '../tenants/event-type-owners';
import { about, type Finding } from './finding';
import type { AdminRecord } from './records';

export interface AgentTool {
  name: string;
  timeoutMs: number;
}

/** @param keys whose keys are known; null: no key is known */
export function retellKey(companies: AdminRecord[], keys: 'platform' | 'companies' | null): Finding {
  const signature = about('retell_key', { en: 'Retell signature', de: 'Retell-Signatur' });
  const todo = {
    en: 'Set RETELL_API_KEY to the key with the webhook badge in Retell’s dashboard.',
    de: 'Bitte setzen Sie RETELL_API_KEY auf den Schlüssel mit dem Webhook-Abzeichen in Retells Oberfläche.',
  };
  if (keys === 'platform')
    return signature.fine({
      en: 'Requests are verified with RETELL_API_KEY.',
      de: 'Anfragen werden mit RETELL_API_KEY geprüft.',
    });
  if (keys === null)
    return signature.warning(
      {
        en: 'RETELL_API_KEY is not set: requests to the tools are not authenticated.',
        de: 'RETELL_API_KEY fehlt: Anfragen an die Werkzeuge werden nicht geprüft.',
      },
      todo,
    );
  const proofs = ['has_retell_api_key', 'has_vapi_secret', 'has_elevenlabs_secret'];
  const without = companies.filter((one) => proofs.every((name) => one[name] !== true));
  if (without.length === 0)
    return signature.fine({
      en: 'Every company has keys of its own.',
      de: 'Jeder Betrieb hat eigene Schlüssel.',
    });
  const names = without.map(({ name }) => String(name)).join(', ');
  return signature.problem(
    {
      en: `RETELL_API_KEY is not set, and other companies have keys of their own. Retell does not reach those without: ${names}.`,
      de: `RETELL_API_KEY fehlt, und andere Betriebe haben eigene Schlüssel. Betriebe ohne Schlüssel erreicht Retell nicht: ${names}.`,
    },
    {
      en: `${todo.en} Or enter a key of its own for each of them.`,
      de: `${todo.de} Oder tragen Sie bei jedem dieser Betriebe einen eigenen Schlüssel ein.`,
    },
  );
}

export function disputedEventTypes(disputed: DisputedEventType[]): Finding[] {
  return disputed.map(({ eventTypeId, companies }) => {
    const names = companies.map(({ name }) => name).join(', ');
    const title = { en: `Owner of event type ${eventTypeId}`, de: `Wem Termintyp ${eventTypeId} gehört` };
    return about(`event_type_owner:${eventTypeId}`, title).problem(
      {
        en: `Several companies offer it, and web bookings wait until it is clear whose they are: ${names}.`,
        de: `Mehrere Betriebe bieten ihn an, und Buchungen aus dem Web warten, bis feststeht, wem sie gehören: ${names}.`,
      },
      {
        en: 'Choose its company on the page Check setup. Calls are answered as before until then.',
        de: 'Bitte ordnen Sie ihn auf der Seite „Einrichtung prüfen“ einem Betrieb zu. Anrufe werden bis dahin beantwortet wie bisher.',
      },
    );
  });
}

/** Who knows the common secret can sign changes of other companies' appointments. */
export function commonSecret(knownTo: string[]): Finding[] {
  if (knownTo.length === 0) return [];
  const names = knownTo.join(', ');
  return [
    about('given_webhook_secret', { en: 'Common webhook secret', de: 'Gemeinsames Webhook-Geheimnis' }).problem(
      {
        en: `CALCOM_WEBHOOK_SECRET is known to the Cal.com accounts of ${names}.`,
        de: `CALCOM_WEBHOOK_SECRET ist in den Cal.com-Konten dieser Betriebe bekannt: ${names}.`,
      },
      {
        en: 'Set it to a new random value, restart the gateway, then run npx askpro webhooks:rotate.',
        de: 'Bitte setzen Sie es auf einen neuen zufälligen Wert, starten Sie das Gateway neu, und führen Sie dann npx askpro webhooks:rotate aus.',
      },
    ),
  ];
}

export function anyCompany(companies: AdminRecord[]): Finding[] {
  if (companies.length > 0) return [];
  return [
    about('company', { en: 'Company', de: 'Betrieb' }).problem(
      { en: 'No company is set up.', de: 'Es ist kein Betrieb eingerichtet.' },
      {
        en: 'Create one on the page Companies, or by POST /api/admin/companies.',
        de: 'Bitte legen Sie auf der Seite „Betriebe“ einen an.',
      },
    ),
  ];
}

export function reachable(numbers: AdminRecord[], agents: AdminRecord[]): Finding {
  const phone = about('phone_number', { en: 'Phone number', de: 'Rufnummer' });
  if (numbers.length > 0) return phone.fine({ en: `${numbers.length} active.`, de: `${numbers.length} aktiv.` });
  const todo = {
    en: 'Assign the number that callers dial on the company’s page, or by POST /api/admin/phone-numbers.',
    de: 'Bitte tragen Sie auf der Seite des Betriebs die Nummer ein, die angerufen wird.',
  };
  if (agents.length > 0)
    return phone.warning(
      { en: 'Only agents are assigned, no number.', de: 'Nur Agenten sind zugeordnet, keine Nummer.' },
      todo,
    );
  return phone.problem(
    {
      en: 'No number and no agent leads to this company.',
      de: 'Keine Nummer und kein Agent führt zu diesem Betrieb.',
    },
    todo,
  );
}

/** In the EU callers must be told, from the first moment, that an AI answers (AI Act, Article 50). */
export function aiDisclosure(company: AdminRecord): Finding {
  const disclosure = about('ai_disclosure', { en: 'Disclosure of the AI', de: 'Hinweis auf die KI' });
  const { enabled } = company.ai_disclosure as AiDisclosure;
  if (enabled)
    return disclosure.fine({
      en: 'Callers hear at the beginning that an AI answers.',
      de: 'Anrufer hören zu Beginn, dass eine KI antwortet.',
    });
  return disclosure.warning(
    {
      en: 'It is switched off: callers do not hear that an AI answers. In the EU the law wants it said.',
      de: 'Abgeschaltet: Anrufer hören nicht, dass eine KI antwortet. In der EU verlangt das Gesetz diesen Hinweis.',
    },
    {
      en: 'Switch it on again on the company’s page, unless its callers are told in another way.',
      de: 'Bitte schalten Sie ihn auf der Seite des Betriebs wieder ein, es sei denn, Anrufer erfahren es auf anderem Weg.',
    },
  );
}

/** Whether the platform learns that a caller does not want to be recorded; nothing to say where callers are not asked. */
export function storageAtPlatform(company: AdminRecord, isManagementKeySet: boolean): Finding[] {
  if (company.recording_notice !== 'ask') return [];
  const refusal = about('recording_refusal', { en: 'No to a recording', de: 'Nein zur Aufzeichnung' });
  if (isManagementKeySet || company.has_retell_api_key === true)
    return [
      refusal.fine({
        en: 'After a caller’s no Retell is asked to store only basic attributes of the call. Vapi and ElevenLabs cannot be asked for one call.',
        de: 'Nach dem Nein eines Anrufers wird Retell gebeten, nur die Eckdaten des Gesprächs zu speichern. Vapi und ElevenLabs lässt sich das nicht für ein einzelnes Gespräch sagen.',
      }),
    ];
  return [
    refusal.warning(
      {
        en: 'After a caller’s no this gateway keeps no word of the call, but Retell is not asked to stop storing it: no key for its management API is known.',
        de: 'Nach dem Nein eines Anrufers behält das Gateway kein Wort des Gesprächs, aber Retell erfährt nicht, dass es nichts mehr speichern soll: Der Schlüssel für Retells Verwaltung fehlt.',
      },
      {
        en: 'Give the company its own Retell key, or set RETELL_MANAGEMENT_KEY. At Vapi and ElevenLabs, switch recording off.',
        de: 'Bitte tragen Sie beim Betrieb den eigenen Retell-Schlüssel ein, oder setzen Sie RETELL_MANAGEMENT_KEY. Bei Vapi und ElevenLabs schalten Sie die Aufzeichnung bitte ab.',
      },
    ),
  ];
}

export function pendingLines(numbers: AdminRecord[], agents: AdminRecord[]): Finding[] {
  return [...numbers, ...agents]
    .filter(({ confirmed_at: confirmedAt }) => confirmedAt === null)
    .map(({ id, number, agent_id: agentId }) => {
      const line = String(number ?? agentId);
      return about(`line_pending:${id}`, { en: `Not confirmed: ${line}`, de: `Noch nicht bestätigt: ${line}` }).warning(
        {
          en: 'Calls to it reach the company only once one arrives that the company’s own key has signed.',
          de: 'Anrufe dort erreichen den Betrieb erst, wenn einer ankommt, den der eigene Schlüssel des Betriebs unterschrieben hat.',
        },
        {
          en: 'Call it if the company has a key of its own; otherwise let the platform confirm it on the company’s page.',
          de: 'Bitte rufen Sie dort an, wenn der Betrieb einen eigenen Schlüssel hat; sonst bestätigt die Plattform die Nummer auf der Seite des Betriebs.',
        },
      );
    });
}

/** A call handed over to a line of the company would reach the agent again, and again. */
export function transferLoops(branches: AdminRecord[], numbers: AdminRecord[]): Finding[] {
  const lines = new Set(numbers.map(({ number }) => number));
  return branches.flatMap(({ id, name, transfer_rules: given }) => {
    const { numbers: people, fallback } = given as TransferRules;
    const rung = [...people.map(({ number }) => number), ...(fallback === null ? [] : [fallback])];
    const loops = [...new Set(rung.filter((number) => lines.has(number)))].join(', ');
    if (loops === '') return [];
    const title = { en: `Transfer numbers of ${String(name)}`, de: `Weiterleitung von ${String(name)}` };
    return [
      about(`transfer_loop:${id}`, title).warning(
        {
          en: `Calls are handed over to lines that the agent answers itself, in a loop: ${loops}.`,
          de: `Anrufe werden an Nummern weitergeleitet, die der Agent selbst annimmt, also im Kreis: ${loops}.`,
        },
        {
          en: 'Enter a number at which a person answers in the branch’s transfer rules.',
          de: 'Bitte tragen Sie bei der Weiterleitung der Filiale eine Nummer ein, unter der ein Mensch antwortet.',
        },
      ),
    ];
  });
}

/** A number at Retell, and which version of its agent answers there. */
export interface LineAtRetell {
  number: string;
  /** A version's number, or a name such as `latest_published`. */
  answers: string;
  /** The newest published one; null when none is. */
  published: number | null;
}

/** A number that keeps to one version goes on with it whatever is published. */
export function pinnedVersions(lines: LineAtRetell[]): Finding[] {
  return lines.flatMap(({ number, answers, published }) => {
    if (published === null || !/^\d+$/.test(answers) || Number(answers) === published) return [];
    const title = { en: `Agent version of ${number}`, de: `Version des Agenten an ${number}` };
    return [
      about(`agent_version:${number}`, title).warning(
        {
          en: `Retell answers this number with another version than the published one: ${answers} → ${published}.`,
          de: `Retell nimmt Anrufe dort mit einer anderen Version des Agenten an als der veröffentlichten: ${answers} → ${published}.`,
        },
        {
          en: 'Choose the latest published version for the number at Retell, or run npx askpro connect-retell again.',
          de: 'Bitte wählen Sie bei Retell für die Nummer die zuletzt veröffentlichte Version, oder führen Sie npx askpro connect-retell noch einmal aus.',
        },
      ),
    ];
  });
}

/** Made before tokens had a life, or without one by intent; voice agents' tokens have none. */
export function tokensWithoutExpiry(tokens: AdminRecord[]): Finding[] {
  const lasting = tokens.filter((one) => one.revoked_at === null && one.expires_at === null && one.role !== 'voice');
  if (lasting.length === 0) return [];
  const shown = lasting.slice(0, 5).map((one) => `${String(one.name)} (${String(one.role)})`);
  const names = shown.join(', ');
  const more = lasting.length - shown.length;
  return [
    about('tokens', { en: 'Tokens', de: 'Tokens' }).warning(
      {
        en: `Tokens that never expire: ${names}${more > 0 ? ` and ${more} more` : ''}.`,
        de: `Tokens, die nie ablaufen: ${names}${more > 0 ? ` und ${more} weitere` : ''}.`,
      },
      {
        en: 'Make new ones with the least role that is enough, then revoke these.',
        de: 'Bitte legen Sie neue mit möglichst wenig Rechten an, und widerrufen Sie dann diese.',
      },
    ),
  ];
}

export function agentsOfNumbers(numbers: AdminRecord[], agents: AdminRecord[]): Finding[] {
  const known = new Set(agents.map((agent) => agent.agent_id));
  return numbers
    .filter((number) => typeof number.agent_id === 'string' && !known.has(number.agent_id))
    .map(({ id, number }) =>
      about(`phone_number:${id}`, { en: 'Agent of a phone number', de: 'Agent einer Rufnummer' }).warning(
        {
          en: `The agent of ${String(number)} is not among the company's agents.`,
          de: `Der Agent der Nummer ${String(number)} ist beim Betrieb nicht eingetragen.`,
        },
        {
          en: 'Add it on the company’s page, so that calls without a number find the company too.',
          de: 'Bitte tragen Sie den Agenten auf der Seite des Betriebs ein, damit auch Anrufe ohne Nummer zum Betrieb finden.',
        },
      ),
    );
}

/** @param effectOf what a tool of that name does; null: there is none */
export function agentTools(
  tools: AgentTool[],
  effectOf: (name: string) => 'read' | 'write' | null,
  deadlines: { readDeadlineMs: number; writeDeadlineMs: number },
): Finding[] {
  const known = about('agent_tools', { en: 'Agent tools', de: 'Werkzeuge des Agenten' });
  const patient = about('agent_timeouts', { en: 'Agent tool timeouts', de: 'Wartezeiten der Werkzeuge' });
  const namesOf = (some: AgentTool[]): string => some.map(({ name }) => name).join(', ');
  const unknown = namesOf(tools.filter(({ name }) => effectOf(name) === null));
  const { readDeadlineMs, writeDeadlineMs } = deadlines;
  const hasty = namesOf(
    tools.filter(({ name, timeoutMs }) => timeoutMs <= (effectOf(name) === 'write' ? writeDeadlineMs : readDeadlineMs)),
  );
  return [
    unknown === ''
      ? known.fine({ en: `All ${tools.length} are answered.`, de: `Alle ${tools.length} werden beantwortet.` })
      : known.problem(
          { en: `Nothing answers ${unknown}.`, de: `Nichts beantwortet ${unknown}.` },
          {
            en: 'Correct the names in the agent’s tool list.',
            de: 'Bitte berichtigen Sie die Namen in der Werkzeugliste des Agenten.',
          },
        ),
    hasty === ''
      ? patient.fine({
          en: 'All longer than the gateway needs at most.',
          de: 'Alle warten länger, als das Gateway höchstens braucht.',
        })
      : patient.problem(
          {
            en: `Retell gives up before the gateway may have answered: ${hasty}.`,
            de: `Retell gibt auf, bevor das Gateway geantwortet haben muss: ${hasty}.`,
          },
          {
            en: 'Raise timeout_ms of these tools, or lower VOICE_READ_DEADLINE_MS and VOICE_WRITE_DEADLINE_MS.',
            de: 'Bitte erhöhen Sie timeout_ms dieser Werkzeuge, oder senken Sie VOICE_READ_DEADLINE_MS und VOICE_WRITE_DEADLINE_MS.',
          },
        ),
  ];
}
