import { distance } from 'fastest-levenshtein';
import type { Language, Service } from '../../../domain';
import { LANGUAGES, perLanguage } from '../languages';
import type { UnitKind } from './trades';
import { impliedBy, isIncluded, nearTo, plain, subjectOf, tellingWords, unitsOf, wordsFor, type Unit } from './words';

interface Sounded {
  text: string;
  sound: string;
}

/** What was said, taken apart once for all services. */
export interface Said {
  language: Language;
  joined: Sounded;
  words: readonly SaidWord[];
}

interface SaidWord extends Sounded {
  units: readonly Unit[];
}

export interface Score {
  /** 0–1 */
  score: number;
  /** Things said that this service has nothing to do with. */
  left: readonly Unit[];
}

interface HeardUnit extends Unit {
  /** 1 unless the word is only nearly one that the service is known by. */
  confidence: number;
}

export type Heard = ReadonlyMap<string, HeardUnit>;

/** One way to name the service. */
interface Name {
  joined: Record<Language, Sounded>;
  /** First letters of what it names: "pzr". */
  initials: string;
  units: ReadonlyMap<string, Unit>;
}

interface LexiconWord {
  sounded: Record<Language, Sounded>;
  units: readonly Unit[];
}

const WEIGHTS: Record<Unit['kind'], number> = {
  action: 1,
  part: 1,
  word: 1,
  subject: 0.4,
  audience: 0.5,
  quality: 0.5,
  common: 0.4,
};
/** What was said must be covered rather than the name: people name a part of it. */
const SAID_SHARE = 0.6;
const NAME_SHARE = 0.4;
const WRONG_AUDIENCE = 0.5;
const WRONG_SUBJECT = 0.5;
/** Nearly the whole name, letter by letter or by sound. */
const NEARLY = 0.97;
const INITIALS = 0.9;
/** Too little to be taken for it, enough to be asked about. */
const NEARBY = 0.6;

const SOUND_ALIKE = 0.85;
/** Codes shorter than this belong to too many words. */
const SHORTEST_SOUND = 3;
/** Words that sound alike must still look a little alike. */
const LOOKS_A_LITTLE_ALIKE = 0.5;
/** First letters that are heard for one another; sound codes are coarser ("Werbung" is no "Färbung"). */
const ONSETS: readonly string[] = ['bp', 'dt', 'fv', 'vw', 'gkcq', 'csz', 'ijy', 'aeiou'];

/** @param text plain */
export function takeApart(text: string, language: Language): Said {
  const words = tellingWords(text, language).map((word) => ({
    text: word,
    sound: LANGUAGES[language].soundOf(word),
    units: unitsOf(word),
  }));
  const joined = words.map((word) => word.text).join('');
  return { language, joined: { text: joined, sound: LANGUAGES[language].soundOf(joined) }, words };
}

/**
 * The things that were said. Where no service is called by a word it means what it means in its trade, or the word of a
 * service that it was probably a slip for.
 */
export function hear(said: Said, services: readonly ServiceIndex[]): Heard {
  const heard = new Map<string, HeardUnit>();
  for (const word of said.words) {
    const { units, confidence } = meantBy(word, services, said.language);
    for (const unit of units) {
      if ((heard.get(unit.id)?.confidence ?? 0) < confidence) heard.set(unit.id, { ...unit, confidence });
    }
  }
  return withSubject(withoutIncluded(withoutParts(heard, services), services), services);
}

function meantBy(
  word: SaidWord,
  services: readonly ServiceIndex[],
  language: Language,
): { units: readonly Unit[]; confidence: number } {
  const strange = word.units.some((unit) => unit.kind === 'word' && !services.some((one) => one.names(unit)));
  const implied = strange ? impliedBy(word.text) : null;
  if (implied) return { units: implied, confidence: 1 };
  const near = word.units.map((unit) => (services.some((one) => one.names(unit)) ? undefined : nearTo(unit)));
  if (near.some((unit) => unit !== undefined))
    return { units: word.units.map((unit, at) => near[at] ?? unit), confidence: NEARBY };
  const meant = strange ? likeliest(services.map((one) => one.probablyMeant(word, language))) : null;
  return meant ?? { units: word.units, confidence: 1 };
}

/** Washing and drying belong to a cut where no service is called so. */
function withoutParts(heard: Map<string, HeardUnit>, services: readonly ServiceIndex[]): Map<string, HeardUnit> {
  const units = [...heard.values()];
  if (!units.some((unit) => unit.kind === 'action' || unit.kind === 'word')) return heard;
  const kept = units.filter((unit) => unit.kind !== 'part' || services.some((one) => one.names(unit)));
  const subjects = units.flatMap((unit) => (kept.includes(unit) ? [] : (subjectOf(unit) ?? [])));
  const known = subjects.filter(
    (unit) => !units.some((one) => one.kind === 'subject') && services.some((one) => one.names(unit)),
  );
  return new Map([...kept, ...known.map((unit) => ({ ...unit, confidence: 1 }))].map((unit) => [unit.id, unit]));
}

/** "Bart stutzen" is the care of a beard where no service is called so. */
function withoutIncluded(heard: Map<string, HeardUnit>, services: readonly ServiceIndex[]): Map<string, HeardUnit> {
  const units = [...heard.values()];
  const subjects = units.filter((unit) => unit.kind === 'subject');
  const [subject] = subjects;
  if (!subject || subjects.length > 1) return heard;
  const isMore = (unit: Unit): boolean =>
    !isIncluded(unit, subject) || services.some((one) => one.names(unit) && one.names(subject));
  return new Map(units.filter(isMore).map((unit) => [unit.id, unit]));
}

/** "Schneiden" is hair where no other subject is said. */
function withSubject(heard: Map<string, HeardUnit>, services: readonly ServiceIndex[]): Map<string, HeardUnit> {
  const units = [...heard.values()];
  if (units.some((unit) => unit.kind === 'subject' || unit.kind === 'word')) return heard;
  // A service that is called by the action alone says all there is to say: "Färben".
  const meant = units.filter((unit) => !services.some((one) => one.names(unit) && one.namesNoSubject));
  const subject = meant.map(subjectOf).find((unit) => unit !== undefined && services.some((one) => one.names(unit)));
  return subject ? new Map([...heard, [subject.id, { ...subject, confidence: 1 }]]) : heard;
}

function likeliest<T extends { confidence: number }>(guesses: readonly (T | null)[]): T | null {
  return guesses.reduce((best, guess) => ((guess?.confidence ?? 0) > (best?.confidence ?? 0) ? guess : best), null);
}

/** A service's names and synonyms, prepared for comparison. */
export class ServiceIndex {
  readonly #names: readonly Name[];
  readonly #lexicon: ReadonlyMap<string, LexiconWord>;
  readonly #wholes: ReadonlySet<string>;
  readonly #units: ReadonlyMap<string, Unit>;

  constructor(service: Pick<Service, 'name' | 'synonyms'>) {
    const lexicon = new Map<string, LexiconWord>();
    this.#wholes = new Set([service.name, ...service.synonyms].map((text) => plain(text).replaceAll(' ', '')));
    this.#names = [service.name, ...service.synonyms].map((text) => nameFrom(text, lexicon));
    const units = new Map(this.#names.flatMap((name) => [...name.units]));
    for (const unit of units.values()) {
      for (const word of wordsFor(unit.id)) learn(lexicon, word, [unit]);
    }
    this.#lexicon = lexicon;
    this.#units = units;
  }

  /** Whether a text, plain and without spaces, is just one of its names. */
  isCalled(joined: string): boolean {
    return this.#wholes.has(joined);
  }

  names(unit: Unit): boolean {
    return this.#units.has(unit.id);
  }

  get namesNoSubject(): boolean {
    return [...this.#units.values()].every((unit) => unit.kind !== 'subject');
  }

  /** Whether its names say which audience it is for. */
  get isForSome(): boolean {
    return [...this.#units.values()].some((unit) => unit.kind === 'audience');
  }

  score(said: Said, heard: Heard): Score {
    const best = Math.max(0, ...this.#names.map((name) => this.#scoreOf(name, said, heard)));
    return { score: best, left: [...heard.values()].filter((unit) => !this.names(unit)) };
  }

  /** The word of this service that was probably meant by an unknown one. */
  probablyMeant(word: Sounded, language: Language): { units: readonly Unit[]; confidence: number } | null {
    let best: { units: readonly Unit[]; confidence: number } | null = null;
    for (const { sounded, units } of this.#lexicon.values()) {
      const confidence = likeness(word, sounded[language]);
      if (confidence > (best?.confidence ?? 0)) best = { units, confidence };
    }
    return best;
  }

  #scoreOf(name: Name, said: Said, heard: Heard): number {
    const known = name.joined[said.language];
    if (known.text === said.joined.text) return 1;
    const whole = NEARLY * likeness(said.joined, known);
    const initials = name.initials.length > 1 && name.initials === said.joined.text ? INITIALS : 0;
    return Math.max(initials, Math.max(whole, overlap(name, heard)) * this.#contradiction(name, heard));
  }

  /** Those it names, otherwise those that its actions are meant for: "Färben" is for hair. */
  #subjects(): readonly Unit[] {
    const units = [...this.#units.values()];
    const named = units.filter((unit) => unit.kind === 'subject');
    return named.length > 0 ? named : units.flatMap((unit) => subjectOf(unit) ?? []);
  }

  /** "Herren" never means the ladies' cut, and lashes are not hair. */
  #contradiction(name: Name, heard: Heard): number {
    const audience = disjoint(heard.values(), name.units.values(), 'audience') ? WRONG_AUDIENCE : 1;
    const subject = disjoint(heard.values(), this.#subjects(), 'subject') ? WRONG_SUBJECT : 1;
    return audience * subject;
  }
}

function nameFrom(text: string, lexicon: Map<string, LexiconWord>): Name {
  const words = tellingWords(plain(text), null);
  const perWord = words.map(unitsOf);
  words.forEach((word, at) => learnParts(lexicon, word, perWord[at] ?? []));
  const all = perWord.flat();
  return {
    joined: inEach(words.join('')),
    initials: all.map((unit) => unit.text.charAt(0)).join(''),
    units: new Map(all.map((unit) => [unit.id, unit])),
  };
}

/** The word and every run of its parts: "haarschnitt" is heard in "herrenhaarschnitt". */
function learnParts(lexicon: Map<string, LexiconWord>, word: string, units: readonly Unit[]): void {
  learn(lexicon, word, units);
  for (let from = 0; from < units.length; from++) {
    for (let to = from + 1; to <= units.length; to++) {
      const run = units.slice(from, to);
      learn(lexicon, run.map((unit) => unit.text).join(''), run);
    }
  }
}

function learn(lexicon: Map<string, LexiconWord>, word: string, units: readonly Unit[]): void {
  if (!lexicon.has(word)) lexicon.set(word, { sounded: inEach(word), units });
}

function inEach(text: string): Record<Language, Sounded> {
  return perLanguage((pack) => ({ text, sound: pack.soundOf(text) }));
}

/** How much of what was said the name covers, and how much of the name was said. */
function overlap(name: Name, heard: Heard): number {
  const units = [...name.units.values()];
  const forEverybody = units.every((unit) => unit.kind !== 'audience');
  const counted = [...heard.values()].filter((unit) => !(forEverybody && unit.kind === 'audience'));
  const hits = counted.filter((unit) => name.units.has(unit.id));
  const matched = hits.reduce((sum, unit) => sum + WEIGHTS[unit.kind] * unit.confidence, 0);
  const saidShare = matched / (weightOf(counted) || 1);
  const nameShare = matched / (weightOf(units) || 1);
  const telling = counted.some((unit) => unit.kind !== 'common' && unit.kind !== 'quality');
  return telling || hits.length === units.length ? SAID_SHARE * saidShare + NAME_SHARE * nameShare : 0;
}

function weightOf(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + WEIGHTS[unit.kind], 0);
}

function disjoint(said: Iterable<Unit>, known: Iterable<Unit>, kind: UnitKind): boolean {
  const ofKind = (units: Iterable<Unit>): string[] =>
    [...units].filter((unit) => unit.kind === kind).map((unit) => unit.id);
  const [left, right] = [ofKind(said), ofKind(known)];
  return left.length > 0 && right.length > 0 && !left.some((id) => right.includes(id));
}

/** How likely `said` is a slip for `known`: 1 for equal words, 0 when they are different ones. */
function likeness(said: Sounded, known: Sounded): number {
  if (said.text === known.text) return 1;
  const longest = Math.max(said.text.length, known.text.length);
  if (Math.abs(said.text.length - known.text.length) > longest * LOOKS_A_LITTLE_ALIKE) return 0;
  const soundsAlike = said.sound.length >= SHORTEST_SOUND && said.sound === known.sound && beginAlike(said, known);
  const forgiven = said.text[0] === known.text[0] ? slipsForgiven(longest) : 0;
  if (!soundsAlike && forgiven === 0) return 0;
  const slips = distance(said.text, known.text);
  const looks = 1 - slips / longest;
  if (soundsAlike && looks >= LOOKS_A_LITTLE_ALIKE) return Math.max(SOUND_ALIKE, looks);
  return slips <= forgiven ? looks : 0;
}

function beginAlike(said: Sounded, known: Sounded): boolean {
  const [a, b] = [said.text.charAt(0), known.text.charAt(0)];
  return a === b || ONSETS.some((letters) => letters.includes(a) && letters.includes(b));
}

/** One letter makes another word of a short one ("Schritt", "Schnitt"). */
function slipsForgiven(length: number): number {
  if (length < 8) return 0;
  if (length < 12) return 1;
  return length < 16 ? 2 : 3;
}
