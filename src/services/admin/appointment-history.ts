import { ChangedMeanwhile } from '../../errors';
import type { OperatorLanguage, OperatorText, Origin, TenantId } from '../../domain';
import { inZone } from '../../local-time';
import { ownerOf, type AdminRecord, type RecordReader } from './records';

/** A change of an appointment as its store keeps it. */
export interface Modification {
  at: Date;
  type: 'reschedule' | 'cancel' | 'no_show' | 'attended';
  by: Origin;
  reason: string | null;
  /** Its start before a move. */
  previousStart: Date | null;
}

/** What happens to an appointment: how a sentence about it goes on, and how the audit log names the request behind it. */
const EVENTS = {
  booked: {
    en: 'booked this appointment',
    de: 'hat diesen Termin gebucht',
    action: /^post \/api\/admin\/appointments$/,
  },
  moved: { en: 'moved this appointment', de: 'hat diesen Termin verschoben', action: /\/reschedule$/ },
  cancelled: { en: 'cancelled this appointment', de: 'hat diesen Termin abgesagt', action: /\/cancel$/ },
  no_show: {
    en: 'noted that the customer did not come',
    de: 'hat vermerkt, dass der Kunde nicht gekommen ist',
    action: /\/no-show$/,
  },
  attended: {
    en: 'took back that the customer did not come',
    de: 'hat das Nichterscheinen zurückgenommen',
    action: /\/no-show$/,
  },
};
const WHAT = { reschedule: 'moved', cancel: 'cancelled', no_show: 'no_show', attended: 'attended' } as const;

/** Under the API's field names. */
interface AppointmentEvent {
  at: string;
  what: keyof typeof EVENTS;
  by: Origin;
  /** The operator; null for callers, Cal.com and changes of which no name is kept. */
  by_name: string | null;
  reason: string | null;
  previous_starts_at: string | null;
}

/** The audit log is written after the change; one that was settled later has its entry long before. */
const WRITTEN_WITHIN_MS = 15_000;
const MOST_ENTRIES = 100;

const PARTIES: Record<Origin, OperatorText> = {
  retell: { en: 'A caller', de: 'Ein Anrufer' },
  calcom: { en: 'Cal.com', de: 'Cal.com' },
  admin: { en: 'An operator', de: 'Ein Mitarbeiter' },
};

/** Who did what to an appointment, from its first booking on. */
export class AppointmentHistory {
  constructor(
    private readonly deps: {
      reader: RecordReader;
      store: { modifications(companyId: TenantId, appointmentId: string): Promise<Modification[]> };
    },
  ) {}

  /** Oldest first. */
  async of(appointment: AdminRecord): Promise<AppointmentEvent[]> {
    const { id } = appointment;
    const companyId = ownerOf(appointment);
    const filters = { subject_type: 'appointment', subject_id: id };
    const [modifications, audit] = await Promise.all([
      this.deps.store.modifications(companyId, id),
      this.deps.reader.list('audit', companyId, { limit: MOST_ENTRIES, after: null, order: 'desc', filters }),
    ]);
    const events = modifications.map(({ at, type, by, reason, previousStart }) =>
      event(at.toISOString(), WHAT[type], by, reason, previousStart?.toISOString() ?? null),
    );
    const booked = event(String(appointment.created_at), 'booked', appointment.sync_origin as Origin);
    // Cal.com's own cancellations are kept with the appointment alone.
    const { cancelled_at: cancelledAt, cancelled_by: by, cancellation_reason: reason } = appointment;
    const isListed = events.some(({ what }) => what === 'cancelled') || typeof cancelledAt !== 'string';
    const off = isListed ? [] : [event(cancelledAt, 'cancelled', (by ?? 'calcom') as Origin, textOf(reason))];
    return [booked, ...events, ...off].map((one) => (one.by === 'admin' ? withName(one, audit.items) : one));
  }

  /** The answer to a change that comes too late: the last thing that happened since the operator looked. */
  async changedSince(appointment: AdminRecord, since: Date): Promise<ChangedMeanwhile> {
    const events = await this.of(appointment);
    const last = events.filter(({ at }) => Date.parse(at) > since.getTime()).at(-1);
    if (!last) return new ChangedMeanwhile();
    const at = (iso: unknown): string => inZone(new Date(String(iso)), String(appointment.time_zone)).toFormat(WHEN);
    const said = (language: OperatorLanguage): string => {
      const who = last.by_name ?? PARTIES[last.by][language];
      const move = FROM_TO[language](at(last.previous_starts_at), at(appointment.starts_at));
      const where = last.what === 'moved' ? `: ${move}` : '';
      return `${who} ${EVENTS[last.what][language]} (${at(last.at)})${where}.`;
    };
    const problem = { path: 'starts_at', code: 'changed_meanwhile', message: said('en'), message_de: said('de') };
    return new ChangedMeanwhile(said('en'), [problem]);
  }
}

const WHEN = 'dd.MM.yyyy HH:mm';
const FROM_TO: Record<OperatorLanguage, (from: string, to: string) => string> = {
  de: (from, to) => `von ${from} auf ${to}`,
  en: (from, to) => `from ${from} to ${to}`,
};

function event(
  at: string,
  what: AppointmentEvent['what'],
  by: Origin,
  reason: string | null = null,
  previousStartsAt: string | null = null,
): AppointmentEvent {
  return { at, what, by, by_name: null, reason, previous_starts_at: previousStartsAt };
}

/** @param entries of the audit log, newest first */
function withName(one: AppointmentEvent, entries: AdminRecord[]): AppointmentEvent {
  const untilMs = Date.parse(one.at) + WRITTEN_WITHIN_MS;
  const entry = entries.find(
    ({ action, created_at: at }) => EVENTS[one.what].action.test(String(action)) && Date.parse(String(at)) <= untilMs,
  );
  return entry ? { ...one, by_name: textOf(entry.actor_name) ?? textOf(entry.actor) } : one;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
