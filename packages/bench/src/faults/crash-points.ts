/** Where a gateway can be made to die, each before and after; what each is good for is in `crash-preload.ts`. */
export const CALLER_POINTS = [
  'intent',
  'line',
  'other-appointments',
  'mark-sent',
  'request',
  'wire',
  'confirm',
  'commit',
  'news',
  'follow-up-job',
  'memory',
  'answer',
  'reply',
] as const;

/** Reached only when Cal.com refuses, throttles or fails. */
export const TROUBLE_POINTS = ['reject', 'abandon', 'mark-unknown'] as const;

/** Reached by the work that no caller waits for. */
export const SETTLING_POINTS = ['claim', 'look-up', 'repost'] as const;

/** A booking that must not stand is undone. */
export const COMPENSATION_POINTS = ['undo', 'mark-compensated'] as const;

/** News from Cal.com. */
export const WEBHOOK_POINTS = ['store-event', 'claim-event', 'take-over', 'finish-event'] as const;

export type CrashPoint = (
  | typeof CALLER_POINTS
  | typeof TROUBLE_POINTS
  | typeof SETTLING_POINTS
  | typeof COMPENSATION_POINTS
  | typeof WEBHOOK_POINTS
)[number];

export type Phase = 'before' | 'after';

/** Sent to a gateway process by its parent. */
export interface Arm {
  point: CrashPoint;
  phase: Phase;
  /** Only operations of this kind; null: of any. */
  kind: 'book' | 'move' | 'cancel' | null;
}
