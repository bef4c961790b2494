/**
 * The words of one language that occur in names, phone numbers and e-mail addresses. Folded (lower case, ä → ae,
 * ß → ss) and separated by spaces; sayings are patterns on folded text.
 */
export interface ValueWords {
  /** 0–99 as it is said; a hyphen separates words. */
  numberInWords: (value: number) => string;
  /** Further spellings of numbers. */
  otherNumbers: Readonly<Record<string, number>>;
  /** Said for zero, but also for a letter or in surprise: counts only among digits of the same language. */
  doubtfulZeros: string;
  /** Spellings that are a one only in front of "und zwanzig". */
  oneBeforeTens: string;
  /** "Nullen": several of the digit. In order from 0 to 9. */
  digitPlurals: string;
  hundred: string;
  and: string;
  /** "vierundzwanzig" says the unit first, "twenty-four" the tens. */
  unitFirst: boolean;
  /** "doppel drei" */
  repeats: Readonly<Record<string, number>>;
  /** "zweimal", "zwei mal" */
  times: string;
  plus: string;
  articles: string;
  /** Take back what was said just before. */
  corrections: string;
  correctionSayings: RegExp;
  /** Words without content in any value. */
  fillers: string;
  fillerSayings: RegExp;
  /** Words around a phone number that change nothing about it. */
  phoneFillers: string;
  /** Without any digit: the number called from is meant, or none is known. */
  noNumberSayings: RegExp;
  /** Signs of an e-mail address. */
  signs: Readonly<Record<string, string>>;
  /** In front of an e-mail address: by themselves, with one of the anchors, and the anchors. */
  emailInterjections: string;
  emailLeadIns: string;
  emailAnchors: string;
  /** After an e-mail address. */
  emailEndings: string;
  /** Says only that no capitals are meant. */
  lowerCaseSayings: RegExp;
  /** The words before belong together. */
  joinSayings: RegExp;
  noEmailSayings: RegExp;
  /** "M wie Martha", "M as in Mary" */
  asIn: string;
  /** "mit Doppel-F", "with a K" */
  withWords: string;
  withoutWords: string;
  /** "mit einem f", "with two l" */
  letterCounts: Readonly<Record<string, number>>;
  /** Letters that are said by a name of their own. */
  letterNames: Readonly<Record<string, string>>;
  /** "Nachname Schulze, Vorname Anna" */
  firstNameLabels: string;
  lastNameLabels: string;
  spellingCues: string;
  hyphens: string;
  /** Sources of patterns over folded words. */
  greetings: string;
  introductions: string;
  titles: string;
  nameEndings: string;
  /** Never part of a name. */
  notInNames: string;
  /** Last names that are days too: never alone, never before another word. */
  lastNamesAtMost: string;
  /** Not a name when nothing else is said. */
  notNames: string;
}

/** Lower case, umlauts and ß spelled out; other diacritics stay. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/['’`´]/g, '');
}

export const list = (words: string): string[] => words.split(' ').filter((word) => word !== '');
