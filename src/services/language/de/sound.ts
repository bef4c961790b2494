/** Kölner Phonetik. */
export function germanSound(word: string): string {
  const text = word.replace(/ph/g, 'f');
  let code = '';
  for (let index = 0; index < text.length; index++) {
    code += germanDigit(text[index] ?? '', text[index - 1] ?? '', text[index + 1] ?? '');
  }
  const squeezed = code.replace(/(\d)\1+/g, '$1');
  return squeezed.charAt(0) + squeezed.slice(1).replace(/0/g, '');
}

type Digit = string | ((before: string, next: string) => string);

/** The digit of a letter; of some letters it depends on their neighbours, which are empty at the ends of the word. */
const DIGITS: readonly (readonly [letters: string, digit: Digit])[] = [
  ['h', ''],
  ['bp', '1'],
  ['dt', (_before, next) => (isOneOf(next, 'csz') ? '8' : '2')],
  ['fvw', '3'],
  ['gkq', '4'],
  ['c', germanC],
  ['x', (before) => (isOneOf(before, 'ckq') ? '8' : '48')],
  ['l', '5'],
  ['mn', '6'],
  ['r', '7'],
  ['sz', '8'],
];
const DIGIT_OF = new Map(DIGITS.flatMap(([letters, digit]) => [...letters].map((letter) => [letter, digit])));

function germanC(before: string, next: string): string {
  if (before === '') return isOneOf(next, 'ahkloqrux') ? '4' : '8';
  return !isOneOf(before, 'sz') && isOneOf(next, 'ahkoqux') ? '4' : '8';
}

function germanDigit(letter: string, before: string, next: string): string {
  const digit = DIGIT_OF.get(letter) ?? '0';
  return typeof digit === 'string' ? digit : digit(before, next);
}

function isOneOf(letter: string, letters: string): boolean {
  return letter !== '' && letters.includes(letter);
}
