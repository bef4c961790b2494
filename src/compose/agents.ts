import type { TenantId } from '../domain';
import type { JobRunner } from '../jobs/job-runner';
import { STOP_STORING, stopStoringJob } from '../jobs/stop-storing-job';
import { RetellCaller } from '../platforms/callers/retell-caller';
import { playTestCall } from '../platforms/test-call';
import { AgentConnection } from '../retell/agent-connection';
import { promptFile } from '../retell/agent-folder';
import { RetellManagement } from '../retell/management';
import { AgentLines, type AgentLinesDeps } from '../services/admin/agent-lines';
import type { SetupCheck } from '../services/admin/setup-check';
import { openingOf } from '../services/voice/disclosure';
import { LANGUAGES } from '../services/language/languages';
import { splitKeys } from '../services/tenants/ownership';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

/** No person's number: a caller who is new to every company. */
const TEST_CALLER = '+49309018200';

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

/** Lets Retell know of callers who do not want a recording. */
export function addStopStoring(base: Infrastructure, upstream: Upstream, jobs: JobRunner): void {
  const { config, clock, stores, warn } = base;
  const ownKey = ownRetellKey(base, upstream);
  jobs.add(
    STOP_STORING,
    stopStoringJob({
      find: (callId) => stores.calls.find(callId),
      restrictAtRetell: async (companyId, callId) => {
        const apiKey = (await ownKey(companyId)) ?? config.RETELL_MANAGEMENT_KEY;
        if (apiKey === undefined) return false;
        const sleep = (ms: number): Promise<void> => clock.sleep(ms);
        const connection = { baseUrl: config.RETELL_BASE_URL, timeoutMs: 20_000, sleep };
        await new RetellManagement({ ...connection, apiKey }).keepBasicsOnly(callId);
        return true;
      },
      log: warn,
    }),
  );
}
