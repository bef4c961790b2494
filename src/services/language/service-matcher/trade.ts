/**
 * audience: the people it is for; two of them exclude each other. subject: what is treated; the same. quality: how it is
 * done. part: done along with something else, and a service only where one is called so. common: said of nearly
 * everything, never enough alone.
 */
export type UnitKind = 'action' | 'part' | 'audience' | 'subject' | 'quality' | 'common';

export interface Concept {
  kind: UnitKind;
  /** The first word names the concept. */
  words: string;
  /** The subject meant when none is said, by the first word of its concept. */
  of?: string;
}

/** What people ask for in one trade, in German and English; everything in its plain form (see `plain`). */
export interface Trade {
  concepts: readonly Concept[];
  /** What words mean that no service is called by: meaning → words. */
  implies: Readonly<Record<string, string>>;
  /** What the care of a subject includes: beside it, that action is nothing more where no service is called so. */
  included?: Readonly<Record<string, string>>;
  /** The action that comes nearest to one which no service is called by: asked about, never taken for it. */
  near?: Readonly<Record<string, string>>;
  /** On the whole plain text, before it is taken apart. */
  sayings: readonly (readonly [RegExp, string])[];
}
