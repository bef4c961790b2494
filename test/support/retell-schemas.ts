import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const SDK = path.join(__dirname, '../../node_modules/retell-sdk');
/** The types of the SDK that describe what Retell's API takes. */
const TYPES = [
  'LlmCreateParams',
  'LlmUpdateParams',
  'AgentCreateParams',
  'AgentUpdateParams',
  'AgentListParams',
  'AgentCreateVersionParams',
  'AgentPublishParams',
  'ConversationFlowCreateParams',
  'ConversationFlowUpdateParams',
  'PhoneNumberUpdateParams',
  'PlaygroundCompletionParams',
  'CallUpdateParams',
] as const;
export type RetellType = (typeof TYPES)[number];

const { version } = JSON.parse(readFileSync(path.join(SDK, 'package.json'), 'utf8')) as { version: string };
/** Reading the types takes some ten seconds, so what comes of it is kept beside the installed packages. */
const KEPT = path.join(__dirname, `../../node_modules/.cache/retell-schemas-${version}-${TYPES.length}.json`);

function schemas(): Record<RetellType, object> {
  if (existsSync(KEPT)) return JSON.parse(readFileSync(KEPT, 'utf8')) as Record<RetellType, object>;
  const generator = createGenerator({
    path: path.join(SDK, 'resources/{llm,agent,conversation-flow,phone-number,playground,call}.d.ts'),
    skipTypeCheck: true,
    expose: 'none',
    topRef: false,
  });
  const made = Object.fromEntries(TYPES.map((type) => [type, generator.createSchema(type)]));
  mkdirSync(path.dirname(KEPT), { recursive: true });
  // Other workers read it, or write the same, at the same time.
  const own = `${KEPT}.${process.pid}`;
  writeFileSync(own, JSON.stringify(made));
  renameSync(own, KEPT);
  return made as Record<RetellType, object>;
}

const ajv = new Ajv({ strict: false });
const compiled = new Map<RetellType, ValidateFunction>();
let known: Record<RetellType, object> | undefined;

/** What is wrong with a body by the SDK's types; null when nothing is. */
export function problemWith(type: RetellType, body: unknown): string | null {
  known ??= schemas();
  const validate = compiled.get(type) ?? ajv.compile(known[type]);
  compiled.set(type, validate);
  return validate(body) ? null : ajv.errorsText(validate.errors, { separator: '; ' }).slice(0, 2000);
}
