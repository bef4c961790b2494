import type { TeamRole, UpstreamWebhook } from '../calcom/calcom-ports';
import { pushState, type PushEvidence, type PushState } from '../sync/push-watch';
import type { DisputedEventType } from '../tenants/event-type-owners';
import type { AiDisclosure, OperatorText, TransferRules } from '../../domain';
import type { AdminRecord } from './records';
import { NEEDED_TRIGGERS } from './webhook-setup';

/** The same in both languages, or English alone where the page has the German words by its id and status. */
type Said = string | OperatorText;

export interface Finding {
  id: string;
  title: string;
  status: 'ok' | 'warning' | 'error';
  detail: string;
  detail_de: string | null;
  what_to_do: string | null;
  what_to_do_de: string | null;
}

export interface AgentTool {
  name: string;
  timeoutMs: number;
}

/** What is found about one thing: it is right, worth a look, or in the way of bookings. */
export function about(id: string, title: string) {
  const finding = (status: Finding['status'], detail: Said, todo: Said | null): Finding => {
    const [told, toldDe] = typeof detail === 'string' ? [detail, null] : [detail.en, detail.de];
    const [wanted, wantedDe] = typeof todo === 'string' || todo === null ? [todo, null] : [todo.en, todo.de];
    return { id, title, status, detail: told, detail_de: toldDe, what_to_do: wanted, what_to_do_de: wantedDe };
  };
  return {
    fine: (detail: Said) => finding('ok', detail, null),
    warning: (detail: Said, todo: Said) => finding('warning', detail, todo),
    problem: (detail: Said, todo: Said) => finding('error', detail, todo),
  };
}

export const isProblem = ({ status }: Finding): boolean => status === 'error';

/** @param keys whose keys are known; null: no key is known */
export function retellKey(companies: AdminRecord[], keys: 'platform' | 'companies' | null): Finding {
  const signature = about('retell_key', 'Retell signature');
  const todo = 'Set RETELL_API_KEY to the key with the webhook badge in Retell’s dashboard.';
  if (keys === 'platform') return signature.fine('Requests are verified with RETELL_API_KEY.');
  if (keys === null)
    return signature.warning('RETELL_API_KEY is not set: requests to the tools are not authenticated.', todo);
  const proofs = ['has_retell_api_key', 'has_vapi_secret', 'has_elevenlabs_secret'];
  const without = companies.filter((one) => proofs.every((name) => one[name] !== true));
  if (without.length === 0) return signature.fine('Every company has keys of its own.');
  const names = without.map(({ name }) => String(name)).join(', ');
  const detail = `RETELL_API_KEY is not set, and other companies have keys of their own. Retell does not reach those without: ${names}.`;
  return signature.problem(detail, `${todo} Or enter a key of its own for each of them.`);
}

/** Not a fault of the set-up: callers have the budget at present. */
export function busy(retryAfterMs: number): Finding {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const detail = 'Callers use the whole budget of the key at present; not everything was asked.';
  return about('calcom_budget', 'Cal.com budget').warning(detail, `Check again in ${seconds} seconds.`);
}

export function disputedEventTypes(disputed: DisputedEventType[]): Finding[] {
  return disputed.map(({ eventTypeId, companies }) =>
    about(`event_type_owner:${eventTypeId}`, `Owner of event type ${eventTypeId}`).problem(
      `Web bookings wait until it is said whose they are, of ${companies.map(({ name }) => name).join(', ')}.`,
      {
        en: 'Say whose it is: page Check setup, or POST /api/admin/calcom/assign-event-type. Calls are answered as before until then.',
        de: 'Den Termintyp unten auf dieser Seite einem Betrieb zuordnen. Anrufe werden bis dahin beantwortet wie bisher.',
      },
    ),
  );
}

/** Who knows the common secret can sign changes of other companies' appointments. */
export function commonSecret(knownTo: string[]): Finding[] {
  if (knownTo.length === 0) return [];
  const detail = `CALCOM_WEBHOOK_SECRET is known to the Cal.com accounts of ${knownTo.join(', ')}.`;
  const todo = 'Set it to a new random value, restart the gateway, then run npx askpro webhooks:rotate.';
  return [about('given_webhook_secret', 'Common webhook secret').problem(detail, todo)];
}

export function anyCompany(companies: AdminRecord[]): Finding[] {
  if (companies.length > 0) return [];
  return [about('company', 'Company').problem('No company is set up.', 'Create one: POST /api/admin/companies.')];
}

export function reachable(numbers: AdminRecord[], agents: AdminRecord[]): Finding {
  const phone = about('phone_number', 'Phone number');
  if (numbers.length > 0) return phone.fine(`${numbers.length} active.`);
  const todo = 'Map the number that callers dial: POST /api/admin/phone-numbers.';
  if (agents.length > 0) return phone.warning('Only agents are mapped, no number.', todo);
  return phone.problem('No number and no agent leads to this company.', todo);
}

/** In the EU callers must be told, from the first moment, that an AI answers (AI Act, Article 50). */
export function aiDisclosure(company: AdminRecord): Finding {
  const disclosure = about('ai_disclosure', 'Disclosure of the AI');
  const { enabled } = company.ai_disclosure as AiDisclosure;
  if (enabled) return disclosure.fine('Callers hear at the beginning that an AI answers.');
  return disclosure.warning(
    'It is switched off: callers do not hear that an AI answers. In the EU the law wants it said.',
    'Switch ai_disclosure of the company on, unless its callers are told in another way.',
  );
}

/** Whether the platform learns that a caller does not want to be recorded; nothing to say where callers are not asked. */
export function storageAtPlatform(company: AdminRecord, isManagementKeySet: boolean): Finding[] {
  if (company.recording_notice !== 'ask') return [];
  const refusal = about('recording_refusal', 'No to a recording');
  if (isManagementKeySet || company.has_retell_api_key === true) {
    const detail =
      'After a caller’s no Retell is asked to store only basic attributes of the call. Vapi and ElevenLabs cannot be asked for one call.';
    return [refusal.fine(detail)];
  }
  return [
    refusal.warning(
      'After a caller’s no this gateway keeps no word of the call, but Retell is not asked to stop storing it: no key for its management API is known.',
      'Give the company its own retell_api_key, or set RETELL_MANAGEMENT_KEY. At Vapi and ElevenLabs, switch recording off.',
    ),
  ];
}

export function pendingLines(numbers: AdminRecord[], agents: AdminRecord[]): Finding[] {
  return [...numbers, ...agents]
    .filter(({ confirmed_at: confirmedAt }) => confirmedAt === null)
    .map(({ id, number, agent_id: agentId }) =>
      about(`line_pending:${id}`, `Not confirmed: ${String(number ?? agentId)}`).warning(
        'Calls to it reach the company only once one arrives that the company’s own key has signed.',
        'Call it if the company has a key of its own; otherwise let the platform confirm it on the company’s page.',
      ),
    );
}

/** A call handed over to a line of the company would reach the agent again, and again. */
export function transferLoops(branches: AdminRecord[], numbers: AdminRecord[]): Finding[] {
  const lines = new Set(numbers.map(({ number }) => number));
  return branches.flatMap(({ id, name, transfer_rules: given }) => {
    const { numbers: people, fallback } = given as TransferRules;
    const rung = [...people.map(({ number }) => number), ...(fallback === null ? [] : [fallback])];
    const loops = [...new Set(rung.filter((number) => lines.has(number)))];
    if (loops.length === 0) return [];
    const detail = `Calls are handed over to lines that the agent answers itself, in a loop: ${loops.join(', ')}.`;
    const todo = 'Enter a number at which a person answers in transfer_rules of the branch.';
    return [about(`transfer_loop:${id}`, `Transfer numbers of ${String(name)}`).warning(detail, todo)];
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
    const detail = `Retell answers this number with another version than the published one: ${answers} → ${published}.`;
    const todo =
      'Choose the latest published version for the number at Retell, or run npx askpro connect-retell again.';
    return [about(`agent_version:${number}`, `Agent version of ${number}`).warning(detail, todo)];
  });
}

/** Made before tokens had a life, or without one by intent; voice agents' tokens have none. */
export function tokensWithoutExpiry(tokens: AdminRecord[]): Finding[] {
  const lasting = tokens.filter((one) => one.revoked_at === null && one.expires_at === null && one.role !== 'voice');
  if (lasting.length === 0) return [];
  const names = lasting.slice(0, 5).map((one) => `${String(one.name)} (${String(one.role)})`);
  const more = lasting.length > names.length ? ` and ${lasting.length - names.length} more` : '';
  const detail = `Tokens that never expire: ${names.join(', ')}${more}.`;
  const todo = 'Make new ones with the least role that is enough, then revoke these.';
  return [about('tokens', 'Tokens').warning(detail, todo)];
}

export function agentsOfNumbers(numbers: AdminRecord[], agents: AdminRecord[]): Finding[] {
  const known = new Set(agents.map((agent) => agent.agent_id));
  return numbers
    .filter((number) => typeof number.agent_id === 'string' && !known.has(number.agent_id))
    .map(({ id, number }) =>
      about(`phone_number:${id}`, 'Agent of a phone number').warning(
        {
          en: `The agent of ${String(number)} is not among the company's agents.`,
          de: `Der Agent der Nummer ${String(number)} ist beim Betrieb nicht eingetragen.`,
        },
        {
          en: 'Add it: POST /api/admin/agents, so that calls without a number find the company too.',
          de: 'Den Agenten auf der Seite des Betriebs eintragen, damit auch Anrufe ohne Nummer zum Betrieb finden.',
        },
      ),
    );
}

/** @param services those that are active */
export function bookable(services: AdminRecord[]): Finding {
  const found = about('services', 'Services');
  if (services.length > 0) return found.fine(`${services.length} active.`);
  const todo = 'Import them: POST /api/admin/calcom/import-event-types.';
  return found.problem('No active service: nothing can be booked.', todo);
}

export function unmappedHosts(services: AdminRecord[], mappings: AdminRecord[]): Finding[] {
  const mapped = new Set(mappings.map((mapping) => mapping.calcom_host_id));
  return services.flatMap(({ id, name, host_ids: hostIds }) => {
    const hosts = Array.isArray(hostIds) ? hostIds : [];
    const found = about(`hosts:${id}`, `Hosts of ${String(name)}`);
    const todo = 'Import again: POST /api/admin/calcom/import-event-types.';
    if (hosts.length === 0) return [found.warning('No host is known for this event type.', todo)];
    const unknown = hosts.filter((host) => !mapped.has(host));
    const detail = {
      en: `Hosts ${unknown.join(', ')} have no member of staff.`,
      de: `Diesen Personen bei Cal.com ist hier niemand zugeordnet: ${unknown.join(', ')}.`,
    };
    return unknown.length === 0 ? [] : [found.warning(detail, todo)];
  });
}

export function team(teamId: number | null, teams: { id: number; name: string }[]): Finding {
  const found = about('calcom_team', 'Cal.com team');
  if (teamId === null) {
    if (teams.length === 0) return found.fine('None: personal event types only.');
    return found.warning('No team is set; all teams of the key are used.', 'Set calcom_team_id of the company.');
  }
  const ours = teams.find((one) => one.id === teamId);
  if (ours) return found.fine(`“${ours.name}”.`);
  const todo = 'Correct calcom_team_id, or use a key of a member of that team.';
  return found.problem(`The key does not see team ${teamId}.`, todo);
}

/** What a plain member's key cannot see and do; null: Cal.com does not say which role it is. */
export function roleInTeam(teamId: number, name: string, role: TeamRole | null): Finding[] {
  const found = about(`calcom_role:${teamId}`, `Role in team ${name}`);
  if (role === null) return [];
  if (role !== 'member') return [found.fine(`The key is of the team’s ${role}.`)];
  return [
    found.warning(
      'The key is of a plain member. Cal.com lists only this member’s bookings to it: what changes at colleagues is not found by asking. It cannot set up webhooks of the team’s event types or let callers choose the person.',
      'Give the company the API key of an owner or administrator of the team.',
    ),
  ];
}

export function webhook(hooks: UpstreamWebhook[]): Finding {
  const found = about('calcom_webhook', 'Cal.com webhook');
  const useful = hooks.filter((hook) => hook.active && hook.subscriberUrl.includes('calcom'));
  const todo = 'Create it: POST /api/admin/calcom/create-webhook.';
  if (useful.length === 0)
    return found.warning('Cal.com tells this gateway nothing; changes are found by asking, minutes later.', todo);
  const lacking = NEEDED_TRIGGERS.filter((trigger) => !useful.some((hook) => hook.triggers.includes(trigger)));
  if (lacking.length === 0) return found.fine('Active.');
  const names = lacking.join(', ');
  return found.warning({ en: `Not subscribed: ${names}.`, de: `Nicht abonniert: ${names}.` }, todo);
}

/** That a webhook is registered proves nothing: those of one person stay silent for event types of teams. */
export function push(services: AdminRecord[], evidence: PushEvidence[], now: Date): Finding {
  const found = about('calcom_push', 'Webhooks that arrive');
  const known = new Map(evidence.map((one) => [one.eventTypeId, one]));
  const named = (state: PushState): string[] =>
    services.flatMap(({ name, calcom_event_type_id: id }) => {
      const one = known.get(Number(id)) ?? { eventTypeId: Number(id), heardAt: null, changedAt: null, madeAt: null };
      return pushState(one, now.getTime()) === state ? [String(name)] : [];
    });
  const silent = named('silent');
  if (silent.length > 0) {
    return found.warning(
      `The last change reached the gateway by no webhook: ${silent.join(', ')}. It asks more often instead, and learns of bookings made elsewhere up to three minutes late.`,
      'Create the webhooks: POST /api/admin/calcom/create-webhook. For event types of a team its answer says what to click at Cal.com.',
    );
  }
  const unknown = named('unknown');
  if (unknown.length === 0) return found.fine('For every service the last change arrived.');
  return found.fine({
    en: `Not shown yet, because no booking was made or changed since: ${unknown.join(', ')}.`,
    de: `Noch nicht erwiesen, weil seither nichts gebucht oder geändert wurde: ${unknown.join(', ')}.`,
  });
}

/** From here on callers notice that a booking takes long. */
const SLOW_BOOKING_MS = 3000;

/** Cal.com answers a booking only after all its webhooks were delivered, also those to other subscribers. */
export function slowSubscribers(hooks: UpstreamWebhook[], bookingP95Ms: number | null): Finding[] {
  if (bookingP95Ms === null || bookingP95Ms < SLOW_BOOKING_MS) return [];
  const others = hooks.filter((hook) => hook.active && !hook.subscriberUrl.includes('calcom'));
  const seconds = (bookingP95Ms / 1000).toFixed(1);
  const names = [...new Set(others.map(({ subscriberUrl }) => new URL(subscriberUrl).host))].join(', ');
  const waiting =
    others.length > 0
      ? { en: `the webhooks to ${names}`, de: `die Webhooks an ${names}` }
      : { en: 'its webhooks and mails', de: 'seine Webhooks und E-Mails' };
  return [
    about('calcom_slow_bookings', 'Bookings take long').warning(
      {
        en: `Cal.com needs up to ${seconds} s for a booking. Cal.com waits for ${waiting.en}, and the caller waits as well.`,
        de: `Cal.com braucht bis zu ${seconds.replace('.', ',')} s für eine Buchung. Es wartet auf ${waiting.de}, und Anrufer warten mit.`,
      },
      'Look at the webhooks under Settings → Developer at Cal.com, of the team too: each should answer at once, or be switched off.',
    ),
  ];
}

export function unknownRefusals(refusals: { message: string; occurrences: number }[]): Finding {
  const found = about('calcom_refusals', 'Refusals by Cal.com');
  if (refusals.length === 0) return found.fine('All in words that the gateway knows.');
  const told = refusals.map(({ message, occurrences }) => `${occurrences} × “${message}”`);
  return found.warning(
    `In words that no rule knows, so callers were only told that it did not work: ${told.join('; ')}.`,
    'Compare this Cal.com with the expected answers: npm run bench -- calcom-diff. Close the alerts once they are understood.',
  );
}

/** @param effectOf what a tool of that name does; null: there is none */
export function agentTools(
  tools: AgentTool[],
  effectOf: (name: string) => 'read' | 'write' | null,
  deadlines: { readDeadlineMs: number; writeDeadlineMs: number },
): Finding[] {
  const known = about('agent_tools', 'Agent tools');
  const patient = about('agent_timeouts', 'Agent tool timeouts');
  const namesOf = (some: AgentTool[]): string => some.map(({ name }) => name).join(', ');
  const unknown = namesOf(tools.filter(({ name }) => effectOf(name) === null));
  const { readDeadlineMs, writeDeadlineMs } = deadlines;
  const hasty = namesOf(
    tools.filter(({ name, timeoutMs }) => timeoutMs <= (effectOf(name) === 'write' ? writeDeadlineMs : readDeadlineMs)),
  );
  return [
    unknown === ''
      ? known.fine(`All ${tools.length} are answered.`)
      : known.problem(
          { en: `Nothing answers ${unknown}.`, de: `Nichts beantwortet ${unknown}.` },
          'Correct the names in the agent’s tool list.',
        ),
    hasty === ''
      ? patient.fine('All longer than the gateway needs at most.')
      : patient.problem(
          {
            en: `Retell gives up before the gateway may have answered: ${hasty}.`,
            de: `Retell gibt auf, bevor das Gateway geantwortet haben muss: ${hasty}.`,
          },
          'Raise timeout_ms of these tools, or lower VOICE_READ_DEADLINE_MS and VOICE_WRITE_DEADLINE_MS.',
        ),
  ];
}
