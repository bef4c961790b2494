import { createHash } from 'node:crypto';
import type { BackgroundTasks } from '../../background-tasks';
import { ALERTS } from '../admin/alert-texts';
import { type Alert, alertOf, type Alerts } from '../admin/alerts';

export interface AnswerDifference {
  /** Of the field, without indexes: `data[].status`. */
  path: string;
  what: 'missing' | 'unknown value' | 'unreadable';
  /** Only of a field with a known list of values, whose values are words of Cal.com's own. */
  value: string | null;
}

interface Finding {
  route: string;
  differences: AnswerDifference[];
  sample: unknown;
}

interface DriftWatchDeps {
  alerts: Pick<Alerts, 'raise' | 'settle'>;
  /** Counts alerts; one row each. */
  companies: { alert(alert: Alert): Promise<unknown> };
  background: BackgroundTasks;
}

/** Kind of the rows that count texts. */
export const UNKNOWN_REFUSAL = 'unknown_refusal';
const MOST_TEXT = 200;

/**
 * Notices when Cal.com no longer answers as the parsers expect. Answers to writes are compared as work brings them;
 * answers to reads while `look` asks for one of each kind.
 */
export class DriftWatch {
  readonly #looking = new Map<string, Finding[]>();

  constructor(private readonly deps: DriftWatchDeps) {}

  /** Whether the answer's shape is to be compared. */
  wants(method: string, credentialId: string): boolean {
    return method !== 'GET' || this.#looking.has(credentialId);
  }

  compared(route: string, credentialId: string, differences: AnswerDifference[], sample: () => unknown): void {
    if (differences.length === 0) return;
    const finding = { route, differences, sample: sample() };
    const looking = this.#looking.get(credentialId);
    if (looking) looking.push(finding);
    else this.#raise(credentialId, [finding]);
  }

  /** @param text in Cal.com's words, masked */
  unknownRefusal(route: string, status: number, text: string): void {
    // Numbers and ids differ each time; the kind of sentence is what counts.
    const kind = text
      .split(/\s/)
      .map((word) => (/\d/.test(word) ? '#' : word))
      .join(' ')
      .slice(0, MOST_TEXT);
    const hash = createHash('sha256').update(kind).digest('hex').slice(0, 12);
    const words = ALERTS.unknown_refusal({ words: kind });
    const alert = alertOf(words, `refusal:${status}:${hash}`, null, { route, status });
    this.deps.background.run('count a refusal', this.deps.companies.alert(alert));
  }

  /** Compares every answer to this key's questions while they are asked. */
  async look(credentialId: string, ask: () => Promise<void>): Promise<void> {
    const found: Finding[] = [];
    this.#looking.set(credentialId, found);
    try {
      await ask();
    } finally {
      this.#looking.delete(credentialId);
      if (found.length > 0) this.#raise(credentialId, found);
      else this.deps.alerts.settle([alertKey(credentialId)]);
    }
  }

  #raise(credentialId: string, found: Finding[]): void {
    const told = found.flatMap(({ route, differences }) =>
      differences.map(({ path, what, value }) => `${route} ${path}: ${what}${value === null ? '' : ` “${value}”`}`),
    );
    this.deps.alerts.raise(ALERTS.calcom_drift({ found: told.slice(0, 5) }), alertKey(credentialId), null, { found });
  }
}

function alertKey(credentialId: string): string {
  return `drift:${credentialId}`;
}
