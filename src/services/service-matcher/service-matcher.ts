import { distance } from 'fastest-levenshtein';
import type { Language, Service } from '../domain';
import { germanSound } from './sound';
import { conceptsOf, plain } from './words';

export interface ServiceQuery {
  text?: string;
  id?: string;
  /** The service that the call is about. */
  pinnedId?: string;
}

export type ServiceMatch =
  | { kind: 'match'; service: Service; score: number }
  | { kind: 'ambiguous'; services: Service[] }
  | { kind: 'unknown'; suggestions: Service[] }
  | { kind: 'none_given' };

interface Prepared {
  service: Service;
  /** Its name and synonyms. */
  names: { plain: string; joined: string; sound: string; concepts: string[] }[];
}

/** Below this nothing was meant. */
const THRESHOLD = 0.72;
/** Two services this close cannot be told apart. */
const CLOSE = 0.06;
const LONGEST_TEXT = 250;

/** Which service a caller means: by id, name, synonym, spelling, sound, and the things a phrase names. */
export class ServiceMatcher {
  readonly #prepared = new WeakMap<Service, Prepared>();

  match(query: ServiceQuery, services: Service[], _language: Language): ServiceMatch {
    const byId = query.id
      ? services.find((service) => service.id === query.id || String(service.calcomEventTypeId) === query.id)
      : undefined;
    if (byId) return { kind: 'match', service: byId, score: 1 };
    const text = (query.text ?? query.id ?? '').slice(0, LONGEST_TEXT);
    const said = plain(text);
    if (said === '') return { kind: 'none_given' };
    const concepts = conceptsOf(text);
    const scored = services
      .map((service) => ({ service, score: this.#score(this.#prepare(service), said, concepts) }))
      .sort((a, b) => b.score - a.score);
    const [best, second] = scored;
    if (!best || best.score < THRESHOLD)
      return { kind: 'unknown', suggestions: scored.slice(0, 3).map((one) => one.service) };
    const close = scored.filter((one) => best.score - one.score < CLOSE && one.score >= THRESHOLD);
    if (second && close.length > 1 && best.score < 1) {
      const pinned = close.find((one) => one.service.id === query.pinnedId);
      return pinned ? { kind: 'match', ...pinned } : { kind: 'ambiguous', services: close.map((one) => one.service) };
    }
    return { kind: 'match', service: best.service, score: best.score };
  }

  #score(prepared: Prepared, said: string, concepts: string[]): number {
    const joined = said.replaceAll(' ', '');
    const sound = germanSound(joined);
    let best = 0;
    for (const name of prepared.names) {
      if (name.plain === said || name.joined === joined) return 1;
      best = Math.max(best, overlap(name.concepts, concepts), similar(name.joined, joined));
      if (sound.length >= 4 && name.sound === sound) best = Math.max(best, 0.93);
    }
    return best;
  }

  #prepare(service: Service): Prepared {
    const known = this.#prepared.get(service);
    if (known) return known;
    const names = [service.name, ...service.synonyms].map((text) => {
      const text1 = plain(text);
      const joined = text1.replaceAll(' ', '');
      return { plain: text1, joined, sound: germanSound(joined), concepts: conceptsOf(text) };
    });
    const prepared = { service, names };
    this.#prepared.set(service, prepared);
    return prepared;
  }
}

/** How much of what was said the name covers, and how much of the name was said. */
function overlap(name: string[], said: string[]): number {
  if (name.length === 0 || said.length === 0) return 0;
  const hits = said.filter((concept) => name.some((other) => alike(other, concept))).length;
  if (hits === 0) return 0;
  const covered = hits / said.length;
  const named = hits / name.length;
  // "Haarschnitt" names part of every haircut; "Herrenhaarschnitt bitte kurz" names all of one.
  return 0.98 * Math.min(1, covered * 0.6 + named * 0.4) * (covered === 1 || named === 1 ? 1 : 0.8);
}

function alike(a: string, b: string): boolean {
  return a === b || (a.length >= 5 && b.length >= 5 && (similar(a, b) >= 0.8 || germanSound(a) === germanSound(b)));
}

/** 1 for equal, 0 for nothing in common; short words must be nearly right. */
function similar(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  if (longest < 4) return a === b ? 1 : 0;
  const score = 1 - distance(a, b) / longest;
  return score >= 0.78 ? score * 0.97 : score * 0.7;
}
