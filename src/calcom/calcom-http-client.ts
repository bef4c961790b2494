import type { z } from 'zod';
import { InvalidInput, UpstreamRejected, UpstreamUnauthorised } from '../errors';
import type { DriftWatch } from '../services/calcom/drift-watch';
import type { Clock } from '../infra/clock';
import type {
  BookingFilter,
  BookingRequest,
  CalcomApi,
  CancelledPart,
  NewWebhook,
  SlotsByDay,
  SlotsQuery,
  TeamEventType,
  TeamRole,
  UpstreamBooking,
  UpstreamCall,
  UpstreamEventType,
  UpstreamUser,
  UpstreamWebhook,
} from '../services/calcom/calcom-ports';
import { serverTime } from './answer-headers';
import { sampleOf, shapeDifferences } from './answer-shape';
import {
  meAnswer,
  membershipsAnswer,
  reservationAnswer,
  teamsAnswer,
  webhookAnswer,
  webhooksAnswer,
} from './account-wire';
import { type CalcomVersions, CURRENT_SLOTS_VERSION, listsSlotsTheOldWay } from './api-versions';
import { BookingPages } from './booking-list';
import { bookingBody, cancelBody, rescheduleBody, utcText } from './booking-payload';
import { bookingAnswer, bookingListAnswer } from './booking-wire';
import { eventTypesAnswer, hostChoiceAnswer } from './event-type-wire';
import { isKnownText, refusalOf } from './refusal';
import { localDays, slotsAnswer, slotsByDay, slotsRequest } from './slot-wire';
import { CalcomTransport, type TransportConfig, type WireAnswer, type WireRequest } from './transport';
import { parseAnswer } from './wire-parsing';

export interface CalcomClientConfig extends TransportConfig {
  versions: CalcomVersions;
  /** For a whole exchange of each kind. */
  timeouts: { slotsMs: number; bookingMs: number; testMs: number };
  /** Told of shapes and texts that are not known. */
  observer?: Pick<DriftWatch, 'wants' | 'compared' | 'unknownRefusal'>;
}

/** Cal.com's API v2 over HTTP. Sends every request once; whether to send it again is the caller's decision. */
export class CalcomHttpClient implements CalcomApi {
  readonly #transport: CalcomTransport;
  readonly #pages: BookingPages;
  /** False once Cal.com refused `rrHostSubsetIds`, which its documentation does not name; from then on it is left out. */
  #knowsHostChoice = true;

  constructor(
    private readonly config: CalcomClientConfig,
    private readonly clock: Clock,
  ) {
    this.#transport = new CalcomTransport(config, clock);
    this.#pages = new BookingPages(config.versions.bookings, () => clock.nowMs());
  }

  /** HTTP requests begun since the start. */
  requestCount(): number {
    return this.#transport.requestCount;
  }

  close(): void {
    this.#transport.close();
  }

  /**
   * Starts whose appointment would run past the last local midnight are not listed by Cal.com.
   * @throws InvalidInput on an unreadable day or zone, and what every method throws
   */
  async slots(query: SlotsQuery, call: UpstreamCall): Promise<SlotsByDay> {
    const days = localDays(query.startDate, query.endDate, query.timeZone);
    const request = slotsRequest(this.#withHosts(query), days, this.config.versions.slots);
    const timed = { ...request, method: 'GET', timeoutMs: this.config.timeouts.slotsMs } as const;
    const { data } = await this.#ask(slotsAnswer, timed, call);
    return slotsByDay(data, days);
  }

  /** @throws InvalidInput when the attendee is incomplete, and what every method throws */
  async createBooking(request: BookingRequest, call: UpstreamCall): Promise<UpstreamBooking> {
    return this.#askBooking(this.#booking('POST', '', bookingBody(this.#withHosts(request))), call);
  }

  async rescheduleBooking(
    uid: string,
    change: { startAt: Date; reason?: string },
    call: UpstreamCall,
  ): Promise<UpstreamBooking> {
    return this.#askBooking(this.#booking('POST', `/${segment(uid)}/reschedule`, rescheduleBody(change)), call);
  }

  async cancelBooking(uid: string, reason: string, call: UpstreamCall, part?: CancelledPart): Promise<UpstreamBooking> {
    return this.#askBooking(this.#booking('POST', `/${segment(uid)}/cancel`, cancelBody(reason, part)), call);
  }

  async markAbsent(
    uid: string,
    attendee: { email: string; absent: boolean },
    call: UpstreamCall,
  ): Promise<UpstreamBooking> {
    return this.#askBooking(this.#booking('POST', `/${segment(uid)}/mark-absent`, { attendees: [attendee] }), call);
  }

  async getBooking(uid: string, call: UpstreamCall): Promise<UpstreamBooking | null> {
    try {
      const request = { ...this.#booking('GET', `/${segment(uid)}`), timeoutMs: this.config.timeouts.slotsMs };
      return await this.#askBooking(request, call);
    } catch (error) {
      if (error instanceof UpstreamRejected && error.reason === 'not_found') return null;
      throw error;
    }
  }

  /** @throws InvalidInput when pages are turned by cursor and the one before was not read */
  async listBookings(
    filter: BookingFilter,
    call: UpstreamCall,
  ): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }> {
    const page = this.#pages.page(filter, call.credential);
    const request = { ...this.#booking('GET', ''), query: page.query };
    const answer = await this.#send(request, call);
    const { bookings, hasMore } = page.read(this.#read(bookingListAnswer, answer.text, request, call));
    const saidAt = serverTime(answer.headers);
    return { bookings: bookings.map((booking) => ({ ...booking, saidAt })), hasMore };
  }

  /**
   * @param minutes how long the start stays hidden from Cal.com's listing
   * @param lengthMinutes of the appointment, where the event type has several lengths
   */
  async reserveSlot(
    eventTypeId: number,
    startAt: Date,
    minutes: number,
    call: UpstreamCall,
    lengthMinutes?: number,
  ): Promise<{ uid: string; until: Date }> {
    const slotStart = utcText(startAt);
    const body = { eventTypeId, slotStart, slotDuration: lengthMinutes, reservationDuration: minutes };
    return this.#ask(reservationAnswer, this.#reservation('POST', '', body), call);
  }

  async releaseReservation(uid: string, call: UpstreamCall): Promise<void> {
    await this.#send(this.#reservation('DELETE', `/${segment(uid)}`), call);
  }

  async me(call: UpstreamCall): Promise<UpstreamUser> {
    return this.#ask(meAnswer, this.#account('GET', '/me'), call);
  }

  async eventTypes(call: UpstreamCall): Promise<UpstreamEventType[]> {
    return this.#ask(eventTypesAnswer, this.#account('GET', '/event-types', { resource: 'eventTypes' }), call);
  }

  /** Empty where this Cal.com has no teams: a self-hosted one does not know the route. */
  async teams(call: UpstreamCall): Promise<{ id: number; name: string }[]> {
    try {
      return await this.#ask(teamsAnswer, this.#account('GET', '/teams'), call);
    } catch (error) {
      if (error instanceof UpstreamRejected && error.upstreamStatus === 404) return [];
      throw error;
    }
  }

  async teamEventTypes(teamId: number, call: UpstreamCall): Promise<UpstreamEventType[]> {
    const request = this.#account('GET', `/teams/${teamId}/event-types`, { resource: 'eventTypes' });
    return this.#ask(eventTypesAnswer, request, call);
  }

  async teamRole(teamId: number, userId: number, call: UpstreamCall): Promise<TeamRole | null> {
    const query = new URLSearchParams({ take: '250' });
    try {
      const request = this.#account('GET', `/teams/${teamId}/memberships`, { query });
      const members = await this.#ask(membershipsAnswer, request, call);
      return members.find((one) => one.userId === userId)?.role ?? null;
    } catch (error) {
      if (error instanceof UpstreamUnauthorised && error.upstreamStatus === 403) return 'member';
      if (error instanceof UpstreamRejected && error.upstreamStatus === 404) return null;
      throw error;
    }
  }

  async webhooks(of: TeamEventType | null, call: UpstreamCall): Promise<UpstreamWebhook[]> {
    return this.#ask(webhooksAnswer, this.#account('GET', webhooksPath(of)), call);
  }

  async createWebhook(of: TeamEventType | null, hook: NewWebhook, call: UpstreamCall): Promise<UpstreamWebhook> {
    const request = this.#account('POST', webhooksPath(of), { body: { active: true, ...hook } });
    return this.#ask(webhookAnswer, request, call);
  }

  async updateWebhook(
    of: TeamEventType | null,
    id: string,
    hook: NewWebhook,
    call: UpstreamCall,
  ): Promise<UpstreamWebhook> {
    const path = `${webhooksPath(of)}/${segment(id)}`;
    return this.#ask(webhookAnswer, this.#account('PATCH', path, { body: { active: true, ...hook } }), call);
  }

  async enableHostChoice({ teamId, eventTypeId }: TeamEventType, call: UpstreamCall): Promise<boolean> {
    const change = { resource: 'eventTypes', body: { rrHostSubsetEnabled: true } } as const;
    const request = this.#account('PATCH', `/teams/${teamId}/event-types/${eventTypeId}`, change);
    return this.#ask(hostChoiceAnswer, request, call);
  }

  #withHosts<Asked extends { hostIds?: number[] }>({ hostIds, ...asked }: Asked) {
    return this.#knowsHostChoice && hostIds ? { ...asked, hostIds } : asked;
  }

  #booking(method: 'GET' | 'POST', path: string, body?: object): WireRequest {
    const { versions, timeouts } = this.config;
    return { method, path: `/bookings${path}`, apiVersion: versions.bookings, timeoutMs: timeouts.bookingMs, body };
  }

  /** The old listing has no reservations of this kind. */
  #reservation(method: 'POST' | 'DELETE', path: string, body?: object): WireRequest {
    const { versions, timeouts } = this.config;
    const apiVersion = listsSlotsTheOldWay(versions.slots) ? CURRENT_SLOTS_VERSION : versions.slots;
    return { method, path: `/slots/reservations${path}`, apiVersion, timeoutMs: timeouts.slotsMs, body };
  }

  #account(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    more: Pick<WireRequest, 'body' | 'query'> & { resource?: keyof CalcomVersions } = {},
  ): WireRequest {
    const { resource = 'bookings', ...content } = more;
    const { versions, timeouts } = this.config;
    return { method, path, apiVersion: versions[resource], timeoutMs: timeouts.testMs, ...content };
  }

  async #askBooking(request: WireRequest, call: UpstreamCall): Promise<UpstreamBooking> {
    const { text, headers } = await this.#send(request, call);
    return { ...this.#read(bookingAnswer, text, request, call), saidAt: serverTime(headers) };
  }

  async #ask<Output>(schema: z.ZodType<Output>, request: WireRequest, call: UpstreamCall): Promise<Output> {
    const { text } = await this.#send(request, call);
    return this.#read(schema, text, request, call);
  }

  #read<Output>(
    schema: z.ZodType<Output>,
    text: string,
    { method, path }: WireRequest,
    { credential }: UpstreamCall,
  ): Output {
    return parseAnswer(schema, text, `${method} ${path.split('/')[1] ?? ''}`, (answer) => {
      const { observer } = this.config;
      if (!observer?.wants(method, credential.id)) return;
      const compare = (): void =>
        observer.compared(routeOf(method, path), credential.id, shapeDifferences(schema, answer), () =>
          sampleOf(answer),
        );
      // What was changed has yet to be written down, and its caller waits.
      if (method === 'GET') compare();
      else setImmediate(compare);
    });
  }

  async #send(request: WireRequest, call: UpstreamCall): Promise<WireAnswer> {
    const answer = await this.#transport.exchange(request, call);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const refusal = refusalOf({ method: request.method, sent: request.body, ...answer }, this.clock.nowMs());
    if (refusal instanceof UpstreamRejected && refusal.reason === 'host_choice_unknown') this.#knowsHostChoice = false;
    if (refusal instanceof UpstreamRejected || refusal instanceof UpstreamUnauthorised) {
      const { upstreamStatus: status, upstreamMessage: words } = refusal;
      const isSilent = refusal instanceof UpstreamUnauthorised && words === '';
      if (!isSilent && !isKnownText(status, words))
        this.config.observer?.unknownRefusal(routeOf(request.method, request.path), status, words);
    }
    throw refusal;
  }
}

/** Without the ids: `POST /bookings/:id/cancel`. */
function routeOf(method: string, path: string): string {
  return `${method} ${path.replace(/(?<=\/(?:bookings|reservations|teams|event-types)\/)[^/]+(?=$|\/)/g, ':id')}`;
}

function webhooksPath(of: TeamEventType | null): string {
  return of === null ? '/webhooks' : `/teams/${of.teamId}/event-types/${of.eventTypeId}/webhooks`;
}

/**
 * A uid as a path segment. An empty one would turn an address into the list's.
 * @throws InvalidInput on anything that cannot be a uid
 */
function segment(uid: string): string {
  if (!/^[\w-]+$/.test(uid)) throw new InvalidInput('That is no uid of Cal.com.');
  return uid;
}
