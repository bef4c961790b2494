import type { Service } from '../../domain';
import { addDays } from '../language/reader/calendar';
import { holidayOn } from '../tenants/opening-hours';
import {
  alternativesFor,
  alternativesIn,
  alternativesTo,
  earliestStartMs,
  nextFree,
  noOffer,
  offerableStarts,
  readDays,
  type SlotSubject,
  spokenList,
} from './offers';
import { ownAppointmentAt, serviceOf } from './caller';
import { serviceFields } from './resolve-service';
import { answer, failure, type ToolResult, type Turn } from './turn';
import {
  holidaySaid,
  isoWithOffset,
  isWithin,
  localDate,
  noon,
  spokenStart,
  wallClock,
  type When,
} from './understanding';
import { recordUnfulfilled } from './turn';

/** More times than these are not read out. */
const SPOKEN_TIMES = 3;

/** Whether that start is free, and what else is if it is not. */
export async function checkStart(turn: Turn, subject: SlotSubject, startAt: Date): Promise<ToolResult> {
  const { deps, conversation, phrases } = turn;
  const { service } = subject;
  const { timeZone, memory } = conversation;
  const date = localDate(startAt, timeZone);
  const asked = {
    requested_time: wallClock(startAt, timeZone),
    datetime: isoWithOffset(startAt, timeZone),
    service: serviceFields(service),
  };
  const start = spokenStart(conversation, startAt);
  memory.askedMs = startAt.getTime();
  if (startAt.getTime() < earliestStartMs(conversation, service)) {
    const offer = await alternativesTo(turn, subject, startAt).catch(noOffer);
    const early = await tooShortNotice(turn, subject, startAt, {
      ...asked,
      available: false,
      reason: 'booking_notice_violation',
      alternatives: alternativesIn(offer),
      stale: offer.stale,
    });
    // Whether it is free was answered.
    if (early) return { ...early, success: true };
  }
  // Both at once: one journey to Redis.
  const [listed] = await Promise.all([readDays(conversation, subject, date, date), conversation.reservations()]);
  const starts = await offerableStarts(conversation, service, listed.days.get(date) ?? []);
  if (starts.includes(startAt.getTime())) {
    memory.checkedMs = startAt.getTime();
    remember(turn, service, [startAt.getTime()]);
    return answer('available', phrases.available(service.name, start, listed.stale), {
      ...asked,
      available: true,
      alternatives: [],
      stale: listed.stale,
    });
  }
  const offer = await alternativesTo(turn, subject, startAt);
  memory.checkedMs = null;
  const own = await ownAppointmentAt(deps, conversation, startAt);
  if (own) {
    remember(turn, service);
    return answer('unavailable', phrases.ownAppointment(serviceOf(conversation, own)?.name ?? '', start), {
      ...asked,
      available: false,
      reason: 'has_existing_appointment',
      existing_appointment_id: own.id,
      existing_appointment_time: asked.requested_time,
      alternatives: alternativesIn(offer),
      stale: listed.stale || offer.stale,
    });
  }
  if (offer.alternatives.length === 0) recordUnfulfilled(deps, conversation, service.id, startAt);
  remember(turn, service);
  const holiday = holidaySaid(conversation, date);
  const others = spokenList(offer);
  const message = holiday ? phrases.closedThen(holiday, others) : phrases.unavailable(start, others);
  return answer('unavailable', message, {
    ...asked,
    available: false,
    reason: holiday ? 'closed' : 'slot_not_available',
    alternatives: alternativesIn(offer),
    stale: listed.stale || offer.stale,
  });
}

/**
 * Said with the first start that can be had.
 * @returns null when an earlier one is free: then it was not too soon, and Cal.com's limit is another one
 */
export async function tooShortNotice(
  turn: Turn,
  subject: SlotSubject,
  startAt: Date,
  fields: Record<string, unknown>,
): Promise<ToolResult | null> {
  const { conversation, phrases } = turn;
  const { minimumNoticeMinutes } = subject.service;
  const next = await nextFree(turn, subject, localDate(conversation.now, conversation.timeZone)).catch(() => null);
  const earliest = next?.startAt ?? null;
  if (earliest && earliest <= startAt) return null;
  const isOurRule = startAt.getTime() < earliestStartMs(conversation, subject.service);
  if (!earliest && !isOurRule) return null;
  if (earliest) {
    conversation.memory.offeredMs = [earliest.getTime()];
    conversation.memory.choicesMs = [earliest.getTime()];
    conversation.memory.checkedMs = null;
    remember(turn, subject.service);
  }
  const spoken = earliest && spokenStart(conversation, earliest).instant;
  return failure('too_short_notice', phrases.tooShortNotice(isOurRule ? minimumNoticeMinutes : null, spoken), {
    ...fields,
    earliest_bookable: earliest && isoWithOffset(earliest, conversation.timeZone),
  });
}

/** A day without a time: what is free then, within the requested part of the day. */
export async function checkDay(
  turn: Turn,
  subject: SlotSubject,
  when: Extract<When, { kind: 'day' }>,
): Promise<ToolResult> {
  const { deps, conversation, phrases } = turn;
  const { timeZone, memory } = conversation;
  const { service } = subject;
  const last = when.rangeEnd ?? when.date;
  const [listed] = await Promise.all([readDays(conversation, subject, when.date, last), conversation.reservations()]);
  for (let date = when.date; date <= last; date = addDays(date, 1)) {
    const inWindow = (listed.days.get(date) ?? []).filter(
      (startMs) => !when.preference || isWithin(new Date(startMs), timeZone, when.preference),
    );
    const starts = await offerableStarts(conversation, service, inWindow);
    if (starts.length === 0) continue;
    const offered = spread(starts, SPOKEN_TIMES);
    memory.day = date;
    memory.offeredMs = starts.slice(0, 40);
    memory.choicesMs = offered;
    remember(turn, service, offered);
    const times = offered.map((startMs) => spokenStart(conversation, new Date(startMs)).time);
    const first = new Date(offered[0] ?? 0);
    return answer(
      'available',
      phrases.freeTimes(service.name, spokenStart(conversation, first).date, times, starts.length > offered.length),
      {
        available: true,
        service: serviceFields(service),
        available_slots: starts.map((startMs) => wallClock(new Date(startMs), timeZone)),
        alternatives: [],
        stale: listed.stale,
      },
    );
  }
  const offer = await alternativesFor(turn, subject, {
    desiredAt: null,
    desiredDate: when.date,
    preference: when.preference,
  });
  if (offer.alternatives.length === 0) recordUnfulfilled(deps, conversation, service.id, null);
  remember(turn, service);
  const day = spokenStart(conversation, noon(when.date, timeZone)).date;
  const closed = holidayOn(conversation.profile.branch.holidays, when.date);
  const holiday = closed && closed.last >= last ? holidaySaid(conversation, when.date) : null;
  const others = spokenList(offer);
  return answer('unavailable', holiday ? phrases.closedThen(holiday, others) : phrases.dayFull(day, others), {
    available: false,
    service: serviceFields(service),
    available_slots: [],
    reason: holiday ? 'closed' : 'day_full',
    alternatives: alternativesIn(offer),
    stale: listed.stale || offer.stale,
  });
}

/** Holds offered starts for this caller; a request without a call has no one to hold them for. */
export function remember(
  { deps, conversation }: Turn,
  service: Service,
  startsMs = conversation.memory.offeredMs,
): void {
  if (conversation.callId === null || startsMs.length === 0) return;
  deps.background.run(
    'remember what was offered',
    deps.holds.offered(conversation.companyId, conversation.owner, service, startsMs),
  );
}

/** Up to `count` of the starts, first, last and between, so that a caller hears morning and afternoon. */
function spread(starts: number[], count: number): number[] {
  if (starts.length <= count) return starts;
  const step = (starts.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => starts[Math.round(index * step)] ?? 0);
}
