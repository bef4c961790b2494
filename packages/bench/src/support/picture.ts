import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { linearAxis, logAxis, short, spanAxis } from './axis';
import {
  INK,
  LEFT,
  RIGHT,
  WIDTH,
  colour,
  heading,
  legend,
  limitLines,
  panelTitle,
  round,
  rule,
  svg,
  text,
  yMarks,
  type Limit,
} from './drawing';

export interface Line {
  name: string;
  /** `[x, y]`; a y that is not a number makes a gap. */
  points: readonly (readonly [number, number])[];
  dashed?: boolean;
  /** Single happenings instead of a course. */
  dots?: boolean;
}

export interface Panel {
  title: string;
  yLabel: string;
  lines: readonly Line[];
  /** Drawn across, e.g. a limit. */
  limits?: readonly Limit[];
  log?: boolean;
  height?: number;
}

/** One or more panels over the same x, e.g. latency and budget over time. */
export function linePicture(picture: {
  title: string;
  subtitle?: string;
  xLabel: string;
  panels: readonly Panel[];
}): string {
  const xs = picture.panels.flatMap((panel) => panel.lines.flatMap((line) => line.points.map(([x]) => x)));
  const low = Math.min(...xs, Infinity);
  const high = Math.max(...xs, -Infinity);
  const x = spanAxis(Number.isFinite(low) ? low : 0, Number.isFinite(high) ? high : 1, LEFT, WIDTH - RIGHT);
  const parts: string[] = [];
  let top = heading(parts, picture.title, picture.subtitle);
  for (const panel of picture.panels) {
    top = panelTitle(parts, panel.title, top);
    top = legend(
      parts,
      panel.lines.map((line, index) => ({
        name: line.name,
        colour: colour(index),
        dashed: line.dashed,
        dot: line.dots,
      })),
      top,
    );
    const bottom = top + (panel.height ?? 170);
    const limits = panel.limits ?? [];
    const values = [
      ...panel.lines.flatMap((line) => line.points.map(([, y]) => y)),
      ...limits.map((limit) => limit.value),
    ];
    const y = panel.log ? logAxis(values, bottom, top) : linearAxis(values, bottom, top);
    for (const mark of x.marks) parts.push(rule(x.at(mark), top, x.at(mark), bottom));
    yMarks(parts, y, panel.yLabel, top, bottom);
    for (const mark of x.marks) parts.push(text(x.at(mark), bottom + 17, short(mark), { size: 11, anchor: 'middle' }));
    limitLines(parts, limits, y);
    panel.lines.forEach((line, index) => parts.push(course(line, colour(index), x.at, y.at)));
    top = bottom + 32;
  }
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, top + 6, picture.xLabel, { size: 12, anchor: 'middle' }));
  return svg(picture.title, parts, top + 20);
}

/** Groups of bars, one bar a series; a value that is not a number is left out. */
export function barPicture(picture: {
  title: string;
  subtitle?: string;
  yLabel: string;
  groups: readonly string[];
  series: readonly { name: string; values: readonly number[] }[];
  limits?: readonly Limit[];
  log?: boolean;
  height?: number;
}): string {
  const parts: string[] = [];
  let top = heading(parts, picture.title, picture.subtitle);
  top = legend(
    parts,
    picture.series.map((one, index) => ({ name: one.name, colour: colour(index) })),
    top,
  );
  top += 14;
  const bottom = top + (picture.height ?? 260);
  const limits = picture.limits ?? [];
  const values = [...picture.series.flatMap((one) => [...one.values]), ...limits.map((limit) => limit.value)];
  const y = picture.log ? logAxis(values, bottom, top) : linearAxis(values, bottom, top);
  yMarks(parts, y, picture.yLabel, top, bottom);
  const groupWidth = (WIDTH - LEFT - RIGHT) / Math.max(1, picture.groups.length);
  const barWidth = Math.min(64, (groupWidth * 0.8) / Math.max(1, picture.series.length));
  picture.groups.forEach((group, place) => {
    const middle = LEFT + groupWidth * (place + 0.5);
    const begin = middle - (barWidth * picture.series.length) / 2;
    picture.series.forEach((one, index) => {
      const value = one.values[place];
      if (value === undefined || !Number.isFinite(value)) return;
      const from = begin + index * barWidth;
      const at = Math.min(y.at(value), bottom - 1);
      parts.push(
        `<rect x="${round(from + 1)}" y="${round(at)}" width="${round(barWidth - 2)}" height="${round(bottom - at)}" fill="${colour(index)}" rx="1"/>`,
      );
      parts.push(text(from + barWidth / 2, at - 4, short(value), { size: 10, anchor: 'middle', fill: INK }));
    });
    parts.push(text(middle, bottom + 18, group, { size: 12, anchor: 'middle', fill: INK }));
  });
  limitLines(parts, limits, y);
  return svg(picture.title, parts, bottom + 34);
}

/** Beside the figures it was drawn from: `results/<name>.svg`. */
export function savePicture(name: string, drawn: string): string {
  const file = path.join('results', `${name}.svg`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, drawn);
  return file;
}

function course(line: Line, stroke: string, x: (value: number) => number, y: (value: number) => number): string {
  if (line.dots)
    return line.points
      .filter(([, value]) => Number.isFinite(value))
      .map(([at, value]) => `<circle cx="${round(x(at))}" cy="${round(y(value))}" r="2.6" fill="${stroke}"/>`)
      .join('');
  let pen = 'M';
  let path = '';
  for (const [at, value] of line.points) {
    if (!Number.isFinite(value)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${round(x(at))} ${round(y(value))}`;
    pen = 'L';
  }
  const dash = line.dashed ? ' stroke-dasharray="6 4"' : '';
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"${dash}/>`;
}
