import type { Language, Service } from '../../../domain';
import { hear, ServiceIndex, takeApart, type Said, type Score } from './service-index';
import { NOTHING } from './vocabulary';
import { plain } from './words';

export interface ServiceQuery {
  text?: string;
  id?: string;
  /** The service that the call is about: it decides between equally likely ones. */
  pinnedId?: string;
}

export type ServiceMatch =
  /** `score` runs from 0 to 1. */
  | { kind: 'match'; service: Service; score: number }
  | { kind: 'ambiguous'; services: Service[] }
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
const MOST_CHOICES = 5;
const NOTHING_SAID: ReadonlySet<string> = new Set(NOTHING);
const MARKUP = /<[^>]*>/g;
const PLACEHOLDER = /\{\{[^}]*\}\}/g;

/** Which service a caller means: by id, name, synonym, meaning, spelling and sound. */
export class ServiceMatcher {
  readonly #indexes = new WeakMap<Service, ServiceIndex>();

  match(query: ServiceQuery, services: readonly Service[], language: Language): ServiceMatch {
    const byId = services.find((service) => service.id === query.id || String(service.calcomEventTypeId) === query.id);
    if (byId) return { kind: 'match', service: byId, score: 1 };
    const text = [query.text, query.id].map(meaningful).find((candidate) => candidate !== '');
    const pinned = services.find((service) => service.id === query.pinnedId);
    if (text === undefined) return { kind: 'none_given' };
    const joined = text.replaceAll(' ', '');
    const called = services.filter((service) => this.#index(service).isCalled(joined));
    if (called.length > 0) return choose(called, pinned, 1);
    const said = takeApart(text, language);
    if (said.words.length === 0) {
      return pinned
        ? { kind: 'match', service: pinned, score: 1 }
        : { kind: 'unknown', suggestions: suggest(services) };
    }
    return this.#decide(this.#rank(said, services), pinned);
  }

  #rank(said: Said, services: readonly Service[]): Ranked[] {
    const heard = hear(
      said,
      services.map((service) => this.#index(service)),
    );
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

/** Empty for what agents write when nothing was said, and for variables that were never filled in. */
function meaningful(text: string | undefined): string {
  const said = (text ?? '').slice(0, LONGEST_TEXT).replace(PLACEHOLDER, ' ').replace(MARKUP, ' ').trim();
  const words = plain(said);
  return NOTHING_SAID.has(words) ? '' : words;
}
function suggest(services: readonly Service[]): Service[] {
  return services.slice(0, MOST_SUGGESTIONS);
}
