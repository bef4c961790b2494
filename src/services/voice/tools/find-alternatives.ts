import { alternativeFields, alternativesFor, readDays, spokenList } from '../offers';
import {
  isObstacle,
  isoWithOffset,
  localDate,
  spokenStart,
  wallClock,
  whichHosts,
  whichService,
  whichTime,
} from '../understanding';
import { remember, serviceFields } from './check-availability';
import { answer, fromObstacle, type Tool } from './tool';

export const findAlternatives: Tool = async (deps, conversation, args, say) => {
  const service = whichService(conversation, args, say);
  if (isObstacle(service)) return fromObstacle(service);
  const said = { date: args.desiredDate, time: args.desiredTime ?? args.timePreference, datetime: args.datetime };
  const anything = said.date ?? said.time ?? said.datetime ?? conversation.memory.day;
  const when = anything
    ? whichTime(
        conversation,
        said.date || said.datetime
          ? said
          : { ...said, date: conversation.memory.day ?? localDate(conversation.now, conversation.timeZone) },
        say,
      )
    : {
        kind: 'day' as const,
        date: localDate(conversation.now, conversation.timeZone),
        rangeEnd: null,
        preference: null,
      };
  if (isObstacle(when)) return fromObstacle(when);
  const hosts = whichHosts(conversation, args, service.service, say);
  if (isObstacle(hosts)) return fromObstacle(hosts);
  conversation.memory.serviceId = service.service.id;
  conversation.memory.day = when.date;
  // "Um 14 Uhr, aber lieber vormittags": the part of the day is a wish of its own beside the time.
  const part =
    args.timePreference && when.kind === 'instant'
      ? whichTime(conversation, { date: when.date, time: args.timePreference }, say)
      : when;
  const preference = !isObstacle(part) && part.kind === 'day' ? part.preference : null;
  const offer = await alternativesFor(
    deps,
    conversation,
    { service: service.service, hostIds: hosts.hostIds },
    {
      desiredAt: when.kind === 'instant' ? when.startAt : null,
      desiredDate: when.date,
      preference,
    },
  );
  const fields = {
    service: serviceFields(service.service),
    alternatives: offer.alternatives.map(alternativeFields),
    stale: offer.stale,
  };
  if (offer.alternatives.length === 0) {
    deps.unfulfilled(conversation, service.service.id, when.kind === 'instant' ? when.startAt : null);
    return answer('none_found', say.noneFound(service.service.name), { ...fields, found: false });
  }
  remember(deps, conversation, service.service);
  return answer('found', say.found(service.service.name, spokenList(offer)), { ...fields, found: true });
};

export const findNextAvailable: Tool = async (deps, conversation, args, say) => {
  const service = whichService(conversation, args, say);
  if (isObstacle(service)) return fromObstacle(service);
  const today = localDate(conversation.now, conversation.timeZone);
  const from = args.fromDate ?? args.desiredDate ?? args.datetime;
  const when = from ? whichTime(conversation, { date: from }, say) : { kind: 'day' as const, date: today };
  if (isObstacle(when)) return fromObstacle(when);
  const hosts = whichHosts(conversation, args, service.service, say);
  if (isObstacle(hosts)) return fromObstacle(hosts);
  const holds = await conversation.holds();
  const found = await deps.finder.findNextAvailable(
    {
      from: when.date,
      zone: conversation.timeZone,
      language: conversation.language,
      now: conversation.now,
      hours: conversation.profile.branch.hours,
      minimumNoticeMinutes: service.service.minimumNoticeMinutes,
      heldByOthers: (startMs) => holds.reservedForOthers(service.service, startMs),
      offeredToOthers: (startMs) => holds.offeredToOthers(service.service, startMs),
    },
    (first, last) => readDays(conversation, { service: service.service, hostIds: hosts.hostIds }, first, last),
  );
  conversation.memory.serviceId = service.service.id;
  const named = { service: serviceFields(service.service) };
  if (!found.startAt) {
    deps.unfulfilled(conversation, service.service.id, null);
    return answer('none_found', say.noneFound(service.service.name), { ...named, found: false, stale: found.stale });
  }
  const { startAt } = found;
  conversation.memory.day = localDate(startAt, conversation.timeZone);
  conversation.memory.offeredMs = [startAt.getTime()];
  remember(deps, conversation, service.service);
  const clock = wallClock(startAt, conversation.timeZone);
  return answer('found', say.nextAvailable(service.service.name, spokenStart(conversation, startAt).instant), {
    ...named,
    found: true,
    next_available: isoWithOffset(startAt, conversation.timeZone),
    date: clock.slice(0, 10),
    time: clock.slice(11),
    datetime: isoWithOffset(startAt, conversation.timeZone),
    spoken: spokenStart(conversation, startAt).instant,
    stale: found.stale,
  });
};
