import type { ValueWords } from '../language-pack';
import { germanNumber } from './numbers';

/** Names, phone numbers and e-mail addresses as they are said in German. */
export const GERMAN_VALUES: ValueWords = {
  numberInWords: germanNumber,
  otherNumbers: { zwo: 2 },
  doubtfulZeros: '',
  oneBeforeTens: 'ein',
  digitPlurals: 'nullen einsen zweien dreien vieren fuenfen sechsen siebenen achten neunen',
  hundred: 'hundert',
  and: 'und',
  unitFirst: true,
  repeats: {
    doppel: 2,
    doppelt: 2,
    doppelte: 2,
    doppelten: 2,
    zweimal: 2,
    zweifach: 2,
    dreimal: 3,
    dreifach: 3,
    dreifache: 3,
    viermal: 4,
    vierfach: 4,
  },
  times: 'mal',
  plus: 'plus',
  articles: 'die der das den',
  corrections:
    'nein nee ne noe quatsch falsch doch sondern korrektur korrigiere verzeihung entschuldigung vielmehr stopp halt',
  correctionSayings:
    /\b(?:(?:ich )?meine? ich|ich meine(?: natuerlich)?|besser gesagt|das heisst|stimmt nicht|ach was|tut mir leid|beziehungsweise|noch ?mal von vorne?|von vorne?|anders)\b/g,
  fillers: 'aeh aehm oehm aehem hm hmm mhm ach also naja tja moment',
  fillerSayings:
    /\b(?:(?:einen |ein )?(?:kleinen )?moment(?: mal)?|(?:eine )?sekunde|warten sie(?: mal)?|wie gesagt)\b/g,
  phoneFillers:
    'meine mein die der das dann danach und ist lautet waere nummer telefonnummer handynummer mobilnummer rufnummer festnetznummer festnetz handy mobil telefon tel ja jawohl genau gut okay ok so ' +
    'bitte ich bin sie mich unter erreichen erreichbar zu ende vorwahl vorne hinten zuerst erstmal schluss zum am noch strich schraegstrich minus bindestrich leerzeichen pause klammer auf hallo gerne danke wars',
  noNumberSayings:
    /\b(?:anrufe|diese[rn]?|dieselbe|gleichen?|aktuellen?|keine?|nicht|angezeigten?|von der ich|egal|hab(?:e)? ich|display|(?:meine[rn]?|eigenen?|meine[rn]? eigenen?) \w*nummer$)\b/,
  signs: {
    at: '@',
    aet: '@',
    aett: '@',
    klammeraffe: '@',
    affenschwanz: '@',
    affe: '@',
    punkt: '.',
    unterstrich: '_',
    minus: '-',
    bindestrich: '-',
    minuszeichen: '-',
    plus: '+',
    pluszeichen: '+',
  },
  emailInterjections: 'also ja jawohl genau okay ok gut hallo na',
  emailLeadIns: 'meine mein die das e der hier so und bitte sie an unsere unser ich habe -',
  emailAnchors: 'mail email emailadresse mailadresse adresse ist lautet waere heisst schreiben',
  emailEndings: 'danke bitte genau ja okay ok so und fertig ende das wars war es',
  lowerCaseSayings:
    /\b(?:alles |und |komplett )*(?:klein ?geschrieben|in kleinbuchstaben)\b|\balles (?:klein|kleingeschrieben)\b/g,
  joinSayings:
    /\b(?:alles |und )?(?:zusammen ?geschrieben|in einem wort|ein wort|ohne leerzeichen)\b|\b(?:alles )?zusammen\b/g,
  noEmailSayings:
    /^(?:(?:ich )?(?:hab|habe) (?:ich )?(?:keine?|nicht)|(?:nein|keine?)\b(?!.*(?: at |@))|ohne |weiss ich nicht|brauche? )/,
  asIn: 'wie',
  withWords: 'mit',
  withoutWords: 'ohne',
  letterCounts: { ein: 1, einem: 1, einfachem: 1, zwei: 2 },
  letterNames: { ypsilon: 'y', eszett: 'ß', jott: 'j', vau: 'v', zett: 'z', iks: 'x' },
  firstNameLabels: 'vorname',
  lastNameLabels: 'nachname zuname familienname',
  spellingCues: 'geschrieben buchstabiert buchstabiere buchstabiere ich schreibt sich man',
  hyphens: 'bindestrich minus strich',
  greetings:
    '(?:einen )?(?:schoenen )?guten (?:tag|morgen|abend)|gruess gott|gruezi|servus|moin|hallo|jawohl|ja|also|genau|naja|bitte|okay',
  introductions:
    '(?:fuer |auf (?:den namen )?)?mein(?:e|en|er|em)? (?:frau|mann|tochter|sohn|mutter|vater|mama|papa|oma|opa|freund|freundin|schwester|bruder|partner|partnerin|kollegin|kollege)(?: (?:die|der|den|heisst))?|(?:(?:mein|der|unser) )?(?:(?:nach|vor|familien)?name|vor und nachname) (?:ist|lautet|waere)|ich (?:heisse|bin)(?: (?:der|die))?|(?:hier )?(?:ist|spricht|am apparat ist)(?: (?:der|die))?|hier(?: der| die)?|auf (?:den namen|namen?)|unter dem namen|das ist(?: der| die)?|(?:nach)?name|fuer|auf(?= (?!de[rmn] ))|schreiben sie',
  titles: 'herrn?|frau|fraeulein|familie',
  nameEndings:
    '(?:die|der) (?:tochter|sohn|mutter|vater|mama|papa)|mein(?:e|er)? (?:frau|mann|tochter|sohn|mutter|vater)|doppelname|hier|am apparat|am telefon|(?:ist |lautet )?mein (?:nach)?name|ist der name|heisse ich|bitte(?: schoen)?|ja genau|genau|danke(?: schoen)?|ja|guten tag|hallo|(?:und )?ich (?:haette|moechte|wuerde|brauche|will)\\b.*|und (?:haette|moechte)\\b.*',
  notInNames:
    'ich moechte haette brauche wuerde termin termine friseurtermin haartermin wunschtermin terminwunsch haarschnitt nicht keine kein ahnung einen bitte danke genau weiss-nicht nummer telefonnummer uhr heute morgen buchen gerne gern warum wieso anrufer meinen namen nichts verrate am mich steht gesagt apparat bindestrich mit ohne und oder wie',
  lastNamesAtMost: 'montag dienstag mittwoch donnerstag freitag samstag sonntag',
  notNames:
    'am an ab bis naechsten naechster kommenden kommender diesen dieser tochter mutter ja jawohl jep nein nee doch okay ok gut klar stimmt richtig falsch frau herr herrn fraeulein familie name nachname vorname egal mein meine meiner meins ihr ihre das die der es ist den hallo tag guten abend gruess gott tschuess moment hier jetzt so also aeh aehm hm kunde kundin anruferin gast unbekannt anonym ' +
    'kundenname null keiner niemand privat geheim sage sagen doktor schneiden faerben bart haare',
};
