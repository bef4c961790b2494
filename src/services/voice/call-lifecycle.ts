import type { Alerts } from '../admin/alerts';
import type { BackgroundTasks } from '../../background-tasks';
import { DateTime } from 'luxon';
import type { CalcomService } from '../calcom-service';
import { LANGUAGE_CODES, type Service, type TenantId, type TenantProfile } from '../../domain';
import { ALERTS } from '../admin/alert-texts';
import type { Holds } from '../availability/holds';
import type { SlotAnswer, SlotPriority } from '../availability/ports';
import { customerPhoneOf, resolveTenant } from '../tenants/resolve-call';
import type { TenantDirectory } from '../tenants/tenant-ports';
import type {
  AppointmentStore,
  CallFacts,
  CallOutcome,
  CallRecord,
  CallStore,
  CustomerStore,
  Heard,
  InboundCall,
  InboundFacts,
} from './ports';
import { runWithRequest } from '../../request-context';
import { LANGUAGES } from '../language/languages';
import { sayDate, sayInstant } from '../language/speaker/say';
import type { SpokenContext } from '../language/reader/types';
import { bookingClaims, type BookingClaim } from './spoken-confirmation';
import { isDisclosedIn, openingOf } from './disclosure';
import { newCall } from './conversation-opener';
import { firstName, hasJustFailed } from './caller';
import { readDays } from './offers';
import { addDays } from '../language/reader/calendar';
import { localDate } from './understanding';
import type { RequestDeadline } from './voice-tools';
import type { GatewayMetrics } from '../../metrics/instruments';

export interface CallLifecycleDeps {
  tenants: TenantDirectory;
  calls: CallStore;
  customers: CustomerStore;
  appointments: AppointmentStore;
  holds: Holds;
  calcom: (companyId: TenantId) => Promise<CalcomService>;
  /** Most booked first. */
  popularServices: (profile: TenantProfile) => Promise<Service[]>;
  now: () => Date;
  deadline: (budgetMs: number) => RequestDeadline;
  background: BackgroundTasks;
  /** Asks the caller's platform, until it has agreed, to keep no words of the call. */
  stopStoring: (companyId: TenantId, callId: string) => Promise<unknown>;
  metrics: Pick<GatewayMetrics, 'count'>;
  alerts: Pick<Alerts, 'raise' | 'settle'>;
}

/** Ringing is patient, people are not: Retell waits for the answer before it connects. */
const INBOUND_BUDGET_MS = 200;
const PREFETCH_BUDGET_MS = 10_000;
const PREFETCHED_SERVICES = 3;
const PREFETCH_DAYS = 14;
/** Days whose free starts the agent may know at the beginning. */
const SPOKEN_DAYS = 3;

/** What happens around the questions of a call: before it is answered, when it begins, when it is over. */
export class CallLifecycle {
  constructor(private readonly deps: CallLifecycleDeps) {}

  /** Whose call it is, by its row, its line or its agent; null when no company has them. */
  async companyOf(call: InboundCall): Promise<TenantId | null> {
    const known = call.callId === null ? null : await this.deps.calls.find(call.callId);
    return (known ?? (await resolveTenant(this.deps.tenants, call)))?.companyId ?? null;
  }

  /** Facts for the agent's first sentence; null when no company has that number. Never waits for Cal.com. */
  async inbound(call: InboundCall): Promise<InboundFacts | null> {
    const ref = await resolveTenant(this.deps.tenants, call);
    const profile = ref && (await this.deps.tenants.profile(ref.companyId, ref.branchId));
    if (!ref || !profile?.company.isActive) return null;
    this.#prefetch(profile);
    const { name, settings } = profile.company;
    const language = call.language ?? ref.language ?? profile.company.language;
    const now = this.deps.now();
    const zone = profile.branch.timeZone;
    const context: SpokenContext = { language, zone, anchor: now, now, hours: profile.branch.hours };
    const phone = customerPhoneOf(call, profile);
    const [caller, nextSlotsSpoken, prefersHuman] = await Promise.all([
      soon(this.#caller(profile, phone, context), INBOUND_BUDGET_MS, { name: null, upcoming: null }),
      soon(this.#nextSlots(profile, context), INBOUND_BUDGET_MS, null),
      soon(this.#hasJustFailed(call, profile, phone), INBOUND_BUDGET_MS, false),
    ]);
    const local = DateTime.fromJSDate(now, { zone }).setLocale(language);
    return {
      language,
      businessName: name,
      timeZone: zone,
      todaySpoken: sayDate(now, context, { relative: false }),
      currentDate: local.toISODate() ?? '',
      currentTime: local.toFormat('HH:mm'),
      weekday: local.toFormat('cccc'),
      greeting: LANGUAGES[language].phrases.greeting(name, caller.name, openingOf(settings, language)),
      recordingNotice: settings.recordingNotice,
      prefersHuman,
      customerFirstName: caller.name,
      upcomingBookingSpoken: caller.upcoming,
      nextSlotsSpoken,
      agentId: (ref.agentPlatform === call.platform ? ref.agentId : null) ?? null,
    };
  }

  async #hasJustFailed(call: InboundCall, { company }: TenantProfile, phone: string | null): Promise<boolean> {
    if (call.direction === 'outbound') return false;
    const { calls, now } = this.deps;
    return hasJustFailed(calls, { companyId: company.id, phone, callId: call.callId, now: now() });
  }

  /** @returns the company, or null when no company has that number */
  async started(call: CallFacts): Promise<TenantId | null> {
    const row = await this.#ensure(call);
    if (!row) return null;
    const profile = await this.deps.tenants.profile(row.companyId, row.branchId);
    if (profile) this.#prefetch(profile);
    return row.companyId;
  }

  async ended(call: CallFacts): Promise<TenantId | null> {
    const row = await this.#ensure(call);
    if (!row) return null;
    await this.deps.holds.release(row.companyId, call.callId);
    await this.deps.calls.finish(row.companyId, call.callId, { status: 'ended', ...outcomeOf(call) });
    await this.#heedRefusal(call);
    // Once more at its end: a process may have died between the caller's no and the order.
    if (row.recordingConsent === false) await this.deps.stopStoring(row.companyId, call.callId);
    return row.companyId;
  }

  /** The facts of an event that may be stored: no words after the caller's no to a recording, only what was read from them. */
  async storable(call: CallFacts): Promise<CallFacts> {
    if (!hasWords(call)) return call;
    const row = await this.deps.calls.find(call.callId);
    if (row?.recordingConsent !== false) return call;
    return {
      ...call,
      transcript: null,
      timing: null,
      recordingUrl: null,
      analysis: null,
      heard: await this.#hear(call, row),
    };
  }

  /** Compares what the agent said with what the gateway did. Never books anything. */
  async analyzed(call: CallFacts): Promise<TenantId | null> {
    const row = await this.#ensure(call);
    if (!row) return null;
    const { isDisclosed, claims } = call.heard ?? (await this.#hear(call, row));
    await this.deps.calls.finish(row.companyId, call.callId, {
      status: 'analyzed',
      ...outcomeOf(call),
      analysis: call.analysis,
      disclosedAt: isDisclosed ? (call.startedAt ?? row.startedAt) : null,
    });
    await this.#heedRefusal(call);
    if (isDisclosed !== null) await this.#reportDisclosure(row, call, isDisclosed);
    if (claims.length > 0 && !(await this.#isTrue(row.companyId, call.callId, claims))) {
      const text = ALERTS.spoken_confirmation_without_booking({});
      await this.deps.calls.flag(row.companyId, call.callId, text.kind, text.message.en);
      this.deps.metrics.count('askpro_false_confirmations_total');
      this.deps.alerts.raise(text, `call:${call.callId}`, row.companyId);
    }
    return row.companyId;
  }

  async #hear({ transcript }: CallFacts, { companyId, branchId }: CallRecord): Promise<Heard> {
    if (transcript === null) return { isDisclosed: null, claims: [] };
    const profile = await this.deps.tenants.profile(companyId, branchId);
    const ownWords = LANGUAGE_CODES.flatMap((language) => profile?.company.settings.aiDisclosure[language] ?? []);
    return { isDisclosed: isDisclosedIn(transcript, ownWords), claims: bookingClaims(transcript) };
  }

  /** One alert per version of an agent that does not say what it is, until a call of that version begins with it. */
  async #reportDisclosure(
    { companyId, branchId, agentId }: CallRecord,
    call: CallFacts,
    isDisclosed: boolean,
  ): Promise<void> {
    const agent = { agentId: call.agentId ?? agentId, version: call.agentVersion };
    const key = `disclosure:${companyId}:${agent.agentId ?? ''}:${agent.version ?? ''}`;
    if (isDisclosed) return this.deps.alerts.settle([key]);
    const profile = await this.deps.tenants.profile(companyId, branchId);
    if (profile?.company.settings.aiDisclosure.enabled === false) return;
    const text = ALERTS.disclosure_missing(agent);
    await this.deps.calls.flag(companyId, call.callId, text.kind, text.message.en);
    this.deps.alerts.raise(text, key, companyId);
  }

  /** The caller's no may have come while this event was on its way: then its words are stored already. */
  async #heedRefusal(call: CallFacts): Promise<void> {
    if (!hasWords(call)) return;
    const row = await this.deps.calls.find(call.callId);
    if (row?.recordingConsent === false) await this.deps.calls.forgetWords(row.companyId, call.callId);
  }

  /** A booking, move or cancellation of this very call; of what stood before, any appointment of the caller. */
  async #isTrue(companyId: TenantId, callId: string, claims: BookingClaim[]): Promise<boolean> {
    const touched = await this.deps.appointments.list(companyId, { touchedBy: callId });
    if (touched.some((one) => one.status !== 'failed' && one.status !== 'rejected')) return true;
    if (claims.includes('fresh')) return false;
    const call = await this.deps.calls.find(callId);
    const profile = call && (await this.deps.tenants.profile(companyId, call.branchId));
    const phone = profile && customerPhoneOf(call, profile);
    const known = phone ? await this.deps.customers.ofNumber(companyId, phone) : null;
    const customer = call?.customerId ? { id: call.customerId, phone: phone ?? null } : known;
    if (!customer) return false;
    return (await this.deps.appointments.list(companyId, { customer, statuses: ['booked', 'pending'] })).length > 0;
  }

  async #ensure(call: CallFacts): Promise<CallRecord | null> {
    const known = await this.deps.calls.find(call.callId);
    if (known) return known;
    const ref = await resolveTenant(this.deps.tenants, call);
    if (!ref) return null;
    const startedAt = call.startedAt ?? this.deps.now();
    return this.deps.calls.ensure({ callId: call.callId, ...newCall(call, ref, startedAt) });
  }

  async #caller(
    profile: TenantProfile,
    phone: string | null,
    context: SpokenContext,
  ): Promise<{ name: string | null; upcoming: string | null }> {
    const customer = phone ? await this.deps.customers.ofNumber(profile.company.id, phone) : null;
    if (!customer) return { name: null, upcoming: null };
    const [next] = await this.deps.appointments.list(profile.company.id, {
      customer,
      statuses: ['booked'],
      endsAfter: context.anchor,
      limit: 1,
    });
    return { name: firstName(customer.name), upcoming: next ? sayInstant(next.startsAt, context) : null };
  }

  /** The next free starts of the service most asked for, if they are known already. */
  async #nextSlots(profile: TenantProfile, context: SpokenContext): Promise<string | null> {
    const [service] = await this.deps.popularServices(profile);
    if (!service) return null;
    const { days } = await this.#read(profile, service, SPOKEN_DAYS, INBOUND_BUDGET_MS, 'live');
    const earliestMs = context.anchor.getTime() + Math.max(service.minimumNoticeMinutes, 15) * 60_000;
    const starts = [...days.values()].flat().filter((startMs) => startMs >= earliestMs);
    if (starts.length === 0) return null;
    const spoken = starts.slice(0, 2).map((startMs) => sayInstant(new Date(startMs), context));
    return LANGUAGES[context.language].times.either(spoken);
  }

  /** The tenant's popular services are read once, so that the caller's first question finds them. */
  #prefetch(profile: TenantProfile): void {
    const work = async (): Promise<void> => {
      const services = await this.deps.popularServices(profile);
      for (const service of services.slice(0, PREFETCHED_SERVICES))
        await this.#read(profile, service, PREFETCH_DAYS, PREFETCH_BUDGET_MS, 'background');
    };
    this.deps.background.run('prefetch availability', work());
  }

  /** Free starts from today on. */
  async #read(
    profile: TenantProfile,
    service: Service,
    days: number,
    budgetMs: number,
    priority: SlotPriority,
  ): Promise<SlotAnswer> {
    const deadline = this.deps.deadline(budgetMs);
    const today = localDate(this.deps.now(), profile.branch.timeZone);
    try {
      return await runWithRequest(
        { requestId: 'lifecycle', tenantId: null, callId: null, deadline, steps: [] },
        async () => {
          const calcom = await this.deps.calcom(profile.company.id);
          return readDays({ calcom, profile }, { service, hostIds: [] }, today, addDays(today, days), priority);
        },
      );
    } finally {
      deadline.finish();
    }
  }
}

/** Whether it holds, or leads to, what the caller said. */
function hasWords({ transcript, analysis, recordingUrl }: CallFacts): boolean {
  return transcript !== null || analysis !== null || recordingUrl !== null;
}

/** What is kept of every report of an end. */
function outcomeOf(call: CallFacts): Omit<CallOutcome, 'status'> {
  const { startedAt, endedAt, disconnectionReason, transcript, timing, recordingUrl, agentVersion } = call;
  // Not every platform says how long it took.
  const spanMs = startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : null;
  return {
    ...{ endedAt, durationMs: call.durationMs ?? spanMs, disconnectionReason },
    ...{ transcript, timing: transcript ? timing : null, recordingUrl, agentVersion: agentVersion || null },
  };
}

function soon<T>(work: Promise<T>, budgetMs: number, fallback: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(fallback), budgetMs);
    work.then(resolve, () => resolve(fallback)).finally(() => clearTimeout(timer));
  });
}
