import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';

const TONES = {
  good: [
    'ok',
    'closed',
    'booked',
    'completed',
    'done',
    'processed',
    'success',
    'resolved',
    'synced',
    'healthy',
    'confirmed',
    'rescheduled',
  ],
  warn: [
    'warning',
    'half_open',
    'pending',
    'assigned',
    'contacted',
    'queued',
    'running',
    'processing',
    'open_review',
    'degraded',
    'callback',
    'high',
    'unknown',
    'alternatives',
  ],
  bad: ['exceeded', 'open', 'dead', 'failed', 'error', 'rejected', 'critical', 'urgent', 'down', 'no_show'],
};

export function toneOf(value) {
  return Object.keys(TONES).find((tone) => TONES[tone].includes(value)) ?? 'plain';
}

/** A status word with a dot; the colour repeats the word and never stands alone. */
export function badge(group, value, tone = toneOf(value)) {
  return h('span.badge', { class: `tone-${tone}` }, t.word(group, value));
}
