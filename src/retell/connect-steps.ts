/** What was done while an agent is set up, in words; the dashboard has them in its reader's language. */
export const CONNECT_STEPS = {
  workspace: ({ name = '' }) => `Workspace: ${name}`,
  engine: ({ id = '' }) => `${id} is there`,
  agent: ({ id = '' }) => `Agent ${id} is there`,
  looking: ({ what = '', problem = '' }) => `${problem}; looking whether ${what} was made`,
  change: ({ path = '', from = '', to = '' }) => `${path}: ${from} → ${to}`,
  written: ({ version = '', count = '' }) => `Version ${version} is written, ${count} changes`,
  published: ({ version = '' }) => `Version ${version} is published`,
  number: ({ number = '', id = '' }) => `${number} is answered by ${id}, in its latest published version`,
  note: ({ text = '' }) => text,
  rung: ({ heard = '' }) => `The test call was answered: ${heard}`,
  not_rung: ({ heard = '' }) => `The test call failed: ${heard}`,
  asked: ({ text = '' }) => `The agent says: ${text}`,
  not_asked: ({ text = '' }) => `The agent could not be asked: ${text}`,
  planned: () => 'Nothing was written',
  unchanged: ({ id = '' }) => `${id} was as it should be`,
  created: ({ id = '' }) => `${id} was made`,
  updated: ({ id = '' }) => `${id} was updated`,
} satisfies Record<string, (values: Record<string, string>) => string>;

type ConnectStepName = keyof typeof CONNECT_STEPS;

interface ConnectStep {
  step: ConnectStepName;
  values: Record<string, string>;
}

export type OnStep = (step: ConnectStepName, values: Record<string, string>) => void;

export function stepText({ step, values }: ConnectStep): string {
  const text: (values: Record<string, string>) => string = CONNECT_STEPS[step];
  return text(values);
}
