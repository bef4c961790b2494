import type { TeamRole, UpstreamEventType, UpstreamWebhook } from '../calcom/calcom-ports';
import { customRequiredFields, refusalOf } from './event-type-import';
import { IMPORT_REFUSALS } from './import-refusals';
import { pushState, type PushEvidence, type PushState } from '../sync/push-watch';
import { ignoresHostWish } from './host-choice';
import { OBSTACLE_TEXTS, phoneObstaclesOf } from './phone-obstacles';
import type { DisputedEventType } from '../tenants/event-type-owners';
import type { AiDisclosure } from '../../domain';
import type { AdminRecord } from './records';
import { NEEDED_TRIGGERS } from './webhook-setup';

export interface Finding {
  id: string;
  title: string;
  status: 'ok' | 'warning' | 'error';
  detail: string;
  what_to_do: string | null;
}

export interface AgentTool {
  name: string;
  timeoutMs: number;
}

export const fine = (id: string, title: string, detail: string): Finding => ({
  id,
  title,
  status: 'ok',
  detail,
  what_to_do: null,
});
export const warning = (id: string, title: string, detail: string, what_to_do: string): Finding => ({
  id,
  title,
  status: 'warning',
  detail,
  what_to_do,
});
export const problem = (id: string, title: string, detail: string, what_to_do: string): Finding => ({
  id,
  title,
  status: 'error',
  detail,
  what_to_do,
});

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
      'Say whose it is: POST /api/admin/calcom/assign-event-type. Calls are answered as before until then.',
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
      const detail = `The agent of ${String(number.number)} is not among the company's agents.`;
      const todo = 'Add it: POST /api/admin/agents, so that calls without a number find the company too.';
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
    return unknown.length === 0
      ? []
      : [warning(`hosts:${service.id}`, title, `Hosts ${unknown.join(', ')} have no member of staff.`, todo)];
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

export function eventTypeOf(service: AdminRecord, known: Map<number, UpstreamEventType>): Finding {
  const id = `service:${service.id}`;
  const title = `Service ${String(service.name)}`;
  const eventType = known.get(Number(service.calcom_event_type_id));
  const importing = 'Import again: POST /api/admin/calcom/import-event-types.';
  if (!eventType) {
    const detail = `Event type ${String(service.calcom_event_type_id)} does not exist in this account.`;
    return problem(id, title, detail, 'Correct calcom_event_type_id, or switch the service off.');
  }
  const refusal = refusalOf(eventType);
  if (refusal)
    return problem(id, title, IMPORT_REFUSALS[refusal].detail.en, 'Change it at Cal.com, or switch the service off.');
  const defaults: object =
    typeof service.booking_field_defaults === 'object' ? (service.booking_field_defaults ?? {}) : {};
  const missing = customRequiredFields(eventType).filter((slug) => !Object.hasOwn(defaults, slug));
  if (missing.length > 0) {
    return problem(
      id,
      title,
      `Required booking fields without a default: ${missing.join(', ')}.`,
      'Set booking_field_defaults of the service, or make the fields optional at Cal.com.',
    );
  }
  if (
    !eventType.lengthOptionsMinutes.includes(Number(service.duration_minutes)) &&
    eventType.lengthMinutes !== service.duration_minutes
  ) {
    return warning(
      id,
      title,
      `Cal.com says ${eventType.lengthMinutes} minutes, the service ${String(service.duration_minutes)}.`,
      importing,
    );
  }
  const phoneOnly = eventType.phoneEnabled && !eventType.emailRequired;
  if (service.phone_only !== phoneOnly) {
    return warning(id, title, 'Whether a booking needs an e-mail address has changed at Cal.com.', importing);
  }
  const [obstacle] = phoneObstaclesOf(eventType);
  if (obstacle) {
    const { what, todo } = OBSTACLE_TEXTS[obstacle];
    return (obstacle === 'place_unknown' ? warning : problem)(id, title, `${what.en}.`, todo.en);
  }
  if (ignoresHostWish(eventType)) {
    return warning(
      id,
      title,
      'Cal.com ignores a wish for a person here (rrHostSubsetEnabled is off): callers may get another one than they ask for.',
      'Switch it on: POST /api/admin/calcom/enable-host-choice.',
    );
  }
  const limits = Object.entries(eventType.bookingLimits).map(([span, most]) => ` At most ${most} bookings a ${span}.`);
  const hidden = eventType.hidden ? ' Hidden on Cal.com’s pages.' : '';
  return fine(id, title, `Event type ${eventType.id}.${hidden}${limits.join('')}`);
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
    return warning('calcom_webhook', 'Cal.com webhook', `Not subscribed: ${lacking.join(', ')}.`, todo);
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
  return fine(
    'calcom_push',
    title,
    `Not shown yet, because no booking was made or changed since: ${unknown.join(', ')}.`,
  );
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
    others.length > 0 ? `Cal.com waits for the webhooks to ${names}` : 'Cal.com waits for its webhooks and mails';
  return [
    warning(
      'calcom_slow_bookings',
      'Bookings take long',
      `Cal.com needs up to ${seconds} s for a booking. ${waiting}, and the caller waits as well.`,
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
          `Nothing answers ${unknown.join(', ')}.`,
          'Correct the names in the agent’s tool list.',
        ),
    hasty.length === 0
      ? fine('agent_timeouts', times, 'All longer than the gateway needs at most.')
      : problem(
          'agent_timeouts',
          times,
          `Retell gives up before the gateway may have answered: ${hasty.map((tool) => tool.name).join(', ')}.`,
          'Raise timeout_ms of these tools, or lower VOICE_READ_DEADLINE_MS and VOICE_WRITE_DEADLINE_MS.',
        ),
  ];
}
