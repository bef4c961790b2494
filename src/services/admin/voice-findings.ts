import type { TransferRules } from '../../domain';
import type { AdminRecord } from './records';
import { fine, warning, type Finding } from './setup-findings';

/** Whether the platform learns that a caller does not want to be recorded; nothing to say where callers are not asked. */
export function storageAtPlatform(company: AdminRecord, isManagementKeySet: boolean): Finding[] {
  if (company.recording_notice !== 'ask') return [];
  const [id, title] = ['recording_refusal', 'No to a recording'];
  if (isManagementKeySet || company.has_retell_api_key === true) {
    const detail =
      'After a caller’s no Retell is told to store only basic attributes of the call. Vapi and ElevenLabs cannot be told for one call.';
    return [fine(id, title, detail)];
  }
  return [
    warning(
      id,
      title,
      'After a caller’s no this gateway keeps no word of the call, but Retell is not told to stop storing it: no key for its management API is known.',
      'Give the company its own retell_api_key, or set RETELL_MANAGEMENT_KEY. At Vapi and ElevenLabs, switch recording off.',
    ),
  ];
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
    return [warning(`transfer_loop:${id}`, `Transfer numbers of ${String(name)}`, detail, todo)];
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
    return [warning(`agent_version:${number}`, `Agent version of ${number}`, detail, todo)];
  });
}
