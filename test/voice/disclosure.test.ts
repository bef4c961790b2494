import { ENGLISH } from '../../src/services/language/en/phrases';
import { GERMAN } from '../../src/services/language/de/phrases';
import { isDisclosedIn, openingOf } from '../../src/services/voice/disclosure';
import { keptAnalysis } from '../../src/services/voice/transcript';
import type { CompanySettings, RecordingNotice } from '../../src/domain';

const OWN_WORDS = 'Grüß Gott, Sie sprechen mit Rosi, dem sprechenden Telefon von {{business_name}}';
const settings = (enabled: boolean, de: string | null, recordingNotice: RecordingNotice = 'off'): CompanySettings =>
  ({ aiDisclosure: { enabled, de, en: null }, recordingNotice }) as CompanySettings;

describe('the greeting', () => {
  test('says in the language of the call that an AI answers, unless the company has switched it off', () => {
    const german = (enabled: boolean, own: string | null, recording: RecordingNotice = 'off'): string =>
      GERMAN.greeting('Salon Sonnenschein', 'Anna', openingOf(settings(enabled, own, recording), 'de'));
    expect(german(true, null)).toBe(
      'Guten Tag, Anna, hier ist die digitale Assistentin von Salon Sonnenschein, eine KI. Was kann ich für Sie tun?',
    );
    expect(german(true, OWN_WORDS)).toBe(
      'Grüß Gott, Sie sprechen mit Rosi, dem sprechenden Telefon von Salon Sonnenschein. Was kann ich für Sie tun?',
    );
    expect(german(false, OWN_WORDS)).toBe(
      'Guten Tag, Anna, willkommen bei Salon Sonnenschein. Was kann ich für Sie tun?',
    );
    expect(german(true, null, 'notice')).toContain(' Das Gespräch wird aufgezeichnet, was kann ich');
    expect(german(true, null, 'ask')).toMatch(/eine KI\. Darf das Gespräch aufgezeichnet werden\?$/);
    // Without own words in a language its usual ones are said.
    expect(ENGLISH.greeting('Sunshine', null, openingOf(settings(true, OWN_WORDS), 'en'))).toBe(
      'Hello, this is the AI assistant of Sunshine. What can I do for you?',
    );
  });

  test.each([
    ['de', GERMAN],
    ['en', ENGLISH],
  ] as const)('in %s is heard as a disclosure when it is spoken', (language, say) => {
    for (const recording of ['off', 'notice', 'ask'] as const) {
      const opening = openingOf(settings(true, null, recording), language);
      expect(isDisclosedIn(`Agent: ${say.greeting('Salon', 'Anna', opening)}\nUser: Hallo.`, [])).toBe(true);
      expect(isDisclosedIn(`Agent: ${say.greeting('Salon', 'Anna', { ...opening, isDisclosed: false })}`, [])).toBe(
        false,
      );
    }
  });
});

describe('a transcript', () => {
  test.each([
    'Agent: Guten Tag, hier ist die digitale Assistentin von Salon Sonnenschein.',
    'Agent: Guten Tag.\nUser: Hallo?\nAgent: Sie sprechen mit einer künstlichen Intelligenz.',
    'Agent: Hier spricht die KI-Assistentin vom Salon, was kann ich tun?',
    'Agent: Sie sprechen nicht mit einem Menschen, sondern mit einem Sprachassistenten.',
    'Agent: Hallo, ich bin der virtuelle Assistent der Praxis.',
    'Agent: Hi, you are speaking with an AI.',
    'Agent: Hello, this is the automated assistant of the clinic.',
    "agent: Hi! I'm a virtual receptionist,\nhow can I help?",
    'User: Hallo?\nAgent: Guten Tag, hier ist Rosi, eine K.I.'.replace('K.I.', 'KI.'),
  ])('tells of the AI: %j', (transcript) => {
    expect(isDisclosedIn(transcript, [])).toBe(true);
  });

  test.each([
    'Agent: Guten Tag, willkommen bei Salon Sonnenschein.',
    'Agent: Ich bin keine KI, ich bin Anna.',
    "Agent: I'm not a robot, I'm Anna.",
    'Agent: Guten Tag, hier ist Kira vom Salon.',
    'Agent: Guten Tag.\nUser: Bist du eine KI?\nAgent: Was kann ich tun?\nUser: Sag schon.\nAgent: Ja, ich bin eine KI.',
  ])('does not tell of the AI at the beginning: %j', (transcript) => {
    expect(isDisclosedIn(transcript, [])).toBe(false);
  });

  test('with the company’s own words tells of it, whatever the name sounds like', () => {
    const transcript = 'Agent: Grüß Gott! Sie sprechen mit Rosi, dem sprechenden Telefon von Salong Sonnschein. Bitte?';
    expect(isDisclosedIn(transcript, [OWN_WORDS])).toBe(true);
    expect(isDisclosedIn(transcript.replace('Rosi', 'Resi'), [OWN_WORDS])).toBe(false);
    expect(isDisclosedIn(transcript, ['{{business_name}}'])).toBe(false);
  });

  test('without a word of the agent says nothing either way', () => {
    expect(isDisclosedIn('User: Hallo?', [])).toBeNull();
    expect(isDisclosedIn('', [])).toBeNull();
  });

  test('of any length and kind is read in no time', () => {
    expect(isDisclosedIn(`Agent: ${'digitale '.repeat(40_000)}`, [OWN_WORDS])).toBe(false);
  });
});

test('nothing about how a caller felt is kept of an analysis, under whatever name and in whatever shape', () => {
  const vapi = { summary: 'Termin', successEvaluation: 'true', structuredData: { sentiment: 'angry' } };
  expect(keptAnalysis(vapi)).toEqual({ summary: 'Termin', successEvaluation: 'true' });
  const elevenlabs = {
    ...{ transcript_summary: 'Termin', call_successful: 'success' },
    ...{ evaluation_criteria_results: { mood: {} }, data_collection_results: { emotion: { value: 'sad' } } },
  };
  expect(keptAnalysis(elevenlabs)).toEqual({ transcript_summary: 'Termin', call_successful: 'success' });
  expect(keptAnalysis({ user_sentiment: 'Negative', emotion: 'x', call_summary: { mood: 'angry' } })).toBeNull();
  expect(keptAnalysis(null)).toBeNull();
});
