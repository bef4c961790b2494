import type { TenantId } from '../domain';
import type { JobRunner } from '../jobs/job-runner';
import { STOP_STORING, stopStoringJob } from '../jobs/stop-storing-job';
import { RetellCaller } from '../platforms/callers/retell-caller';
import { type CallStep, nextWorkdayInWords, playConversation } from '../platforms/conversation';
import { playTestCall } from '../platforms/test-call';
import { latestOf } from '../retell/agent-versions';
import { AgentConnection } from '../retell/agent-connection';
import { promptFile } from '../retell/agent-folder';
import { RetellManagement } from '../retell/management';
import { AgentLines, type AgentLinesDeps } from '../services/admin/agent-lines';
import type { SetupCheck, SetupCheckDeps } from '../services/admin/setup-check';
import type { LineAtRetell } from '../services/admin/setup-findings';
import { TestCalls } from '../services/admin/test-calls';
import { openingOf } from '../services/voice/disclosure';
import { LANGUAGES } from '../services/language/languages';
import { splitKeys } from '../services/tenants/ownership';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

const ORDER_TIMEOUT_MS = 20_000;
const CHECK_TIMEOUT_MS = 3000;
/** As many are looked up in one check. */
const MOST_LINES = 20;
/** No person's number: a caller who is new to every company. */
const TEST_CALLER = '+49309018200';
const TEST_NAME = 'Erika Beispiel';

/** Sets agents up at Retell. */
export function composeAgents(
  base: Infrastructure,
  upstream: Upstream,
  deps: AgentLinesDeps & { checks: Pick<SetupCheck, 'run'> },
): AgentConnection {
  const { config, clock } = base;
  const ownKey = ownRetellKey(base, upstream);
  const [signingKey = null] = config.RETELL_API_KEY ?? [];
  return new AgentConnection({
    reader: deps.reader,
    lines: new AgentLines(deps),
    managementKey: async (companyId) => (await ownKey(companyId)) ?? config.RETELL_MANAGEMENT_KEY ?? signingKey,
    baseUrl: config.RETELL_BASE_URL,
    publicUrl: config.PUBLIC_URL ?? null,
    promptOf: promptFile,
    greetingOf: (language, name, settings) =>
      LANGUAGES[language].phrases.greeting(name, null, openingOf(settings, language)),
    retentionDays: config.TRANSCRIPT_RETENTION_DAYS,
    checks: (companyId) => deps.checks.run(companyId),
    testCall: async (companyId, { gatewayUrl, number, agentId, language }) =>
      playTestCall(
        new RetellCaller({
          ...{ baseUrl: gatewayUrl, secret: (await ownKey(companyId)) ?? signingKey },
          ...{ fromNumber: number === null ? null : TEST_CALLER, toNumber: number, agentId, language },
        }),
      ),
    sleep: (ms) => clock.sleep(ms),
  });
}

/** Calls that the gateway plays to itself. @param ownAddress where it listens */
export function composeTestCalls(
  base: Infrastructure,
  upstream: Upstream,
  ownAddress: () => string,
): TestCalls<CallStep> {
  const ownKey = ownRetellKey(base, upstream);
  const [signingKey = null] = base.config.RETELL_API_KEY ?? [];
  return new TestCalls({
    reader: base.stores.reader,
    play: async ({ companyId, number, agentId, language, service, books }, show) => {
      const { caller } = LANGUAGES[language];
      const played = new RetellCaller({
        ...{ baseUrl: ownAddress(), secret: (await ownKey(companyId)) ?? signingKey, agentId, language },
        ...{ fromNumber: number === null ? null : TEST_CALLER, toNumber: number },
      });
      const wish = { service, date: nextWorkdayInWords(language), time: caller.time, name: TEST_NAME };
      await playConversation(played, [], { ...wish, language, books, detours: false, cancelled: true }, show);
    },
  });
}

/** The first of the company's own keys; null when it has none. */
function ownRetellKey(
  { stores }: Infrastructure,
  { sealed }: Upstream,
): (companyId: TenantId) => Promise<string | null> {
  return async (companyId) => {
    const own = (await stores.companies.secrets('retell_api_key')).find((one) => one.companyId === companyId);
    const opened = own && sealed.open('retell_api_key', own);
    return opened ? (splitKeys(opened)[0] ?? null) : null;
  };
}

/** Asks Retell which version of their agents answers a company's numbers. */
export function linesAtRetell(base: Infrastructure, upstream: Upstream): SetupCheckDeps['linesAtRetell'] {
  const ownKey = ownRetellKey(base, upstream);
  return async (companyId, numbers) => {
    const apiKey = (await ownKey(companyId)) ?? base.config.RETELL_MANAGEMENT_KEY;
    if (apiKey === undefined) return [];
    const api = managementOf(base, apiKey, CHECK_TIMEOUT_MS);
    const lines = numbers.slice(0, MOST_LINES).map(async (number): Promise<LineAtRetell[]> => {
      const [bound] = (await api.number(number))?.inbound_agents ?? [];
      if (bound?.agent_version === undefined) return [];
      const { published } = latestOf(await api.versions(bound.agent_id));
      return [{ number, answers: String(bound.agent_version), published: published?.version ?? null }];
    });
    // What cannot be asked is no finding of the company's.
    return (await Promise.all(lines.map((line) => line.catch(() => [])))).flat();
  };
}

function managementOf({ config, clock }: Infrastructure, apiKey: string, timeoutMs: number): RetellManagement {
  const sleep = (ms: number): Promise<void> => clock.sleep(ms);
  return new RetellManagement({ baseUrl: config.RETELL_BASE_URL, timeoutMs, sleep, apiKey });
}

/** Lets Retell know of callers who do not want a recording. */
export function addStopStoring(base: Infrastructure, upstream: Upstream, jobs: JobRunner): void {
  const { config, stores, warn } = base;
  const ownKey = ownRetellKey(base, upstream);
  jobs.add(
    STOP_STORING,
    stopStoringJob({
      find: (callId) => stores.calls.find(callId),
      restrictAtRetell: async (companyId, callId) => {
        const apiKey = (await ownKey(companyId)) ?? config.RETELL_MANAGEMENT_KEY;
        if (apiKey === undefined) return false;
        await managementOf(base, apiKey, ORDER_TIMEOUT_MS).keepBasicsOnly(callId);
        return true;
      },
      log: warn,
    }),
  );
}
