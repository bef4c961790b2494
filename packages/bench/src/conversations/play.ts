import { DateTime } from 'luxon';
import { Scene, HonestNo } from './scene';
import type { Salon, Stage } from './salons';
import { STORIES } from './stories';

export interface Played {
  index: number;
  story: string;
  language: 'de' | 'en';
  /** Sentences heard. */
  sentences: number;
  /** Untrue sentences, strangers' data, and ends that were not wanted. */
  problems: string[];
  /** Why the caller was told that it does not work out; null when all ended as wanted. */
  honestNo: string | null;
  /** Requests to Cal.com that the judge made. */
  looks: number;
}

const NAMES = Object.keys(STORIES);
/** Days in which bookings may lie. */
const DAYS_AHEAD = 2;

/** Plays the conversation of that number: its story, language, salon and day follow from it, and are no other's. */
export async function play(stage: Stage, salons: readonly Salon[], index: number): Promise<Played> {
  const story = NAMES[index % NAMES.length] ?? '';
  const language = Math.floor(index / NAMES.length) % 2 === 0 ? 'de' : 'en';
  const salon = salons[index % salons.length];
  if (!salon) throw new Error('there is no salon');
  const scene = new Scene(stage, salon, dayOf(Math.floor(index / salons.length)), index, language);
  let honestNo: string | null = null;
  try {
    await STORIES[story]?.(scene);
  } catch (error) {
    if (error instanceof HonestNo) honestNo = error.message;
    else scene.problems.push(error instanceof Error ? error.message : String(error));
  }
  const { sentences, problems, looks } = scene;
  return { index, story, language, sentences, problems, honestNo, looks };
}

/** The n-th workday from the first that all may be booked. */
function dayOf(nth: number): string {
  let day = DateTime.now().setZone('Europe/Berlin').plus({ days: DAYS_AHEAD });
  for (let left = nth; ; day = day.plus({ days: 1 })) {
    if (day.weekday > 5) continue;
    if (left-- === 0) return day.toISODate() ?? '';
  }
}
