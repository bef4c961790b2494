import { short, type Axis } from './axis';

/** Told apart by people who see no red or no green, and readable on white. */
const COLOURS = ['#0b65c2', '#d1630b', '#12805c', '#8d4bb5', '#b3123c', '#5b6470', '#a07800', '#0b8fa3'];
export const INK = '#1f2933';
const ALARM = '#b3123c';
const QUIET = '#66717e';
const RULE = '#e3e7ec';
export const WIDTH = 960;
export const LEFT = 76;
export const RIGHT = 24;

export interface Limit {
  value: number;
  label: string;
}

export function yMarks(parts: string[], y: Axis, label: string, top: number, bottom: number): void {
  for (const mark of y.marks) {
    parts.push(rule(LEFT, y.at(mark), WIDTH - RIGHT, y.at(mark)));
    parts.push(text(LEFT - 8, y.at(mark) + 4, short(mark), { size: 11, anchor: 'end' }));
  }
  const middle = round((top + bottom) / 2);
  parts.push(
    `<text x="18" y="${middle}" transform="rotate(-90 18 ${middle})" font-size="12" text-anchor="middle" fill="${QUIET}">${escaped(label)}</text>`,
  );
}

export function limitLines(parts: string[], limits: readonly Limit[], y: Axis): void {
  for (const limit of limits) {
    const at = round(y.at(limit.value));
    parts.push(
      `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}" stroke="${ALARM}" stroke-dasharray="2 4"/>`,
    );
    parts.push(text(WIDTH - RIGHT - 4, at - 5, limit.label, { size: 11, anchor: 'end', fill: ALARM }));
  }
}

export function heading(parts: string[], title: string, subtitle: string | undefined): number {
  parts.push(text(LEFT, 30, title, { size: 17, weight: 600, fill: INK }));
  if (subtitle === undefined) return 44;
  parts.push(text(LEFT, 50, subtitle, { size: 12 }));
  return 62;
}

export function panelTitle(parts: string[], title: string, top: number): number {
  parts.push(text(LEFT, top + 12, title, { size: 13, weight: 600, fill: INK }));
  return top + 18;
}

/** In rows, as wide as letters are on average. */
export function legend(
  parts: string[],
  entries: readonly { name: string; colour: string; dashed?: boolean | undefined; dot?: boolean | undefined }[],
  top: number,
): number {
  let x = LEFT;
  let y = top + 12;
  for (const entry of entries) {
    const wide = 30 + entry.name.length * 6.6 + 14;
    if (x > LEFT && x + wide > WIDTH - RIGHT) {
      x = LEFT;
      y += 17;
    }
    parts.push(
      entry.dot
        ? `<circle cx="${x + 11}" cy="${y - 4}" r="3" fill="${entry.colour}"/>`
        : `<line x1="${x}" y1="${y - 4}" x2="${x + 22}" y2="${y - 4}" stroke="${entry.colour}" stroke-width="3"${entry.dashed ? ' stroke-dasharray="6 4"' : ''}/>`,
    );
    parts.push(text(x + 28, y, entry.name, { size: 12, fill: INK }));
    x += wide;
  }
  return y + 10;
}

export function text(
  x: number,
  y: number,
  content: string,
  style: { size: number; anchor?: 'middle' | 'end'; fill?: string; weight?: number },
): string {
  const anchor = style.anchor ? ` text-anchor="${style.anchor}"` : '';
  const weight = style.weight ? ` font-weight="${style.weight}"` : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${style.size}" fill="${style.fill ?? QUIET}"${anchor}${weight}>${escaped(content)}</text>`;
}

export function svg(title: string, parts: readonly string[], height: number): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${Math.ceil(height)}" width="${WIDTH}" height="${Math.ceil(height)}" ` +
    `role="img" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">` +
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

export function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${RULE}"/>`;
}

export function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? INK;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
