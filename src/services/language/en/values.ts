import type { ValueWords } from '../language-pack';
import { englishNumber } from './numbers';

/** Names, phone numbers and e-mail addresses as they are said in English. */
export const ENGLISH_VALUES: ValueWords = {
  numberInWords: englishNumber,
  otherNumbers: { fourty: 40 },
  doubtfulZeros: 'oh o',
  oneBeforeTens: '',
  digitPlurals: 'zeros ones twos threes fours fives sixes sevens eights nines',
  hundred: 'hundred',
  and: 'and',
  unitFirst: false,
  repeats: { double: 2, triple: 3, treble: 3, quadruple: 4 },
  times: 'times',
  plus: 'plus',
  articles: 'the',
  corrections: 'no nope sorry wrong actually correction rather scratch oops',
  correctionSayings: /\b(?:i mean|let me start (?:over|again)|thats wrong|make that|start over)\b/g,
  fillers: 'um uh uhm er erm hm hmm well',
  fillerSayings:
    /\b(?:(?:just )?(?:a|one) (?:moment|second|sec|minute)(?: please)?|hold on|you know|let me see|wait|the one (?=im?\b|that\b|which\b|you\b))\b/g,
  phoneFillers:
    'my the number phone cell mobile telephone landline is its it and then yes yeah okay ok so please you can reach me on under area code dash hyphen slash space hello hi thanks thank at call',
  noNumberSayings:
    /\b(?:this|same|calling|called from|caller id|no|none|dont|not|current|my (?:own )?(?:\w+ )?(?:number|phone|cell|mobile)$)\b/,
  signs: { at: '@', dot: '.', point: '.', period: '.', underscore: '_', dash: '-', hyphen: '-', plus: '+' },
  emailInterjections: 'yes yeah okay ok sure hello well',
  emailLeadIns: 'my the e and so it that would to please write send hi our',
  emailAnchors: 'mail email address is its thats be',
  emailEndings: 'thanks thank you please yes okay ok thats it and right',
  lowerCaseSayings: /\b(?:all |and |in )*(?:lower ?case|small letters)\b/g,
  joinSayings: /\b(?:all |and )?(?:one word|in one word|no spaces|without spaces|together)\b/g,
  noEmailSayings: /^(?:i (?:dont|do not) have|(?:no|none|nope)\b(?!.*(?: at |@))|without |dont )/,
  asIn: 'like for as-in',
  withWords: 'with',
  withoutWords: 'without',
  letterCounts: { a: 1, an: 1, one: 1, two: 2 },
  letterNames: { zed: 'z', zee: 'z' },
  firstNameLabels: 'forename',
  lastNameLabels: 'surname',
  spellingCues: 'spelled spelt spelling thats',
  hyphens: 'hyphen dash',
  greetings: 'good (?:morning|afternoon|evening|day)|hello|hi|hey|yes|yeah|okay|sure|well',
  introductions:
    '(?:for )?my (?:wife|husband|daughter|son|mother|mum|mom|father|dad|friend|sister|brother|partner|colleague)(?: is(?: called)?)?|(?:his|her|their) (?:name is|names)|my (?:(?:last|first|full|sur) ?)?(?:name is|names)|(?:the )?name is|(?:the )?name|i am|im|this is|its|it is|thats|under(?: the)? name(?: of)?|put(?: it)? under',
  titles: 'mr|mrs|ms|miss|mister|missus',
  nameEndings:
    'speaking|calling|my (?:wife|husband|daughter|son|mother)|here|please|thanks|thank you|thats my name|is my name|on the phone|(?:and )?(?:i|id|im) (?:would|like|want|need|am)\\b.*',
  notInNames:
    'appointment haircut dont know would like booking please thanks number today tomorrow book want need for from mother daughter business your prefer rather matter already told same before myself hyphen the with without and or',
  lastNamesAtMost: 'monday tuesday wednesday thursday friday saturday sunday',
  notNames:
    'on next this coming until yes yeah yep no nope okay ok sure right correct fine mr mrs ms miss name none nothing nobody anonymous unknown whatever hello hi hey bye i my me you it is not what who why customer caller guest user client undefined nan string um uh here idea say speaking calling',
};
