import type { z } from 'zod';
import type { OperatorText } from './domain';
import type { InputProblem } from './errors';

/** What is wrong with a field, as it follows the field's name: in English, and the same in German. */
export const FIELD_TEXTS: Readonly<Record<string, string>> = {
  'is required': 'wird benötigt',
  'is no member of staff of this branch': 'arbeitet nicht in dieser Filiale',
  'has no user at Cal.com yet': 'ist noch keinem Nutzer bei Cal.com zugeordnet',
  'does not do this service': 'bietet diese Leistung nicht an',
  'is not offered in this branch': 'wird in dieser Filiale nicht angeboten',
  'is in the past': 'liegt in der Vergangenheit',
  'is required, as there are several': 'fehlt, denn es gibt mehrere',
  'is not known of this customer': 'ist von diesem Kunden nicht bekannt',
  'is no telephone number': 'ist keine Telefonnummer',
  'cannot be used: this gateway has no mail server (SMTP_URL)':
    'kann nicht genutzt werden: Dieses Gateway hat keinen Mailserver (SMTP_URL)',
  'is wrong': 'ist falsch',
  'is not a field of this request': 'gehört nicht zu dieser Anfrage',
  'is not of the kind that is expected': 'hat nicht die erwartete Form',
  'is not one of the possible values': 'ist keiner der möglichen Werte',
  'is not a cursor that this API gave': 'stammt nicht aus einer Antwort dieser Schnittstelle',
  'is not a person of this company who works on callbacks':
    'gehört nicht zu den Personen dieses Betriebs, die Rückrufe bearbeiten',
  'is not accepted by Cal.com; copy it again from Settings → Developer → API keys':
    'wird von Cal.com nicht angenommen; bitte kopieren Sie ihn noch einmal aus Settings → Developer → API keys',
  'is needed too: quiet hours have a beginning and an end':
    'wird auch benötigt: Ruhezeiten haben einen Anfang und ein Ende',
  'is needed: an existing branch, or new_branch': 'wird benötigt: eine vorhandene Filiale oder new_branch',
  'is required for this role': 'wird für diese Rolle benötigt',
  'is required to change the password': 'wird benötigt, um das Passwort zu ändern',
  'is required while PUBLIC_URL is not set': 'wird benötigt, solange PUBLIC_URL nicht gesetzt ist',
  'is required with a token': 'wird mit einem Zugang für Programme benötigt',
  'is required with a token of the platform': 'wird mit einem Zugang der Plattform benötigt',
  'of the platform are alerts only; the others belong to a company':
    'sind bei der Plattform nur Warnungen; alles andere gehört zu einem Betrieb',
  'does not exist in this company': 'gibt es in diesem Betrieb nicht',
  'cannot be changed from or to platform': 'kann nicht von oder zu „platform“ geändert werden',
  'needs an active service: import them from Cal.com first':
    'benötigt eine aktive Leistung: Bitte übernehmen Sie zuerst die Leistungen aus Cal.com',
  'needs an active phone number of the company that is confirmed, or a Retell agent':
    'benötigt eine aktive, bestätigte Telefonnummer des Betriebs oder einen Agenten bei Retell',
  'must be a key of at least 8 characters, or up to five with commas between':
    'muss ein Schlüssel mit mindestens 8 Zeichen sein; bis zu fünf werden durch Kommas getrennt',
  'must be a number in international form such as +493012345678':
    'muss eine Nummer in internationaler Form sein, etwa +493012345678',
  'must be a person’s name': 'muss der Name einer Person sein',
  'must be a telephone number such as 030 98765432 or +49 30 98765432':
    'muss eine Telefonnummer sein, etwa 030 98765432 oder +49 30 98765432',
  'must be a time such as 09:00': 'muss eine Uhrzeit sein, etwa 09:00',
  'must be a time such as 22:00': 'muss eine Uhrzeit sein, etwa 22:00',
  'must be a date such as 2026-12-24': 'muss ein Datum sein, etwa 2026-12-24',
  'must be a point in time such as 2026-12-24T09:00:00+01:00':
    'muss ein Zeitpunkt sein, etwa 2026-12-24T09:00:00+01:00',
  'must be an id': 'muss eine Kennung sein',
  'must be a whole number': 'muss eine ganze Zahl sein',
  'must be an address such as https://…': 'muss eine Adresse sein, etwa https://…',
  'must begin with https://': 'muss mit https:// beginnen',
  'must be an e-mail address': 'muss eine E-Mail-Adresse sein',
  'must be an IANA time zone such as Europe/Berlin': 'muss eine Zeitzone der IANA sein, etwa Europe/Berlin',
  'must be an ISO 4217 code such as EUR': 'muss ein Kürzel nach ISO 4217 sein, etwa EUR',
  'must be absent for people of the platform': 'darf bei Personen der Plattform nicht angegeben werden',
  'must be absent: mail goes to your own address':
    'darf nicht angegeben werden: Die E-Mail geht an Ihre eigene Adresse',
  'must be in order and must not overlap': 'müssen aufeinander folgen und dürfen sich nicht überschneiden',
  'must be lower-case letters, digits and single hyphens':
    'darf nur Kleinbuchstaben, Ziffern und einzelne Bindestriche enthalten',
  'must be one line without control characters': 'muss eine Zeile ohne Steuerzeichen sein',
  'must be your company': 'muss Ihr eigener Betrieb sein',
  'must change something': 'muss etwas ändern',
  'must differ from the beginning': 'muss sich vom Anfang unterscheiden',
  'must name at least one': 'muss mindestens eines nennen',
  'must not be before the first day': 'darf nicht vor dem ersten Tag liegen',
  'must be within a year of the first day when it comes back every year':
    'muss innerhalb eines Jahres nach dem ersten Tag liegen, wenn er jedes Jahr wiederkehrt',
  'must not be inside a private network': 'darf nicht in einem privaten Netz liegen',
  'must not be made of a few characters or of your name':
    'darf nicht aus wenigen Zeichen oder aus Ihrem Namen bestehen',
  'must not be platform for a token of one company':
    'darf bei einem Zugang für einen einzelnen Betrieb nicht „platform“ sein',
  'must not have a user name or password in it': 'darf keinen Benutzernamen und kein Passwort enthalten',
  'must not have control or direction characters': 'darf keine Steuer- oder Richtungszeichen enthalten',
  'must not name a synonym twice': 'darf kein Synonym zweimal nennen',
  'must open before it closes': 'muss öffnen, bevor sie schließt',
};

/** Formats whose failure the schema gives no words of its own. */
const FORMATS: Readonly<Record<string, string>> = {
  date: 'must be a date such as 2026-12-24',
  datetime: 'must be a point in time such as 2026-12-24T09:00:00+01:00',
  email: 'must be an e-mail address',
  guid: 'must be an id',
  url: 'must be an address such as https://…',
};

/** The problem with its German sentence, where there is one. */
export function inBothLanguages(problem: InputProblem): InputProblem {
  const german = problem.message_de ?? FIELD_TEXTS[problem.message];
  return german === undefined ? problem : { ...problem, message_de: german };
}

/**
 * What a schema found wrong, in words for an operator.
 * @param value what was read by the schema
 */
export function problemsOf(issue: z.core.$ZodIssue, value: unknown): InputProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a field of this request' }));
  return [{ path: path.join('.'), ...wordsOf(issue, value) }];
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown): Omit<InputProblem, 'path'> {
  if (issue.message in FIELD_TEXTS) return { message: issue.message };
  const given = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  if (given === undefined || given === '') return { message: 'is required' };
  switch (issue.code) {
    case 'too_small':
      return atLeast(issue.origin, Number(issue.minimum));
    case 'too_big':
      return atMost(issue.origin, Number(issue.maximum));
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'invalid_type':
      return { message: issue.expected === 'int' ? 'must be a whole number' : 'is not of the kind that is expected' };
    case 'invalid_format':
      return { message: FORMATS[issue.format] ?? 'is not of the kind that is expected' };
    default:
      return { message: issue.message === 'Invalid input' ? 'is not of the kind that is expected' : issue.message };
  }
}

/** Texts and lists have a length; numbers are compared. */
const COUNTED: Readonly<Record<string, Record<'one' | 'several', OperatorText>>> = {
  string: { one: { en: 'character', de: 'Zeichen' }, several: { en: 'characters', de: 'Zeichen' } },
  array: { one: { en: 'entry', de: 'Eintrag' }, several: { en: 'entries', de: 'Einträge' } },
};

/** @param origin what is bounded, as zod names it: `string`, `array`, `number` … */
const bounded =
  (en: string, de: string) =>
  (origin: string, count: number): Omit<InputProblem, 'path'> => {
    const of = COUNTED[origin]?.[count === 1 ? 'one' : 'several'];
    return of
      ? { message: `must have ${en} ${count} ${of.en}`, message_de: `${de} ${count} ${of.de} haben` }
      : { message: `must be ${en} ${count}`, message_de: `${de} ${count} sein` };
  };
export const atLeast = bounded('at least', 'muss mindestens');
export const atMost = bounded('at most', 'darf höchstens');

function oneOf(values: readonly string[]): Omit<InputProblem, 'path'> {
  if (values.length > 12) return { message: 'is not one of the possible values' };
  const list = values.join(', ');
  return { message: `must be one of ${list}`, message_de: `muss eines davon sein: ${list}` };
}
