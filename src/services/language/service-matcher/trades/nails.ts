import type { Trade } from '../trade';

/** Nail and foot care. */
export const NAILS: Trade = {
  concepts: [
    { kind: 'subject', words: 'fuss fuesse fuessen foot feet' },
    { kind: 'subject', words: 'hand haende haenden hands' },
    { kind: 'subject', words: 'nagel naegel naegeln nail nails fingernaegel fussnaegel toenails' },
    { kind: 'action', words: 'manikuere manicure manicures' },
    { kind: 'action', words: 'pedikuere pedicure pedicures' },
    { kind: 'action', words: 'gel gelnaegel gelnails' },
    { kind: 'action', words: 'shellac gellack lack lackieren lackiert polish varnish' },
    { kind: 'action', words: 'acryl acrylnaegel acrylic acrylics' },
    { kind: 'action', words: 'auffuellen auffuellung refill infill' },
    { kind: 'action', words: 'modellage neumodellage modellieren' },
  ],
  implies: {},
  sayings: [],
};
