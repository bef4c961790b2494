import { toolNamed, type ToolName } from '../services/voice/tools';

const LONGEST_NAME = 100;

/** `v17/check-availability`, `check_availability_v17` and `cancel-appointment-v4` are the unversioned tool. */
export function toolByName(name: string): ToolName | null {
  if (name.length > LONGEST_NAME) return null;
  const bare = name
    .trim()
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^v\d+\//, '')
    .replace(/_v\d+$/, '');
  return toolNamed(bare)?.name ?? null;
}
