import type { Sense, Token } from './senses';

type Figure = Extract<Sense, { is: 'number' | 'ordinal' | 'digits' }>;

const isDigits = (figure: Figure): figure is Extract<Sense, { is: 'digits' }> => figure.is === 'digits';
const isPlain = (figure: Figure): boolean => figure.is === 'number' || (isDigits(figure) && figure.ordinal === 'no');
const isShort = (figure: Figure): boolean => !isDigits(figure) || figure.text.length <= 2;

/** What a figure may be used as, by the names that patterns use. */
const FIGURES: Record<string, (figure: Figure) => boolean> = {
  /** A count: "drei", "3". */
  n: isPlain,
  hour: (figure) => isPlain(figure) && isShort(figure),
  /** Minutes after an hour without a word between: two figures, so that "drei vier" stays unread. */
  minute: (figure) => isPlain(figure) && (isDigits(figure) ? figure.text.length === 2 : figure.value >= 10),
  digit: (figure) => isDigits(figure) && isPlain(figure) && isShort(figure),
  figures: (figure) => isDigits(figure) && figure.ordinal !== 'suffix' && figure.text.length >= 3,
  ord: (figure) => !isPlain(figure),
  dotted: (figure) => isDigits(figure) && figure.ordinal === 'dot',
  /** A day of a month, in whatever form. */
  dom: (figure) => isShort(figure) && figure.value >= 1 && figure.value <= 31,
  year: (figure) => figure.is !== 'ordinal' && figure.value >= 1900 && figure.value <= 2199,
  /** "26": a year of two figures that is no hour. */
  shortyear: (figure) => figure.is !== 'ordinal' && figure.value >= 24 && figure.value <= 29,
};
const FIGURE_NAMES = Object.entries(FIGURES);

/**
 * Everything a pattern may ask a token for, with the sense that answers: its kinds ("weekday"), their values
 * ("unit.week"), its function words, and what figures may be used as.
 */
export function featuresOf({ senses }: Token): ReadonlyMap<string, Sense> {
  const features = new Map<string, Sense>();
  const add = (feature: string, sense: Sense): void => {
    if (!features.has(feature)) features.set(feature, sense);
  };
  for (const sense of senses) {
    if (sense.is === 'word') add(sense.value, sense);
    else {
      add(sense.is, sense);
      if ('value' in sense && typeof sense.value !== 'object') add(`${sense.is}.${sense.value}`, sense);
    }
    if (sense.is === 'number' || sense.is === 'ordinal' || sense.is === 'digits')
      for (const [name, fits] of FIGURE_NAMES) if (fits(sense)) add(name, sense);
    add('token', sense);
  }
  return features;
}
