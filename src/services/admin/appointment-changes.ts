import { Conflict, NotFound, wrongField } from '../../errors';
import type { BookingOutcome, BookingService } from '../booking/booking-service';
import type { Asker } from '../booking/intent';
import type { Appointment, Customer, LocalDate, TenantId, TenantProfile } from '../../domain';
import type { CustomerStore } from '../voice/ports';
import type { TenantDirectory } from '../tenants/tenant-ports';
import { localDate } from '../../local-time';
import { readTypedNumber } from '../tenants/phone-numbers';
import { holidayOn } from '../tenants/opening-hours';
import { serviceFor, staffFor, type FreeStartList, type FreeStarts, type WantedStart } from './free-starts';

interface Repeatable {
  /** Repeating a request with the same key returns the first answer; null when the operator gave none. */
  repeatKey: string | null;
}

export interface HandBooking extends Repeatable {
  branchId: string;
  serviceId: string;
  /** With anyone else there is to be no booking; null: anyone. */
  staffId: string | null;
  startAt: Date;
  /** A known customer, or a new one; a number as it was typed. */
  customer: { id: string } | { name: string; phone: string | null; email: string | null };
  notes: string | null;
}

/** What an operator wants done with an appointment. */
export type AppointmentChange = Repeatable &
  (
    | { kind: 'cancel'; reason: string | null }
    | { kind: 'reschedule'; startAt: Date; reason: string | null }
    /** The customer did not come, or that is taken back. */
    | { kind: 'absence'; absent: boolean }
  );

/** What came of a booking or a change. */
export interface Changed {
  outcome: BookingOutcome;
  /** The start that was asked for, so that others near it can be offered; null where none was. */
  wish: { wanted: WantedStart; startAt: Date } | null;
}

export interface StartsAsked {
  /** null: the only one that offers the service. */
  branchId: string | null;
  staffId: string | null;
  /** First day on the branch's calendar; today when null. */
  from: LocalDate | null;
  days: number;
  /** An appointment that is to be moved: its own time counts as free. */
  appointmentId: string | null;
}

interface AppointmentChangesDeps {
  appointments: { find(companyId: TenantId, id: string): Promise<Appointment | null> };
  tenants: Pick<TenantDirectory, 'profile' | 'onlyBranch'>;
  bookings: BookingService;
  customers: CustomerStore;
  starts: FreeStarts;
  now: () => Date;
}

type Attendee = Pick<Customer, 'name' | 'phone' | 'email'> & { id: string | null; name: string };

/** An operator's bookings, cancellations, moves and absences: the same ledger, the same checks, no policy of hours. */
export class AppointmentChanges {
  constructor(private readonly deps: AppointmentChangesDeps) {}

  /** @throws InvalidInput, NotFound */
  async book(companyId: TenantId, request: HandBooking): Promise<Changed> {
    const profile = await this.#profile(companyId, request.branchId);
    const service = serviceFor(profile, request.serviceId);
    const staff = staffFor(profile, service, request.staffId);
    const { startAt } = request;
    if (startAt < this.deps.now()) throw wrongField('starts_at', 'is in the past');
    const attendee = await this.#attendee(companyId, request.customer, profile);
    const wanted = { profile, service, staff, moving: null };
    const listed = await this.deps.starts.list(wanted, dayOf(profile, startAt), 1).catch(() => null);
    // Where the listing cannot be read, Cal.com's answer to the booking decides.
    const isFree = listed === null || listed.starts.some((start) => start.getTime() === startAt.getTime());
    const asker = { ...askerOf(profile, request), callerPhone: attendee.phone, customerId: attendee.id };
    const outcome = await this.deps.bookings.book(
      asker,
      {
        ...{ service, startAt, notes: request.notes },
        attendee: { name: attendee.name, phone: attendee.phone, email: attendee.email },
        wishedHostId: staff?.calcomUserId ?? null,
        isHostRequired: staff !== null,
      },
      // A repeat of what was booked hears so, although its start is no longer listed.
      isClosed(profile, startAt) ? 'closed' : isFree ? null : 'never_free',
    );
    return { outcome, wish: { wanted, startAt } };
  }

  /** @throws NotFound, Conflict */
  async change(companyId: TenantId, id: string, change: AppointmentChange): Promise<Changed> {
    const { appointments, bookings, now } = this.deps;
    const appointment = await appointments.find(companyId, id);
    if (!appointment) throw new NotFound('The appointment');
    if (!appointment.calcomBookingUid) throw new Conflict('This appointment has no booking at Cal.com.');
    const profile = await this.#profile(companyId, appointment.branchId);
    const service = profile.services.find((one) => one.id === appointment.serviceId) ?? null;
    const asker = { ...askerOf(profile, change), customerId: appointment.customerId };
    switch (change.kind) {
      case 'cancel': {
        const { reason } = change;
        return { outcome: await bookings.cancel(asker, { appointment, service, reason }), wish: null };
      }
      case 'reschedule': {
        if (!service) throw new Conflict('The service of this appointment no longer exists.');
        const { reason, startAt } = change;
        const refusal = isClosed(profile, startAt) ? 'closed' : null;
        const outcome = await bookings.move(asker, { appointment, service, reason }, startAt, refusal);
        return { outcome, wish: { wanted: { profile, service, staff: null, moving: appointment }, startAt } };
      }
      case 'absence': {
        const refused = absenceRefusal(appointment, now());
        if (refused !== null) return { outcome: { kind: 'refused', reason: refused }, wish: null };
        const subject = { appointment, service, reason: null };
        return { outcome: await bookings.markAbsence(asker, subject, change.absent), wish: null };
      }
    }
  }

  async #profile(companyId: TenantId, branchId: string): Promise<TenantProfile> {
    const profile = await this.deps.tenants.profile(companyId, branchId);
    if (!profile) throw new NotFound('The branch');
    return profile;
  }

  /** @throws InvalidInput, NotFound, and what keeps Cal.com from being asked */
  async freeStarts(
    companyId: TenantId,
    serviceId: string,
    asked: StartsAsked,
  ): Promise<FreeStartList & { zone: string }> {
    const { starts, appointments, now } = this.deps;
    const moving = asked.appointmentId === null ? null : await appointments.find(companyId, asked.appointmentId);
    if (asked.appointmentId !== null && !moving) throw new NotFound('The appointment');
    const branchId = moving?.branchId ?? asked.branchId ?? (await this.deps.tenants.onlyBranch(companyId))?.branchId;
    if (branchId === undefined) throw wrongField('branch_id', 'is required, as there are several');
    const profile = await this.#profile(companyId, branchId);
    // What is no longer offered can still be moved.
    const service = moving ? profile.services.find(({ id }) => id === serviceId) : serviceFor(profile, serviceId);
    if (!service) throw new NotFound('The service');
    const staff = staffFor(profile, service, asked.staffId);
    const { timeZone: zone } = profile.branch;
    const from = asked.from ?? localDate(now(), zone);
    return { ...(await starts.list({ profile, service, staff, moving }, from, asked.days)), zone };
  }

  /** Free starts around one that is taken. */
  nearest(wanted: WantedStart, startAt: Date): Promise<Date[]> {
    return this.deps.starts.nearest(wanted, startAt);
  }

  /** Who comes: a known customer, or a new one, who is kept when there is a number. */
  async #attendee(companyId: TenantId, given: HandBooking['customer'], profile: TenantProfile): Promise<Attendee> {
    const { customers } = this.deps;
    if ('id' in given) {
      const known = await customers.find(companyId, given.id);
      if (!known) throw new NotFound('The customer');
      if (known.name === null) throw wrongField('customer.name', 'is not known of this customer');
      return { ...known, name: known.name };
    }
    const { name, email } = given;
    const phone = given.phone === null ? null : readTypedNumber(given.phone, profile.company.timeZone);
    if (phone === null && given.phone !== null) throw wrongField('customer.phone', 'is no telephone number');
    const kept = phone === null ? null : await customers.ensure(companyId, { phone, name, email, source: 'admin' });
    return { id: kept?.id ?? null, name, phone, email };
  }
}

const dayOf = ({ branch }: TenantProfile, startAt: Date): LocalDate => localDate(startAt, branch.timeZone);

/** Cal.com knows nothing of the days on which a branch is closed. */
function isClosed(profile: TenantProfile, startAt: Date): boolean {
  return holidayOn(profile.branch.holidays, dayOf(profile, startAt)) !== null;
}

/** Why a customer cannot have missed the appointment; null: it has begun, and stands. */
function absenceRefusal({ status, startsAt }: Appointment, now: Date) {
  if (startsAt > now) return 'not_started';
  if (status === 'booked' || status === 'completed' || status === 'no_show') return null;
  return status === 'cancelled' ? 'already_cancelled' : 'not_found';
}

function askerOf({ company, branch }: TenantProfile, { repeatKey }: Repeatable): Asker {
  return {
    companyId: company.id,
    branchId: branch.id,
    callId: null,
    toolCallId: repeatKey,
    callerPhone: null,
    customerId: null,
    language: company.language,
    timeZone: branch.timeZone,
    origin: 'admin',
  };
}
