import type { Alternative, Circumstances } from '../availability/alternatives/question';
import type { HoldView } from '../availability/holds';
import type { SlotAnswer, SlotPriority } from '../availability/ports';
import { heedsHostWish } from '../booking/host-wish';
import type { Branch, LocalDate, Service } from '../../domain';
import { localDate } from '../../local-time';
import { holidayOn, isOpenOn } from '../tenants/opening-hours';
import type { AppointmentStore } from './ports';
import type { TimePreference } from '../language/reader/types';
import type { Conversation } from './conversation';
import type { Turn } from './turn';

/** What to read of one event type. */
export interface SlotSubject {
  service: Service;
  /** Cal.com user ids; empty: any host. */
  hostIds: number[];
  /** A booking that is being moved: its own time counts as free. */
  movingUid?: string | null;
}

/** Free starts of the days, both inclusive; none on the branch's holidays. */
export async function readDays(
  conversation: Pick<Conversation, 'calcom' | 'profile'>,
  subject: SlotSubject,
  from: LocalDate,
  to: LocalDate,
  priority: SlotPriority = 'live',
): Promise<SlotAnswer> {
  const { service } = subject;
  const hostIds = listableHosts(service, subject.hostIds);
  const { branch } = conversation.profile;
  const listed = await conversation.calcom.getAvailableSlots(
    service.calcomEventTypeId,
    from,
    to,
    service.calcomTeamId,
    {
      ...{ timeZone: branch.timeZone, priority },
      closedDays: (date) => !isOpenOn(branch, date),
      ...(hostIds.length > 0 ? { hostIds } : {}),
      ...(service.chosenMinutes === undefined ? {} : { durationMinutes: service.chosenMinutes }),
      ...(subject.movingUid ? { bookingUidToReschedule: subject.movingUid } : {}),
    },
  );
  return exceptHolidays(listed, branch);
}

/** Cal.com knows nothing of the branch's holidays: what it lists on them is not offered. */
function exceptHolidays(listed: SlotAnswer, { holidays }: Pick<Branch, 'holidays'>): SlotAnswer {
  if (holidays.length === 0) return listed;
  const days = [...listed.days].map(([date, starts]) => [date, holidayOn(holidays, date) ? [] : starts] as const);
  return { ...listed, days: new Map(days) };
}

/** The hosts that Cal.com can be asked about by themselves; empty where it answers for all of them whatever is asked. */
export function listableHosts(service: Service, hostIds: number[]): number[] {
  return heedsHostWish(service) ? hostIds : [];
}

/** Starts of a day that can be offered now: listed by Cal.com, not too soon, not reserved for another caller. */
export async function offerableStarts(
  conversation: Pick<Conversation, 'now' | 'reservations'>,
  service: Service,
  starts: number[],
): Promise<number[]> {
  const reservations = await conversation.reservations();
  const earliestMs = earliestStartMs(conversation, service);
  return starts.filter((startMs) => startMs >= earliestMs && !reservations.reservedForOthers(service, startMs));
}

export function earliestStartMs(conversation: Pick<Conversation, 'now'>, service: Service): number {
  return conversation.now.getTime() + service.minimumNoticeMinutes * 60_000;
}

export interface Wanted {
  desiredAt: Date | null;
  desiredDate: LocalDate;
  preference: TimePreference | null;
}

interface Offer {
  alternatives: Alternative[];
  stale: boolean;
}

/** Where Cal.com cannot be asked for alternatives either. */
export const noOffer = (): Offer => ({ alternatives: [], stale: true });

/** Alternatives to a start that cannot be had. */
export function alternativesTo(turn: Turn, subject: SlotSubject, startAt: Date): Promise<Offer> {
  const desiredDate = localDate(startAt, turn.conversation.timeZone);
  return alternativesFor(turn, subject, { desiredAt: startAt, desiredDate, preference: null });
}

/** Alternatives from one look at the horizon; also remembers them for the call and, behind the answer, for other callers. */
export async function alternativesFor(
  { deps, conversation }: Turn,
  subject: SlotSubject,
  wanted: Wanted,
): Promise<Offer> {
  const { service } = subject;
  const { settings } = conversation.profile.company;
  const [holds, own] = await Promise.all([conversation.holds(), ownAppointments(deps.appointments, conversation)]);
  const found = await deps.finder.findAlternatives(
    {
      ...circumstances(conversation, service, holds),
      desiredAt: wanted.desiredAt,
      desiredDate: wanted.desiredDate,
      durationMinutes: service.durationMinutes,
      maxAlternatives: settings.maxAlternatives,
      timeWindowHours: settings.timeWindowHours,
      ...(wanted.preference ? { preference: wanted.preference } : {}),
      customerAppointments: own,
    },
    (from, to) => readDays(conversation, subject, from, to),
  );
  const offeredMs = found.alternatives.map((alternative) => alternative.startAt.getTime());
  conversation.memory.offeredMs = offeredMs;
  conversation.memory.choicesMs = offeredMs;
  return found;
}

/** The first start of that day or of the two weeks after it that can be offered to this caller. */
export async function nextFree(
  { deps, conversation }: Turn,
  subject: SlotSubject,
  from: LocalDate,
): Promise<{ startAt: Date | null; stale: boolean }> {
  const question = { ...circumstances(conversation, subject.service, await conversation.holds()), from };
  return deps.finder.findNextAvailable(question, (first, last) => readDays(conversation, subject, first, last));
}

function circumstances(conversation: Conversation, service: Service, holds: HoldView): Circumstances {
  const { timeZone: zone, language, now, profile } = conversation;
  const { hours, holidays } = profile.branch;
  return {
    ...{ zone, language, now, hours, holidays, minimumNoticeMinutes: service.minimumNoticeMinutes },
    heldByOthers: (startMs) => holds.reservedForOthers(service, startMs),
    offeredToOthers: (startMs) => holds.offeredToOthers(service, startMs),
  };
}

/** The caller's own appointments ahead; none for anonymous callers, and none while the database is away. */
async function ownAppointments(
  appointments: AppointmentStore,
  conversation: Conversation,
): Promise<{ startsAt: Date; endsAt: Date; calcomBookingUid: string | null }[]> {
  try {
    const customer = await conversation.customer();
    if (!customer) return [];
    return await appointments.list(conversation.companyId, {
      customer,
      statuses: ['pending', 'booked'],
      endsAfter: conversation.now,
      limit: 50,
    });
  } catch {
    return [];
  }
}

/** The alternatives as an answer names them. */
export function alternativesIn(offer: Offer): Record<string, string>[] {
  return offer.alternatives.map(({ date, time, datetime, strategy, type, description, spoken }) => {
    return { date, time, datetime, strategy, type, description, spoken };
  });
}

export function spokenList(offer: Offer): string[] {
  return offer.alternatives.map((alternative) => alternative.spoken);
}
