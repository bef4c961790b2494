/** One load scenario: callers, questions a minute, services, length. */
export interface Scenario {
  name: 'normal' | 'peak' | 'cold' | 'soak';
  title: string;
  callers: number;
  minutes: number;
  /** All callers together. */
  questionsPerMinute: number;
  /** Callers begin evenly spread over this time. */
  rampSeconds: number;
  /** Event types that are asked about; each of the further ones has a host of its own. */
  services: number;
  p95Ms: number;
  processes: number;
  /** The caches are warm when counting begins. */
  warm: boolean;
}

export const SCENARIOS: Record<Scenario['name'], Scenario> = {
  normal: {
    name: 'normal',
    title: 'Normal load',
    callers: 10,
    minutes: 30,
    questionsPerMinute: 50,
    rampSeconds: 10,
    services: 8,
    p95Ms: 4000,
    processes: 1,
    warm: true,
  },
  peak: {
    name: 'peak',
    title: 'Peak burst',
    callers: 25,
    minutes: 10,
    questionsPerMinute: 110,
    rampSeconds: 30,
    services: 8,
    p95Ms: 5000,
    processes: 1,
    warm: true,
  },
  cold: {
    name: 'cold',
    title: 'Cold start',
    callers: 15,
    minutes: 5,
    questionsPerMinute: 70,
    rampSeconds: 0,
    services: 6,
    p95Ms: 5000,
    processes: 2,
    warm: false,
  },
  soak: {
    name: 'soak',
    title: 'Soak',
    callers: 10,
    minutes: 30,
    questionsPerMinute: 50,
    rampSeconds: 10,
    services: 8,
    p95Ms: 4000,
    processes: 2,
    warm: true,
  },
};
