import type { TeamRole, UpstreamWebhook } from '../calcom/calcom-ports';
import { pushState, type PushEvidence, type PushState } from '../sync/push-watch';
import type { DisputedEventType } from '../tenants/event-type-owners';
import type { AiDisclosure, OperatorText } from '../../domain';
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

function finding(status: Finding['status'], id: string, title: string, detail: Said, todo: Said | null): Finding {
  const [told, toldDe] = typeof detail === 'string' ? [detail, null] : [detail.en, detail.de];
  const [wanted, wantedDe] = typeof todo === 'string' || todo === null ? [todo, null] : [todo.en, todo.de];
  return { id, title, status, detail: told, detail_de: toldDe, what_to_do: wanted, what_to_do_de: wantedDe };
}
export const fine = (id: string, title: string, detail: Said): Finding => finding('ok', id, title, detail, null);
export const warning = (id: string, title: string, detail: Said, whatToDo: Said): Finding =>
  finding('warning', id, title, detail, whatToDo);
export const problem = (id: string, title: string, detail: Said, whatToDo: Said): Finding =>
  finding('error', id, title, detail, whatToDo);

export const isProblem = ({ status }: Finding): boolean => status === 'error';

/** @param keys whose keys are known; null: no key is known */
export function retellKey(companies: AdminRecord[], keys: 'platform' | 'companies' | null): Finding {
  const [id, title] = ['retell_key', 'Retell signature'];
  const todo = 'Set RETELL_API_KEY to the key with the webhook badge in Retell’s dashboard.';
  if (keys === 'platform') return fine(id, title, 'Requests are verified with RETELL_API_KEY.');
  if (keys === null)
    return warning(id, title, 'RETELL_API_KEY is not set: requests to the tools are not authenticated.', todo);
  const proofs = ['has_retell_api_key', 'has_vapi_secret', 'has_elevenlabs_secret'];
  const without = companies.filter((one) => proofs.every((name) => one[name] !== true));
  if (without.length === 0) return fine(id, title, 'Every company has keys of its own.');
  const names = without.map(({ name }) => String(name)).join(', ');
  const detail = `RETELL_API_KEY is not set, and other companies have keys of their own. Retell does not reach those without: ${names}.`;
  return problem(id, title, detail, `${todo} Or enter a key of its own for each of them.`);
}

/** Not a fault of the set-up: callers have the budget at present. */
export function busy(retryAfterMs: number): Finding {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const detail = 'Callers use the whole budget of the key at present; not everything was asked.';
  return warning('calcom_budget', 'Cal.com budget', detail, `Check again in ${seconds} seconds.`);
}

export function disputedEventTypes(disputed: DisputedEventType[]): Finding[] {
  return disputed.map(({ eventTypeId, companies }) =>
    problem(
      `event_type_owner:${eventTypeId}`,
      `Owner of event type ${eventTypeId}`,
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
  return [
    problem(
      'given_webhook_secret',
      'Common webhook secret',
      `CALCOM_WEBHOOK_SECRET is known to the Cal.com accounts of ${knownTo.join(', ')}.`,
      'Set it to a new random value, restart the gateway, then run npx askpro webhooks:rotate.',
    ),
  ];
}

export function reachable(numbers: AdminRecord[], agents: AdminRecord[]): Finding {
  if (numbers.length > 0) return fine('phone_number', 'Phone number', `${numbers.length} active.`);
  const todo = 'Map the number that callers dial: POST /api/admin/phone-numbers.';
  if (agents.length > 0) return warning('phone_number', 'Phone number', 'Only agents are mapped, no number.', todo);
  return problem('phone_number', 'Phone number', 'No number and no agent leads to this company.', todo);
}

/** In the EU callers must be told, from the first moment, that an AI answers (AI Act, Article 50). */
export function aiDisclosure(company: AdminRecord): Finding {
  const title = 'Disclosure of the AI';
  const { enabled } = company.ai_disclosure as AiDisclosure;
  if (enabled) return fine('ai_disclosure', title, 'Callers hear at the beginning that an AI answers.');
  return warning(
    'ai_disclosure',
    title,
    'It is switched off: callers do not hear that an AI answers. In the EU the law wants it said.',
    'Switch ai_disclosure of the company on, unless its callers are told in another way.',
  );
}

export function pendingLines(numbers: AdminRecord[], agents: AdminRecord[]): Finding[] {
  const lines = [
    ...numbers.map((one) => [one, one.number] as const),
    ...agents.map((one) => [one, one.agent_id] as const),
  ];
  return lines
    .filter(([{ confirmed_at: confirmedAt }]) => confirmedAt === null)
    .map(([{ id }, line]) =>
      warning(
        `line_pending:${id}`,
        `Not confirmed: ${String(line)}`,
        'Calls to it reach the company only once one arrives that the company’s own key has signed.',
        'Call it if the company has a key of its own; otherwise let the platform confirm it on the company’s page.',
      ),
    );
}

/** Made before tokens had a life, or without one by intent; voice agents' tokens have none. */
export function tokensWithoutExpiry(tokens: AdminRecord[]): Finding[] {
  const lasting = tokens.filter((one) => one.revoked_at === null && one.expires_at === null && one.role !== 'voice');
  if (lasting.length === 0) return [];
  const names = lasting.slice(0, 5).map((one) => `${String(one.name)} (${String(one.role)})`);
  const more = lasting.length > names.length ? ` and ${lasting.length - names.length} more` : '';
  const detail = `Tokens that never expire: ${names.join(', ')}${more}.`;
  return [warning('tokens', 'Tokens', detail, 'Make new ones with the least role that is enough, then revoke these.')];
}

export function agentsOfNumbers(numbers: AdminRecord[], agents: AdminRecord[]): Finding[] {
  const known = new Set(agents.map((agent) => agent.agent_id));
  return numbers
    .filter((number) => typeof number.agent_id === 'string' && !known.has(number.agent_id))
    .map((number) => {
      const detail = {
        en: `The agent of ${String(number.number)} is not among the company's agents.`,
        de: `Der Agent der Nummer ${String(number.number)} ist beim Betrieb nicht eingetragen.`,
      };
      const todo = {
        en: 'Add it: POST /api/admin/agents, so that calls without a number find the company too.',
        de: 'Den Agenten auf der Seite des Betriebs eintragen, damit auch Anrufe ohne Nummer zum Betrieb finden.',
      };
      return warning(`phone_number:${number.id}`, 'Agent of a phone number', detail, todo);
    });
}

export function unmappedHosts(services: AdminRecord[], mappings: AdminRecord[]): Finding[] {
  const mapped = new Set(mappings.map((mapping) => mapping.calcom_host_id));
  return services.flatMap((service) => {
    const hosts = Array.isArray(service.host_ids) ? service.host_ids : [];
    const title = `Hosts of ${String(service.name)}`;
    const todo = 'Import again: POST /api/admin/calcom/import-event-types.';
    if (hosts.length === 0)
      return [warning(`hosts:${service.id}`, title, 'No host is known for this event type.', todo)];
    const unknown = hosts.filter((host) => !mapped.has(host));
    const detail = {
      en: `Hosts ${unknown.join(', ')} have no member of staff.`,
      de: `Diesen Personen bei Cal.com ist hier niemand zugeordnet: ${unknown.join(', ')}.`,
    };
    return unknown.length === 0 ? [] : [warning(`hosts:${service.id}`, title, detail, todo)];
  });
}

export function team(teamId: number | null, teams: { id: number; name: string }[]): Finding {
  if (teamId === null) {
    if (teams.length === 0) return fine('calcom_team', 'Cal.com team', 'None: personal event types only.');
    return warning(
      'calcom_team',
      'Cal.com team',
      'No team is set; all teams of the key are used.',
      'Set calcom_team_id of the company.',
    );
  }
  const found = teams.find((one) => one.id === teamId);
  if (found) return fine('calcom_team', 'Cal.com team', `“${found.name}”.`);
  return problem(
    'calcom_team',
    'Cal.com team',
    `The key does not see team ${teamId}.`,
    'Correct calcom_team_id, or use a key of a member of that team.',
  );
}

/** What a plain member's key cannot see and do; null: Cal.com does not say which role it is. */
export function roleInTeam(teamId: number, name: string, role: TeamRole | null): Finding[] {
  const [id, title] = [`calcom_role:${teamId}`, `Role in team ${name}`];
  if (role === null) return [];
  if (role !== 'member') return [fine(id, title, `The key is of the team’s ${role}.`)];
  return [
    warning(
      id,
      title,
      'The key is of a plain member. Cal.com lists only this member’s bookings to it: what changes at colleagues is not found by asking. It cannot set up webhooks of the team’s event types or let callers choose the person.',
      'Give the company the API key of an owner or administrator of the team.',
    ),
  ];
}

export function webhook(hooks: UpstreamWebhook[]): Finding {
  const useful = hooks.filter((hook) => hook.active && hook.subscriberUrl.includes('calcom'));
  const todo = 'Create it: POST /api/admin/calcom/create-webhook.';
  if (useful.length === 0)
    return warning(
      'calcom_webhook',
      'Cal.com webhook',
      'Cal.com tells this gateway nothing; changes are found by asking, minutes later.',
      todo,
    );
  const lacking = NEEDED_TRIGGERS.filter((trigger) => !useful.some((hook) => hook.triggers.includes(trigger)));
  if (lacking.length > 0)
    return warning(
      'calcom_webhook',
      'Cal.com webhook',
      { en: `Not subscribed: ${lacking.join(', ')}.`, de: `Nicht abonniert: ${lacking.join(', ')}.` },
      todo,
    );
  return fine('calcom_webhook', 'Cal.com webhook', 'Active.');
}

/** That a webhook is registered proves nothing: those of one person stay silent for event types of teams. */
export function push(services: AdminRecord[], evidence: PushEvidence[], now: Date): Finding {
  const title = 'Webhooks that arrive';
  const known = new Map(evidence.map((one) => [one.eventTypeId, one]));
  const named = (state: PushState): string[] =>
    services.flatMap(({ name, calcom_event_type_id: id }) => {
      const one = known.get(Number(id)) ?? { eventTypeId: Number(id), heardAt: null, changedAt: null, madeAt: null };
      return pushState(one, now.getTime()) === state ? [String(name)] : [];
    });
  const silent = named('silent');
  if (silent.length > 0) {
    return warning(
      'calcom_push',
      title,
      `The last change reached the gateway by no webhook: ${silent.join(', ')}. It asks more often instead, and learns of bookings made elsewhere up to three minutes late.`,
      'Create the webhooks: POST /api/admin/calcom/create-webhook. For event types of a team its answer says what to click at Cal.com.',
    );
  }
  const unknown = named('unknown');
  if (unknown.length === 0) return fine('calcom_push', title, 'For every service the last change arrived.');
  return fine('calcom_push', title, {
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
    warning(
      'calcom_slow_bookings',
      'Bookings take long',
      {
        en: `Cal.com needs up to ${seconds} s for a booking. Cal.com waits for ${waiting.en}, and the caller waits as well.`,
        de: `Cal.com braucht bis zu ${seconds} s für eine Buchung. Es wartet auf ${waiting.de}, und Anrufer warten mit.`,
      },
      'Look at the webhooks under Settings → Developer at Cal.com, of the team too: each should answer at once, or be switched off.',
    ),
  ];
}

export function unknownRefusals(refusals: { message: string; occurrences: number }[]): Finding {
  const title = 'Refusals by Cal.com';
  if (refusals.length === 0) return fine('calcom_refusals', title, 'All in words that the gateway knows.');
  const told = refusals.map(({ message, occurrences }) => `${occurrences} × “${message}”`);
  return warning(
    'calcom_refusals',
    title,
    `In words that no rule knows, so callers were only told that it did not work: ${told.join('; ')}.`,
    'Compare this Cal.com with the expected answers: npm run bench -- calcom-diff. Close the alerts once they are understood.',
  );
}

/** @param effectOf what a tool of that name does; null: there is none */
export function checkAgentTools(
  tools: AgentTool[],
  effectOf: (name: string) => 'read' | 'write' | null,
  deadlines: { readDeadlineMs: number; writeDeadlineMs: number },
): Finding[] {
  const unknown = tools.filter((tool) => effectOf(tool.name) === null).map((tool) => tool.name);
  const hasty = tools.filter(
    (tool) =>
      tool.timeoutMs <= (effectOf(tool.name) === 'write' ? deadlines.writeDeadlineMs : deadlines.readDeadlineMs),
  );
  const names = 'Agent tools';
  const times = 'Agent tool timeouts';
  return [
    unknown.length === 0
      ? fine('agent_tools', names, `All ${tools.length} are answered.`)
      : problem(
          'agent_tools',
          names,
          { en: `Nothing answers ${unknown.join(', ')}.`, de: `Nichts beantwortet ${unknown.join(', ')}.` },
          'Correct the names in the agent’s tool list.',
        ),
    hasty.length === 0
      ? fine('agent_timeouts', times, 'All longer than the gateway needs at most.')
      : problem(
          'agent_timeouts',
          times,
          {
            en: `Retell gives up before the gateway may have answered: ${hasty.map((tool) => tool.name).join(', ')}.`,
            de: `Retell gibt auf, bevor das Gateway geantwortet haben muss: ${hasty.map((tool) => tool.name).join(', ')}.`,
          },
          'Raise timeout_ms of these tools, or lower VOICE_READ_DEADLINE_MS and VOICE_WRITE_DEADLINE_MS.',
        ),
  ];
}
