import type { MissingField, NextWish, SpokenDays, StandingBooking } from '../../voice/phrases';
import { germanNumber } from './numbers';
import {
  capitalised,
  chosen,
  closed,
  listed,
  spelledAddress,
  spelledGroups,
  SPOKEN_CHOICES,
  spokenName,
  spokenNames,
} from '../speaker/wording';

const WEEKDAY = /^(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)/i;

/** "am Freitag, den 27. November", but "morgen um halb drei" */
export const on = (spoken: string): string => (WEEKDAY.test(spoken) ? `am ${spoken}` : spoken);
export const bare = (spoken: string): string => spoken.replace(/^am /i, '');
export const at = (time: string): string => (/^(?:um|gegen|ab) /.test(time) ? time : `um ${time}`);
export const forService = (service: string): string =>
  spokenName(service) === '' ? '' : ` für ${spokenName(service)}`;
export const underName = (name: string): string =>
  spokenName(name) === '' ? '' : `, auf den Namen ${spokenName(name)}`;
export const forName = (name: string): string => (spokenName(name) === '' ? '' : ` für ${spokenName(name)}`);
export const standingSaid = ({ service, start, name, isSettled }: StandingBooking): string =>
  `${capitalised(on(start.instant))} ${isSettled ? 'steht' : 'ist'} schon ein Termin${forService(service)}${underName(name)}${isSettled ? '' : ' angefragt'}`;
export const offered = (alternatives: readonly string[]): string => chosen(alternatives.map(on), 'oder');

export function hours(count: number): string {
  return count === 1 ? 'eine Stunde' : `${count} Stunden`;
}

export const minutesSaid = (count: number): string => (count === 1 ? 'eine Minute' : `${count} Minuten`);

export function notice(minutes: number): string {
  const whole = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (whole === 0) return minutesSaid(rest);
  return rest === 0 ? hours(whole) : `${hours(whole)} und ${minutesSaid(rest)}`;
}

/** "Am Freitag, den 27. November, haben wir geschlossen" */
export const closedOn = ({ first, last }: SpokenDays): string =>
  `${last === null ? capitalised(closed(on(first))) : `Von ${closed(first)} bis ${closed(last)}`} haben wir geschlossen`;

/** What is offered instead, as a question; `nothing` when there is nothing. */
export function instead(alternatives: readonly string[], nothing: string): string {
  if (alternatives.length === 0) return nothing;
  const question = alternatives.length === 1 ? 'passt Ihnen das?' : 'was passt Ihnen besser?';
  return `An Alternativen habe ich ${offered(alternatives)}, ${question}`;
}

export const either = (names: readonly string[]): string => listed(spokenNames(names, SPOKEN_CHOICES), 'oder');
export const following = (later: readonly string[][]): string =>
  listed(later.slice(0, SPOKEN_CHOICES).map(either), 'und');
export const inTurn = (first: string, later: readonly string[][]): string =>
  `Jede Leistung buche ich einzeln, zuerst ${spokenName(first)}, danach ${following(later)}`;
export const wishSaid = ({ services, forNextPerson }: NextWish): string =>
  `${either(services) || 'dem Termin'}${forNextPerson ? ' für die nächste Person' : ''}`;
/** "null eins fünf eins, eins zwei drei" */
export const groupsSaid = (groups: readonly string[]): string => spelledGroups(groups, germanNumber, 'plus');
const SIGNS = { '@': 'at', '.': 'Punkt', '-': 'minus', _: 'Unterstrich', '+': 'plus' };
export const addressSaid = (address: string): string => spelledAddress(address, SIGNS);

export const QUESTIONS: Record<MissingField, string> = {
  service_name: 'Welche Leistung wünschen Sie?',
  desired_date: 'Für welchen Tag wünschen Sie den Termin?',
  desired_time: 'Welche Uhrzeit passt Ihnen?',
  customer_name: 'Auf welchen Namen darf ich den Termin eintragen?',
  new_date: 'Auf welchen Tag möchten Sie den Termin verschieben?',
  new_time: 'Welche Uhrzeit passt Ihnen für den neuen Termin?',
  reason: 'Worum geht es bei dem Rückruf?',
  phone_number: 'Unter welcher Telefonnummer erreichen wir Sie?',
  date: 'Welchen Tag meinen Sie?',
  reservation_uid: 'Welchen vorgemerkten Termin soll ich freigeben?',
  consent: 'Darf das Gespräch aufgezeichnet werden, ja oder nein?',
};
