import type { CompanySettings, Language } from '../../domain';
import { LANGUAGES } from '../language/languages';
import type { Opening } from './phrases';
import { agentTurns } from './spoken-confirmation';

/** A greeting that is interrupted may need a second turn; later is too late. */
const FIRST_TURNS = 2;
const LONGEST_TURN = 2000;

export type OpeningSettings = Pick<CompanySettings, 'aiDisclosure' | 'recordingNotice'>;

/** What the first words of a call say besides the greeting. */
export function openingOf(settings: OpeningSettings, language: Language): Opening {
  const { aiDisclosure, recordingNotice } = settings;
  return {
    isDisclosed: aiDisclosure.enabled,
    ownWords: aiDisclosure.enabled ? aiDisclosure[language] : null,
    recording: recordingNotice,
  };
}

/**
 * Whether the agent says at the beginning that an AI answers; null when the transcript has no turn of the agent.
 * @param ownWords what the company says instead of the usual words, in any language
 */
export function isDisclosedIn(transcript: string, ownWords: readonly string[]): boolean | null {
  const turns = agentTurns(transcript)
    .slice(0, FIRST_TURNS)
    .map((turn) => turn.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TURN));
  if (turns.length === 0) return null;
  const beginning = turns.join(' ');
  return (
    saysOwnWords(beginning, ownWords) || Object.values(LANGUAGES).some(({ machine }) => isNamed(beginning, machine))
  );
}

/** "Ich bin keine KI" names a machine and denies it: a clause with a denial does not count. */
function isNamed(beginning: string, { named, denied }: { named: RegExp; denied: RegExp }): boolean {
  const clauses = beginning.split(/[.!?;:,–]|\b(?:sondern|aber|but)\b/i);
  return clauses.some((clause) => named.test(clause) && !denied.test(clause));
}

/** Every word in its order; the names filled in between may be spoken in any way. */
function saysOwnWords(beginning: string, ownWords: readonly string[]): boolean {
  const said = ` ${plain(beginning)} `;
  return ownWords.some((words) => {
    const parts = words.split('{{business_name}}').map(plain).filter(Boolean);
    let at = 0;
    return (
      parts.length > 0 &&
      parts.every((part) => {
        const found = said.indexOf(` ${part} `, at);
        at = found + part.length;
        return found >= 0;
      })
    );
  });
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
