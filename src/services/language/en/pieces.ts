import type { MissingField, NextWish, SpokenDays, StandingBooking } from '../../voice/phrases';
import { englishNumber } from './numbers';
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

const WEEKDAY = /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)/i;

/** "on Friday, November 27th", but "tomorrow at half past two" */
export const on = (spoken: string): string => (WEEKDAY.test(spoken) ? `on ${spoken}` : spoken);
export const bare = (spoken: string): string => spoken.replace(/^on /i, '');
export const at = (time: string): string => (/^(?:at|around|from) /.test(time) ? time : `at ${time}`);
export const forService = (service: string): string =>
  spokenName(service) === '' ? '' : ` for ${spokenName(service)}`;
export const underName = (name: string): string =>
  spokenName(name) === '' ? '' : `, under the name ${spokenName(name)}`;
export const forName = (name: string): string => (spokenName(name) === '' ? '' : ` for ${spokenName(name)}`);
export const standingSaid = ({ service, start, name, isSettled }: StandingBooking): string =>
  isSettled
    ? `There already is an appointment${forService(service)} ${on(start.instant)}${underName(name)}`
    : `An appointment${forService(service)} ${on(start.instant)}${underName(name)} has already been asked for`;
export const offered = (alternatives: readonly string[]): string => chosen(alternatives.map(on), 'or');

export function hours(count: number): string {
  return count === 1 ? 'one hour' : `${count} hours`;
}

export const minutesSaid = (count: number): string => (count === 1 ? 'one minute' : `${count} minutes`);

export function notice(minutes: number): string {
  const whole = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (whole === 0) return minutesSaid(rest);
  return rest === 0 ? hours(whole) : `${hours(whole)} and ${minutesSaid(rest)}`;
}

/** "On Friday, November 27th, we are closed" */
export const closedOn = ({ first, last }: SpokenDays): string =>
  `${last === null ? capitalised(closed(on(first))) : `From ${closed(first)} to ${closed(last)}`} we are closed`;

/** What is offered instead, as a question; `nothing` when there is nothing. */
export function instead(alternatives: readonly string[], nothing: string): string {
  if (alternatives.length === 0) return nothing;
  if (alternatives.length === 1) return `The alternative I have is ${offered(alternatives)}, would that suit you?`;
  return `Would one of these alternatives suit you: ${offered(alternatives)}?`;
}

export const either = (names: readonly string[]): string => listed(spokenNames(names, SPOKEN_CHOICES), 'or');
export const following = (later: readonly string[][]): string =>
  listed(later.slice(0, SPOKEN_CHOICES).map(either), 'and');
export const inTurn = (first: string, later: readonly string[][]): string =>
  `I book each service separately, first ${spokenName(first)}, then ${following(later)}`;
export const wishSaid = ({ services, forNextPerson }: NextWish): string =>
  `${either(services) || 'the appointment'}${forNextPerson ? ' for the next person' : ''}`;
/** "null eins fünf eins, eins zwei drei" */
export const groupsSaid = (groups: readonly string[]): string => spelledGroups(groups, englishNumber, 'plus');
const SIGNS = { '@': 'at', '.': 'dot', '-': 'dash', _: 'underscore', '+': 'plus' };
export const addressSaid = (address: string): string => spelledAddress(address, SIGNS);

export const QUESTIONS: Record<MissingField, string> = {
  service_name: 'Which service would you like?',
  desired_date: 'Which day would you like the appointment for?',
  desired_time: 'What time would suit you?',
  customer_name: 'What name shall I put the appointment under?',
  new_date: 'Which day would you like to move the appointment to?',
  new_time: 'What time would suit you for the new appointment?',
  reason: 'What is the callback about?',
  phone_number: 'Which phone number can we reach you on?',
  date: 'Which day do you mean?',
  reservation_uid: 'Which held appointment should I release?',
  consent: 'May this call be recorded, yes or no?',
};
