import { Conflict, NotFound } from '../../errors';
import type { BookingOutcome, BookingService } from '../booking/booking-service';
import type { Asker } from '../booking/intent';
import type { Appointment, Service, TenantId, TenantProfile } from '../../domain';
import type { AppointmentChanger } from './operator-actions';

export interface AppointmentChangesDeps {
  appointments: { find(companyId: TenantId, id: string): Promise<Appointment | null> };
  profile: (companyId: TenantId, branchId: string) => Promise<TenantProfile | null>;
  bookings: BookingService;
}

/** An operator's cancellations and moves: the same ledger, the same checks, no policy of hours. */
export class AppointmentChanges implements AppointmentChanger {
  readonly #deps: AppointmentChangesDeps;

  constructor(deps: AppointmentChangesDeps) {
    this.#deps = deps;
  }

  async cancel(
    companyId: TenantId,
    id: string,
    change: { reason: string | null; repeatKey: string | null },
  ): Promise<BookingOutcome> {
    const { appointment, service, asker } = await this.#subject(companyId, id, change.repeatKey);
    return this.#deps.bookings.cancel(asker, { appointment, service, reason: change.reason });
  }

  async reschedule(
    companyId: TenantId,
    id: string,
    change: { startAt: Date; reason: string | null; repeatKey: string | null },
  ): Promise<BookingOutcome> {
    const { appointment, service, asker } = await this.#subject(companyId, id, change.repeatKey);
    if (!service) throw new Conflict('The service of this appointment no longer exists.');
    return this.#deps.bookings.move(asker, { appointment, service, reason: change.reason }, change.startAt);
  }

  async #subject(
    companyId: TenantId,
    id: string,
    repeatKey: string | null,
  ): Promise<{ appointment: Appointment; service: Service | null; asker: Asker }> {
    const appointment = await this.#deps.appointments.find(companyId, id);
    if (!appointment) throw new NotFound('The appointment');
    if (!appointment.calcomBookingUid) throw new Conflict('This appointment has no booking at Cal.com.');
    const profile = await this.#deps.profile(companyId, appointment.branchId);
    if (!profile) throw new NotFound('The branch');
    const service = profile.services.find((one) => one.id === appointment.serviceId) ?? null;
    const asker: Asker = {
      companyId,
      branchId: appointment.branchId,
      callId: repeatKey === null ? null : `operator:${repeatKey}`,
      toolCallId: null,
      callerPhone: null,
      customerId: appointment.customerId,
      language: profile.company.language,
      timeZone: profile.branch.timeZone,
      origin: 'admin',
    };
    return { appointment, service, asker };
  }
}
