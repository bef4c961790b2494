import type { Language, Service } from '../../../domain';
import { hear, ServiceIndex, takeApart, type Heard, type Said, type Score } from './service-index';
import { AND_THEN, AS_LAST_TIME, INSTEAD, NOT_WANTED, NOTHING_SAID, SEVERAL_PEOPLE } from './vocabulary';
import { plain, tellingWords } from './words';

interface ServiceQuery {
  text?: string;
  id?: string;
  /** The service that the call is about: it decides between equally likely ones. */
  pinnedId?: string;
}

type ServiceMatch =
  /** `score` runs from 0 to 1. */
  | { kind: 'match'; service: Service; score: number }
  /** `wishes`: the services of each wish, when more than one was said. */
  | { kind: 'ambiguous'; services: Service[]; wishes?: Service[][] }
  | { kind: 'unknown'; suggestions: Service[] }
  | { kind: 'none_given' };

interface Ranked extends Score {
  service: Service;
}

/** Below this nothing that is offered was meant. */
const THRESHOLD = 0.69;
/** From here on every word fits. */
const CERTAIN = 0.99;
/** Two services this close cannot be told apart. */
const CLOSE = 0.08;
/** What is left over of the words makes the question open when it fits another service at least this well. */
const ALSO_MEANT = 0.45;
const LONGEST_TEXT = 250;
const MOST_SUGGESTIONS = 3;
/** More parts than anyone says in one breath. */
const MOST_PARTS = 6;
const MOST_CHOICES = 5;
const MARKUP = /<[^<>]*>/g;
const PLACEHOLDER = /\{\{[^{}]*\}\}/g;

/** Which service a caller means: by id, name, synonym, meaning, spelling and sound. */
export class ServiceMatcher {
  readonly #indexes = new WeakMap<Service, ServiceIndex>();

  match(query: ServiceQuery, services: readonly Service[], language: Language): ServiceMatch {
    const byId = services.find((service) => service.id === query.id || String(service.calcomEventTypeId) === query.id);
    if (byId) return { kind: 'match', service: byId, score: 1 };
    const text = [query.text, query.id].find((candidate) => meaningful(candidate) !== '');
    if (text === undefined) return { kind: 'none_given' };
    const pinned = services.find((service) => service.id === query.pinnedId);
    const said = text.slice(0, LONGEST_TEXT);
    const whole = this.#matchOne(said, services, language, pinned);
    if (whole.kind === 'match' && whole.score >= CERTAIN) return whole;
    const instead = said.split(INSTEAD).at(-1) ?? '';
    const wanted = instead.replace(NOT_WANTED, ' ');
    if (wanted !== said && meaningful(wanted) !== '') return this.match({ ...query, text: wanted }, services, language);
    return this.#severalWishes(said, services, language) ?? whole;
  }

  /** Services that were said one after the other; null when there is only one. */
  #severalWishes(text: string, services: readonly Service[], language: Language): ServiceMatch | null {
    const parts = text.split(AND_THEN);
    if (parts.length < 2 || parts.length > MOST_PARTS) return null;
    const results = parts.map((part) => this.#matchOne(part, services, language, undefined));
    const wishes = results.flatMap((result) =>
      result.kind === 'match' ? [[result.service]] : result.kind === 'ambiguous' ? [result.services] : [],
    );
    const distinct = new Map(wishes.map((wish) => [wish.map((service) => service.id).join(), wish]));
    if (distinct.size < 2) return null;
    return { kind: 'ambiguous', services: [...new Set(wishes.flat())], wishes: [...distinct.values()] };
  }

  #matchOne(text: string, services: readonly Service[], language: Language, pinned: Service | undefined): ServiceMatch {
    const words = meaningful(text);
    if (words === '') return { kind: 'none_given' };
    const joined = words.replaceAll(' ', '');
    const called = services.filter((service) => this.#index(service).isCalled(joined));
    if (called.length > 0) return choose(called, pinned, 1);
    const said = takeApart(words.replace(SEVERAL_PEOPLE, ' '), language);
    if (said.words.length === 0) {
      return pinned
        ? { kind: 'match', service: pinned, score: 1 }
        : { kind: 'unknown', suggestions: suggest(services) };
    }
    const heard = hear(
      said,
      services.map((service) => this.#index(service)),
    );
    return this.#forOtherAudience(said, heard, services) ?? this.#decide(this.#rank(said, heard, services), pinned);
  }

  /** An audience that no service names is asked about and never served as another; null for any other wish. */
  #forOtherAudience(said: Said, heard: Heard, services: readonly Service[]): ServiceMatch | null {
    const audiences = [...heard.values()].filter((unit) => unit.kind === 'audience');
    const isNamed = audiences.some((unit) => services.some((service) => this.#index(service).names(unit)));
    if (audiences.length === 0 || isNamed) return null;
    const rest = new Map([...heard].filter(([, unit]) => unit.kind !== 'audience'));
    const ranked = this.#rank(said, rest, services);
    const decided = this.#decide(ranked, undefined);
    const likely = decided.kind === 'match' ? [decided.service] : decided.kind === 'ambiguous' ? decided.services : [];
    const isForSome = (service: Service): boolean => this.#index(service).isForSome;
    const others = ranked.filter((one) => one.score >= ALSO_MEANT).map((one) => one.service);
    if (!others.some(isForSome)) return decided;
    const choices = likely.some(isForSome) ? likely.filter(isForSome) : likely;
    return choices.length > 1
      ? { kind: 'ambiguous', services: choices }
      : { kind: 'unknown', suggestions: suggest(others) };
  }

  #rank(said: Said, heard: Heard, services: readonly Service[]): Ranked[] {
    return services
      .map((service) => ({ service, ...this.#index(service).score(said, heard) }))
      .sort((a, b) => b.score - a.score);
  }

  #decide(ranked: readonly Ranked[], pinned: Service | undefined): ServiceMatch {
    const [best] = ranked;
    if (!best || best.score < THRESHOLD) {
      const near = ranked.filter((one) => one.score > 0).map((one) => one.service);
      return { kind: 'unknown', suggestions: suggest(near.length > 0 ? near : ranked.map((one) => one.service)) };
    }
    const likely = ranked.filter((one) => one === best || this.#rivals(one, best)).map((one) => one.service);
    return choose(likely, pinned, best.score);
  }

  /** Nearly as likely as the best, or meant beside it: "Haare schneiden und färben". */
  #rivals(one: Ranked, best: Ranked): boolean {
    if (best.score >= CERTAIN) return one.score >= CERTAIN;
    if (best.score - one.score < CLOSE) return true;
    return (
      one.score >= ALSO_MEANT &&
      best.left.some((unit) => unit.kind !== 'audience' && this.#index(one.service).names(unit))
    );
  }

  #index(service: Service): ServiceIndex {
    const known = this.#indexes.get(service);
    if (known) return known;
    const index = new ServiceIndex(service);
    this.#indexes.set(service, index);
    return index;
  }
}

/** @param likely best first, at least one */
function choose(likely: readonly Service[], pinned: Service | undefined, score: number): ServiceMatch {
  const service = pinned && likely.includes(pinned) ? pinned : likely.length === 1 ? likely[0] : undefined;
  return service ? { kind: 'match', service, score } : { kind: 'ambiguous', services: likely.slice(0, MOST_CHOICES) };
}

/** Whether the words ask for more than one person. */
export function isForSeveralPeople(text: string): boolean {
  return plain(text.slice(0, LONGEST_TEXT)).search(SEVERAL_PEOPLE) >= 0;
}

/** Whether the words ask for the service of the last appointment, and name none. */
export function asksForUsual(text: string): boolean {
  const words = plain(text.slice(0, LONGEST_TEXT));
  const rest = words.replace(AS_LAST_TIME, ' ');
  return rest !== words && tellingWords(rest, null).length === 0;
}

/** Plain words; empty for what agents write when nothing was said, and for variables that were never filled in. */
function meaningful(text: string | undefined): string {
  const said = (text ?? '').slice(0, LONGEST_TEXT).replace(PLACEHOLDER, ' ').replace(MARKUP, ' ').trim();
  const words = plain(said);
  return NOTHING_SAID.has(words) || asksForUsual(words) ? '' : words;
}
function suggest(services: readonly Service[]): Service[] {
  return services.slice(0, MOST_SUGGESTIONS);
}
