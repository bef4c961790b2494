import { z } from 'zod';
import type { Language } from '../../../domain';
import type { ToolResult, Turn } from '../turn';
import { type ArgumentDetails, detailsOf } from './arguments';
import { commonFields, commonStatuses } from './fields';

/** A text for agents, in every language. */
type AgentText = Readonly<Record<Language, string>>;

type ArgumentsOf<Args extends z.ZodRawShape> = {
  [Name in keyof Args]?: z.output<Args[Name]> | undefined;
};

interface ToolDeclaration<Name extends string, Args extends z.ZodRawShape> {
  /** Canonical, snake case. */
  name: Name;
  /** Other names under which live agents call it. */
  aliases: readonly string[];
  /** `write`: changes appointments at Cal.com, gets the longer deadline and the last free places. */
  effect: 'read' | 'write';
  /** Changes something in the gateway although nothing at Cal.com, such as a note or a reservation. */
  changesGateway?: true;
  describe: AgentText;
  /** Canonical names; agents omit even required ones, so `run` finds any of them absent. */
  args: Args;
  /** Business outcomes besides those that every tool may answer. */
  statuses: readonly [string, ...string[]];
  /** The answer's own fields; each schema must have an absent value (see `absentValue`). */
  answer: z.ZodRawShape;
  agent: {
    /** Spoken while the tool works; must not promise its outcome. */
    announcement?: AgentText;
    /** False when a repeat after a lost answer would do harm. Default true. */
    repeatable?: boolean;
    /** What an agent keeps of the answer: variable → path of the field. */
    variables: Readonly<Record<string, string>>;
  };
  run(turn: Turn, args: ArgumentsOf<Args>): Promise<ToolResult>;
}

/** A voice tool as everything else sees it: routing, argument reading, OpenAPI, agent kits. */
export interface Tool<Name extends string = string> extends Omit<
  ToolDeclaration<Name, z.ZodRawShape>,
  'args' | 'answer' | 'run'
> {
  args: z.ZodObject;
  /** The whole answer: common and own fields, none optional. */
  answer: z.ZodObject;
  /** The arguments with how each is read, by canonical name. */
  arguments: readonly { name: string; required: boolean; details: ArgumentDetails }[];
  /** Every field of the answer with what stands in it when there is nothing to say. */
  absent: ReadonlyMap<string, unknown>;
  run(turn: Turn, args: Readonly<Record<string, unknown>>): Promise<ToolResult>;
}

/** Whether calling it changes nothing, neither here nor at Cal.com. */
export const isReadOnly = ({ effect, changesGateway }: Pick<Tool, 'effect' | 'changesGateway'>): boolean =>
  effect === 'read' && changesGateway !== true;

/** The single declaration of a tool. */
export function defineTool<const Name extends string, Args extends z.ZodRawShape>(
  declaration: ToolDeclaration<Name, Args>,
): Tool<Name> {
  const own = { ...commonFields, ...declaration.answer };
  return {
    ...declaration,
    args: z.object(declaration.args),
    answer: z.strictObject({
      success: z.boolean(),
      status: z.enum([...new Set([...declaration.statuses, ...commonStatuses])]),
      message: z.string(),
      call_id: z.string().nullable(),
      ...own,
    }),
    arguments: Object.entries(declaration.args).map(([name, schema]) => ({
      name,
      required: !(schema instanceof z.ZodOptional),
      details: detailsOf(schema),
    })),
    absent: new Map(Object.entries(own).map(([field, schema]) => [field, absentValue(schema, field)])),
    // Arguments are read by the schemas of the same declaration.
    run: (turn, args) => declaration.run(turn, args as ArgumentsOf<Args>),
  };
}

/**
 * What stands in a field when there is nothing to say: flows that read fields by path must always find them.
 * @throws TypeError for a schema that has no such value
 */
function absentValue(schema: unknown, field: string): unknown {
  if (schema instanceof z.ZodNullable) return null;
  if (schema instanceof z.ZodArray) return [];
  if (schema instanceof z.ZodBoolean) return false;
  if (schema instanceof z.ZodNumber) return 0;
  if (schema instanceof z.ZodObject) {
    return Object.fromEntries(Object.entries(schema.shape).map(([name, inner]) => [name, absentValue(inner, name)]));
  }
  throw new TypeError(
    `the field ${field} of an answer must be nullable, a list, a flag, a number or an object of such`,
  );
}
