import { ask, statusOf, type Heard } from '../support/caller';
import type { Random } from './random';
import type { Start, StockedService } from './stock';

export type StepKind = 'book' | 'move' | 'cancel';

/** `open`: silence, or "we are confirming this". */
export type Verdict = 'done' | 'no' | 'open';

interface Step {
  kind: StepKind;
  target: Start | null;
  toolCallId: string;
  before: Set<number | null>;
  verdict: Verdict | null;
  /** The very tool calls that were told no. */
  denied: Set<string>;
  /** Those that were told it was done. */
  done: Set<string>;
  /** Those asked before anybody heard that it was done: each has an answer of its own, whichever comes first. */
  early: Set<string>;
}

const DONE = new Set(['booked', 'rescheduled', 'cancelled']);
/** These say something about the start; others only that it could not be done just now. */
const DEFINITE_NO = new Set(['slot_taken', 'not_found', 'not_allowed', 'past_time']);

/**
 * One caller with one appointment, what was asked and what was heard. From that follows what Cal.com and the ledger may
 * say in the end: `possible` holds every start (null: no appointment) that contradicts nothing the caller was told.
 */
export class Story {
  readonly phone: string;
  readonly callId: string;
  readonly name: string;
  possible = new Set<number | null>([null]);
  /** Contradictions that were heard. */
  readonly wrong: string[] = [];
  readonly heard: string[] = [];
  appointmentId: string | null = null;
  /** What was booked. */
  service: StockedService | null = null;
  step: Step | null = null;

  constructor(private readonly random: Random) {
    this.phone = `+49301${String(random.below(10_000_000)).padStart(7, '0')}`;
    this.callId = `call_${random.hex(28)}`;
    this.name = `Erika ${random.of(NAMES)}`;
  }

  book(url: string, target: Start, patienceMs?: number): Promise<Verdict> {
    this.#begin('book', target);
    this.service = target.service;
    return this.again(url, patienceMs);
  }

  move(url: string, target: Start, patienceMs?: number): Promise<Verdict> {
    this.#begin('move', target);
    return this.again(url, patienceMs);
  }

  cancel(url: string, patienceMs?: number): Promise<Verdict> {
    this.#begin('cancel', null);
    return this.again(url, patienceMs);
  }

  /** The same request once more; as a repeat of the same tool call, or as the model's second try. */
  async again(url: string, patienceMs?: number, sameIds = true): Promise<Verdict> {
    const { step } = this;
    if (!step) throw new Error('nothing was asked yet');
    const toolCallId = sameIds ? step.toolCallId : `tc_${this.random.hex(16)}`;
    if (step.verdict !== 'done') step.early.add(toolCallId);
    const [tool, args] = this.#request(step);
    const heard = await ask(
      url,
      tool,
      args,
      { call_id: this.callId, from_number: this.phone, tool_call_id: toolCallId },
      patienceMs,
    ).catch(() => null);
    return this.#hear(step, toolCallId, heard);
  }

  get settled(): boolean {
    return this.possible.size === 1;
  }

  /** Something outside decided: e.g. the booking was cancelled at Cal.com. */
  decided(atMs: number | null): void {
    this.possible = new Set([atMs]);
  }

  #begin(kind: StepKind, target: Start | null): void {
    this.step = {
      kind,
      target,
      toolCallId: `tc_${this.random.hex(16)}`,
      before: new Set(this.possible),
      verdict: null,
      denied: new Set(),
      done: new Set(),
      early: new Set(),
    };
  }

  #request({ kind, target }: Step): [string, object] {
    if (kind === 'book')
      return [
        'create_booking',
        {
          service_id: target?.service.id,
          desired_date: target?.date,
          desired_time: target?.time,
          customer_name: this.name,
        },
      ];
    if (kind === 'move')
      return [
        'reschedule_appointment',
        { appointment_id: this.appointmentId, new_date: target?.date, new_time: target?.time },
      ];
    return ['cancel_appointment', { appointment_id: this.appointmentId }];
  }

  #hear(step: Step, toolCallId: string, heard: Heard | null): Verdict {
    const status = heard ? statusOf(heard) : 'silence';
    this.heard.push(`${step.kind} ${step.target?.date ?? ''} ${step.target?.time ?? ''}: ${status}`);
    const goal = step.target?.atMs ?? null;
    if (heard && DONE.has(status) && heard.body.success === true) {
      if (step.denied.has(toolCallId)) this.wrong.push(`${step.kind}: "${status}" after a no`);
      const said = heard.body.datetime;
      if (step.kind !== 'cancel' && (typeof said !== 'string' || Date.parse(said) !== goal))
        this.wrong.push(`${step.kind}: said ${String(said)}, asked for ${new Date(goal ?? 0).toISOString()}`);
      if (typeof heard.body.appointment_id === 'string') this.appointmentId = heard.body.appointment_id;
      step.verdict = 'done';
      step.done.add(toolCallId);
      this.possible = new Set([goal]);
      return 'done';
    }
    if (status === 'silence' || status === 'pending_confirmation') {
      if (step.verdict !== 'done') {
        step.verdict = 'open';
        this.possible = new Set([...step.before, goal]);
      }
      return 'open';
    }
    if (DEFINITE_NO.has(status)) {
      step.denied.add(toolCallId);
      if (step.verdict === 'done') {
        if (step.done.has(toolCallId) || !step.early.has(toolCallId))
          this.wrong.push(`${step.kind}: "${status}" after it was done`);
      } else if (status === 'slot_taken' || step.verdict !== 'open') {
        step.verdict = 'no';
        this.possible = new Set(step.before);
      }
      return 'no';
    }
    // "Not just now" after silence leaves open what the silence hid.
    if (step.verdict === null) step.verdict = 'no';
    return 'no';
  }
}

const NAMES = ['Beispiel', 'Muster', 'Schneider', 'Albrecht', 'Winkler', 'Lorenz', 'Sommer', 'Kaiser'];
