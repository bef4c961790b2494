import type { Service } from '../../../domain';
import { addDays } from '../../language/reader/calendar';
import type { Conversation } from '../conversation';
import { alternativeFields, alternativesFor, offerableStarts, readDays, spokenList } from '../offers';
import { ownAppointmentAt, serviceOf } from '../own-appointments';
import type { Phrases } from '../phrases';
import {
  isObstacle,
  isoWithOffset,
  localDate,
  spokenStart,
  wallClock,
  whichHosts,
  whichService,
  whichTime,
  type When,
} from '../understanding';
import { answer, fromObstacle, type Tool, type ToolDeps, type ToolResult } from './tool';

/** More times than these are not read out. */
const SPOKEN_TIMES = 3;

export const checkAvailability: Tool = async (deps, conversation, args, say) => {
  const service = whichService(conversation, args, say);
  if (isObstacle(service)) return fromObstacle(service);
  const when = whichTime(
    conversation,
    { date: args.desiredDate, time: args.desiredTime ?? args.timePreference, datetime: args.datetime },
    say,
  );
  if (isObstacle(when)) return fromObstacle(when);
  const hosts = whichHosts(conversation, args, service.service, say);
  if (isObstacle(hosts)) return fromObstacle(hosts);
  conversation.memory.serviceId = service.service.id;
  conversation.memory.day = when.date;
  conversation.memory.hostIds = hosts.hostIds;
  return when.kind === 'instant'
    ? checkStart(deps, conversation, service.service, hosts.hostIds, when.startAt, say)
    : checkDay(deps, conversation, service.service, hosts.hostIds, when, say);
};

export function serviceFields(service: Service): { id: string; name: string; duration_minutes: number } {
  return { id: service.id, name: service.name, duration_minutes: service.durationMinutes };
}

/** Whether that start is free, and what else is if it is not. */
export async function checkStart(
  deps: ToolDeps,
  conversation: Conversation,
  service: Service,
  hostIds: number[],
  startAt: Date,
  say: Phrases,
): Promise<ToolResult> {
  const { timeZone, memory } = conversation;
  const date = localDate(startAt, timeZone);
  const asked = {
    requested_time: wallClock(startAt, timeZone),
    datetime: isoWithOffset(startAt, timeZone),
    service: serviceFields(service),
  };
  const subject = { service, hostIds };
  const start = spokenStart(conversation, startAt);
  memory.askedMs = startAt.getTime();
  if (startAt.getTime() < conversation.now.getTime() + service.minimumNoticeMinutes * 60_000) {
    const offer = await alternativesFor(deps, conversation, subject, {
      desiredAt: startAt,
      desiredDate: date,
      preference: null,
    });
    return answer('unavailable', say.unavailable(start, spokenList(offer)), {
      ...asked,
      available: false,
      reason: 'booking_notice_violation',
      alternatives: offer.alternatives.map(alternativeFields),
      stale: offer.stale,
    });
  }
  // Both at once: one journey to Redis.
  const [listed] = await Promise.all([readDays(conversation, subject, date, date), conversation.reservations()]);
  const starts = await offerableStarts(conversation, service, listed.days.get(date) ?? []);
  if (starts.includes(startAt.getTime())) {
    memory.checkedMs = startAt.getTime();
    remember(deps, conversation, service, [startAt.getTime()]);
    return answer('available', say.available(service.name, start, listed.stale), {
      ...asked,
      available: true,
      alternatives: [],
      stale: listed.stale,
    });
  }
  const offer = await alternativesFor(deps, conversation, subject, {
    desiredAt: startAt,
    desiredDate: date,
    preference: null,
  });
  memory.checkedMs = null;
  const own = await ownAppointmentAt(deps, conversation, startAt);
  if (own) {
    remember(deps, conversation, service);
    return answer('unavailable', say.ownAppointment(serviceOf(conversation, own)?.name ?? '', start), {
      ...asked,
      available: false,
      reason: 'has_existing_appointment',
      existing_appointment_id: own.id,
      existing_appointment_time: asked.requested_time,
      alternatives: offer.alternatives.map(alternativeFields),
      stale: listed.stale || offer.stale,
    });
  }
  if (offer.alternatives.length === 0) deps.unfulfilled(conversation, service.id, startAt);
  remember(deps, conversation, service);
  return answer('unavailable', say.unavailable(start, spokenList(offer)), {
    ...asked,
    available: false,
    reason: 'slot_not_available',
    alternatives: offer.alternatives.map(alternativeFields),
    stale: listed.stale || offer.stale,
  });
}

/** A day without a time: what is free then, within the wished part of the day. */
async function checkDay(
  deps: ToolDeps,
  conversation: Conversation,
  service: Service,
  hostIds: number[],
  when: Extract<When, { kind: 'day' }>,
  say: Phrases,
): Promise<ToolResult> {
  const { timeZone, memory } = conversation;
  const subject = { service, hostIds };
  const last = when.rangeEnd ?? when.date;
  const [listed] = await Promise.all([readDays(conversation, subject, when.date, last), conversation.reservations()]);
  for (let date = when.date; date <= last; date = addDays(date, 1)) {
    const inWindow = (listed.days.get(date) ?? []).filter(
      (startMs) => !when.preference || within(startMs, timeZone, when.preference),
    );
    const starts = await offerableStarts(conversation, service, inWindow);
    if (starts.length === 0) continue;
    const offered = spread(starts, SPOKEN_TIMES);
    memory.day = date;
    memory.offeredMs = starts.slice(0, 40);
    memory.choicesMs = offered;
    remember(deps, conversation, service, offered);
    const times = offered.map((startMs) => spokenStart(conversation, new Date(startMs)).time);
    const first = new Date(offered[0] ?? 0);
    return answer(
      'available',
      say.freeTimes(service.name, spokenStart(conversation, first).date, times, starts.length > offered.length),
      {
        available: true,
        service: serviceFields(service),
        available_slots: starts.map((startMs) => wallClock(new Date(startMs), timeZone)),
        alternatives: [],
        stale: listed.stale,
      },
    );
  }
  const offer = await alternativesFor(deps, conversation, subject, {
    desiredAt: null,
    desiredDate: when.date,
    preference: when.preference,
  });
  if (offer.alternatives.length === 0) deps.unfulfilled(conversation, service.id, null);
  remember(deps, conversation, service);
  const day = spokenStart(conversation, noon(when.date, timeZone)).date;
  return answer('unavailable', say.dayFull(day, spokenList(offer)), {
    available: false,
    service: serviceFields(service),
    available_slots: [],
    reason: 'day_full',
    alternatives: offer.alternatives.map(alternativeFields),
    stale: listed.stale || offer.stale,
  });
}

/** Keeps what a caller heard for them. A request without a call belongs to nobody for whom it could be kept. */
export function remember(
  deps: ToolDeps,
  conversation: Conversation,
  service: Service,
  startsMs = conversation.memory.offeredMs,
): void {
  if (conversation.callId === null || startsMs.length === 0) return;
  deps.behind(
    'remember what was offered',
    deps.holds.offered(conversation.companyId, conversation.owner, service, startsMs),
  );
}

export const parseDate: Tool = async (_deps, conversation, args, say) => {
  const when = whichTime(
    conversation,
    { date: args.desiredDate, time: args.desiredTime, datetime: args.datetime },
    say,
    { date: 'date', time: 'desired_time' },
  );
  if (isObstacle(when)) return fromObstacle(when);
  conversation.memory.day = when.date;
  const at = when.kind === 'instant' ? when.startAt : noon(when.date, conversation.timeZone);
  const start = spokenStart(conversation, at);
  const timed = when.kind === 'instant';
  if (when.kind === 'day' && when.rangeEnd) {
    const last = spokenStart(conversation, noon(when.rangeEnd, conversation.timeZone)).date;
    return answer('ok', say.daysRead(start.date, last), {
      date: when.date,
      range_end: when.rangeEnd,
      display_date: start.date,
    });
  }
  return answer('ok', say.dateRead(start.date, timed ? start.time : null), {
    date: when.date,
    time: timed ? wallClock(at, conversation.timeZone).slice(11) : null,
    display_date: start.date,
    datetime: timed ? isoWithOffset(at, conversation.timeZone) : null,
  });
};

/** Up to `count` of the starts, first, last and between, so that a caller hears morning and afternoon. */
function spread(starts: number[], count: number): number[] {
  if (starts.length <= count) return starts;
  const step = (starts.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => starts[Math.round(index * step)] ?? 0);
}

function within(startMs: number, zone: string, preference: { fromMinutes: number; toMinutes: number }): boolean {
  const [hours = '0', minutes = '0'] = wallClock(new Date(startMs), zone).slice(11).split(':');
  const minute = Number(hours) * 60 + Number(minutes);
  return minute >= preference.fromMinutes && minute < preference.toMinutes;
}

export function noon(date: string, zone: string): Date {
  const guess = new Date(`${date}T12:00:00Z`);
  const shift = Number(wallClock(guess, zone).slice(11, 13)) - 12;
  return new Date(guess.getTime() - shift * 3_600_000);
}
