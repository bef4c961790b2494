import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Language, TenantId } from '../domain';
import { RetellCaller } from '../platforms/callers/retell-caller';
import { playTestCall } from '../platforms/test-call';
import { AgentConnection } from '../retell/agent-connection';
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
  const { config, clock, stores } = base;
  const ownKey = async (companyId: TenantId): Promise<string | null> => {
    const own = (await stores.companies.secrets('retell_api_key')).find((one) => one.companyId === companyId);
    const opened = own && upstream.sealed.open('retell_api_key', own);
    return opened ? (splitKeys(opened)[0] ?? null) : null;
  };
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

/** Of the kit that lies beside the sources, and beside the compiled files. */
async function promptFile(language: Language): Promise<string> {
  for (const up of ['../..', '../../..']) {
    const text = await readFile(path.join(__dirname, up, 'agent', `prompt.${language}.md`), 'utf8').catch(() => null);
    if (text !== null) return text;
  }
  throw new Error(`agent/prompt.${language}.md is missing`);
}
