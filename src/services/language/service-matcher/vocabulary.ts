/** Words of appointment businesses, as data. Everything in its plain form (lower case, ä → ae, no hyphens or apostrophes). */
import type { Language } from '../../../domain';
/** Left out of what was said. */
export const FILLERS: readonly string[] = [
  'ein eine einen einem einer eines der die das den dem des und oder mit ohne fuer zum zur im in am an auf bei vom von aus um bis',
  'bitte gern gerne mal nur einfach einmal also so dann doch noch auch hallo guten tag danke ja okay ok aehm aeh hm',
  'ich wir er sie es mir mich mein meine meinen meinem meiner meines sich uns unser unsere unseren sein seine seinen ihr ihre ihren',
  'moechte moechten haette haetten will wollen wuensche wuerde brauche braucht braeuchte haben habe machen mach lassen lass koennte kann koennen geht gehen bekommen',
  'schoen schoene normal normale normaler normalen normales ganz kurz kurzer kurzen neu neuen naechste naechsten',
  'termin termine terminen termins buchen buchung reservieren leistung leistungen service services dienstleistung angebot vereinbaren',
  'friseur friseurtermin salon praxis zahnarzt zahnarzttermin arzt arzttermin dentist doctor barber hairdresser hairdressers',
  'wie as what dasselbe derselbe dieselbe denselben gleiche gleichen gleiches wieder same again that this one',
  'sohn tochter son daughter',
  'jahre jahr alt years year old',
  'heute morgen uebermorgen montag dienstag mittwoch donnerstag freitag samstag sonntag uhr vormittag nachmittag',
  'today tomorrow monday tuesday wednesday thursday friday saturday sunday',
  'a an the and or with without for to of at on in please i we id im ill you he she it would like want need have has get getting got make made just',
  'book booking booked appointment appointments my me our us his her your some do does done can could may up hello hi hey thanks thank yes regular simple quick',
]
  .join(' ')
  .split(' ');

/** What agents write when nothing was said. */
export const NOTHING_SAID: ReadonlySet<string> = new Set(
  'null, none, undefined, nan, n a, na, unknown, unbekannt, keine, keins, egal, not specified, nicht angegeben, string'.split(
    ', ',
  ),
);

/** What speech recognition writes for a word of the trade in that language. */
export const MISHEARD: Record<Language, ReadonlyMap<string, string>> = {
  de: new Map([['hare', 'haare']]),
  en: new Map([
    ['die', 'dye'],
    ['hare', 'hair'],
    ['heir', 'hair'],
    ['bird', 'beard'],
  ]),
};

/** What is said after one of them is a wish of its own. */
export const AND_THEN =
  /(?<!\s)\s*[,;+&/]\s*|(?<!\s)\s+(?:und|and|mit|with|plus|sowie|dann|then|danach|anschliessend|anschließend|außerdem|dazu)\s+/giu;
/** A word that is not wanted. */
export const NOT_WANTED =
  /(?:^|(?<![\s,])[\s,]+)(?:ohne|without|kein\w*|nicht|no|not|dont want)\s+(?:a |an |den |das |die )?[^\s,]+/giu;
/** What is said after the last of them counts. */
export const INSTEAD =
  /(?:^|(?<![\s,])[\s,]+)(?:(?:ach |aehm |ähm |äh )?nein|sondern|doch lieber|lieber|quatsch|no(?=,)|no wait|i mean|rather|instead)[\s,]+/iu;
/** More people than one. */
export const SEVERAL_PEOPLE =
  /\b(?:(?:fuer|for) )?(?:zwei|drei|vier|two|three|four|[2-4]) (?:(?:personen|leute|menschen|people|persons|of us)\b|(?=(?:kinder|kids|children|herren|damen|maenner|frauen|men|women)\b))|\bzu (?:zweit|dritt|viert)\b|\b(?:fuer uns|for us|for) (?:beide|both|zwei|two)\b|\b(?:zweimal|dreimal|zwei mal|drei mal|twice)\b|^(?:zwei|drei|two|three) (?=[a-z])|\b(?:fuer mich und|for me and) (?:mein\w* |my )?[a-z]+/g;
/** The service of the last appointment. */
export const AS_LAST_TIME =
  /\b(?:(?:so )?(?:wie )?(?:beim |das )?(?:letzte[nsm]? mal|immer|gehabt|ueblich)|das uebliche|(?:like |as )?last time|(?:the |as )?usual|as always)\b/g;
