/** Where a value lies and where the marks stand. */
export interface Axis {
  at(value: number): number;
  marks: number[];
}

/** From zero, or from the smallest when nothing is near zero, to a round number above the largest. */
export function linearAxis(values: readonly number[], from: number, to: number, options: { max?: number } = {}): Axis {
  const known = values.filter(Number.isFinite);
  const most = Math.max(0, options.max ?? 0, ...known);
  const step = roundStep((most || 1) / 4);
  const top = Math.max(step, Math.ceil(most / step) * step);
  const marks: number[] = [];
  for (let mark = 0; mark <= top + step / 1000; mark += step) marks.push(Number(mark.toPrecision(12)));
  return { at: (value) => from + (value / top) * (to - from), marks };
}

/** Powers of ten around all values; what is not above zero lies on the floor. */
export function logAxis(values: readonly number[], from: number, to: number): Axis {
  const known = values.filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.floor(Math.log10(Math.min(...known, 1e9)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known, 1e-9))));
  const floor = known.length > 0 ? low : 0;
  const top = known.length > 0 ? high : 1;
  const marks = Array.from({ length: top - floor + 1 }, (_, index) => 10 ** (floor + index));
  return {
    at: (value) => from + ((Math.log10(Math.max(value, 10 ** floor)) - floor) / (top - floor)) * (to - from),
    marks,
  };
}

/** Exactly from `low` to `high`, marked at round steps: for time, which does not begin at zero everywhere. */
export function spanAxis(low: number, high: number, from: number, to: number): Axis {
  const width = high - low || 1;
  const step = roundStep(width / 8);
  const marks: number[] = [];
  for (let mark = Math.ceil(low / step) * step; mark <= high + step / 1000; mark += step)
    marks.push(Number(mark.toPrecision(12)));
  return { at: (value) => from + ((value - low) / width) * (to - from), marks };
}

function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= wanted * 0.999) ?? 10;
  return factor * power;
}

/** `1 500`, `0.25`, `20 k`: short enough for a mark on an axis. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000_000) return `${trim(value / 1_000_000)} M`;
  if (size >= 10_000) return `${trim(value / 1000)} k`;
  if (size >= 1000) return `${Math.floor(value / 1000)} ${String(Math.round(value % 1000)).padStart(3, '0')}`;
  return trim(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
