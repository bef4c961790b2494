import { KIT_VARIABLE } from './agent-settings';
import { ENGINES, type AgentVersion, type Fields, type Flow, type RetellAgent } from './management';
import { changesOf, type FieldChange } from './owned-fields';

/** What differs between two versions of one content. */
const OF_THE_VERSION = [
  'version',
  'base_version',
  'is_published',
  'version_title',
  'version_description',
  'last_modification_timestamp',
  'user_modified_timestamp',
  'assigned_tags',
];

/** One version of an agent, with what it runs on. */
export interface Content {
  agent: RetellAgent;
  engine: Fields;
  flow: Flow;
  engineId: string;
}

/** What the gateway keeps as it should be. */
export interface Owned {
  agent: Fields;
  engine: Fields;
  fingerprint: string;
}

/** Agent and engine share their numbers; an answer that names the engine's counts. */
export function engineVersionOf(agent: RetellAgent): number {
  return agent.response_engine.version ?? agent.version;
}

/** null: an engine of another kind. */
export function flowOf(agent: RetellAgent): Flow | null {
  const flows = Object.keys(ENGINES) as Flow[];
  return flows.find((flow) => ENGINES[flow].type === agent.response_engine.type) ?? null;
}

/** A draft counts only when it is newer than what is published. */
export function latestOf(versions: AgentVersion[]): { published: AgentVersion | null; draft: AgentVersion | null } {
  const newestFirst = [...versions].sort((a, b) => b.version - a.version);
  const published = newestFirst.find((one) => one.is_published) ?? null;
  const [newest] = newestFirst;
  return { published, draft: newest && !newest.is_published ? newest : null };
}

/** A draft of ours is as the published version, or what an interrupted run of ours has begun. */
export function isEditedByHand(draft: Content, live: Content): boolean {
  if (contentChanges(live, draft).length === 0) return false;
  const kit = variableOf(draft.engine, KIT_VARIABLE);
  return kit === null || kit === variableOf(live.engine, KIT_VARIABLE);
}

/** Where a version is not as it should be. */
export function changesBetween(owned: Owned, present: Content): FieldChange[] {
  return [
    ...changesOf(owned.engine, present.engine, `${ENGINES[present.flow].type}.`),
    ...changesOf(owned.agent, present.agent, 'agent.'),
  ];
}

/** Everything in which two versions differ, owned fields or not. */
export function contentChanges(before: Content, after: Content): FieldChange[] {
  const content = ({ agent, engine }: Content): Fields => ({
    agent: withoutVersion({ ...agent, response_engine: agent.response_engine.type }),
    engine: withoutVersion(engine),
  });
  const [was, is] = [content(before), content(after)];
  const gone = changesOf(was, is).filter(({ path }) => !changesOf(is, was).some((one) => one.path === path));
  return [...changesOf(is, was), ...gone];
}

function withoutVersion(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !OF_THE_VERSION.includes(name)));
}

/** A default variable of an engine; null when it has none of that name. */
export function variableOf(engine: Fields, name: string): string | null {
  const variables = engine.default_dynamic_variables as Record<string, string> | null | undefined;
  return variables?.[name] ?? null;
}
