/** Kölner Phonetik: German words that sound alike get the same digits. */
export function germanSound(word: string): string {
  const text = word
    .toLowerCase()
    .replace(/ä/g, 'a')
    .replace(/ö/g, 'o')
    .replace(/ü/g, 'u')
    .replace(/ß/g, 's')
    .replace(/ph/g, 'f')
    .replace(/[^a-z]/g, '');
  let code = '';
  for (let index = 0; index < text.length; index++) {
    const letter = text[index] ?? '';
    const next = text[index + 1] ?? '';
    const before = text[index - 1] ?? '';
    code += digitFor(letter, before, next, index === 0);
  }
  const squeezed = code.replace(/(\d)\1+/g, '$1');
  return squeezed.charAt(0) + squeezed.slice(1).replace(/0/g, '');
}

function digitFor(letter: string, before: string, next: string, first: boolean): string {
  if ('aeijouy'.includes(letter)) return '0';
  if (letter === 'h') return '';
  if (letter === 'b' || letter === 'p') return '1';
  if (letter === 'd' || letter === 't') return next && 'csz'.includes(next) ? '8' : '2';
  if ('fvw'.includes(letter)) return '3';
  if ('gkq'.includes(letter)) return '4';
  if (letter === 'c') {
    if (first) return next && 'ahkloqrux'.includes(next) ? '4' : '8';
    if (before && 'sz'.includes(before)) return '8';
    return next && 'ahkoqux'.includes(next) ? '4' : '8';
  }
  if (letter === 'x') return before && 'ckq'.includes(before) ? '8' : '48';
  if (letter === 'l') return '5';
  if (letter === 'm' || letter === 'n') return '6';
  if (letter === 'r') return '7';
  return '8';
}
