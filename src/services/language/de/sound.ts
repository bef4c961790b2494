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

/** @param before empty at the beginning of the word */
function germanDigit(letter: string, before: string, next: string): string {
  switch (letter) {
    case 'b':
    case 'p':
      return '1';
    case 'd':
    case 't':
      return isOneOf(next, 'csz') ? '8' : '2';
    case 'f':
    case 'v':
    case 'w':
      return '3';
    case 'g':
    case 'k':
    case 'q':
      return '4';
    case 'c':
      if (before === '') return isOneOf(next, 'ahkloqrux') ? '4' : '8';
      return !isOneOf(before, 'sz') && isOneOf(next, 'ahkoqux') ? '4' : '8';
    case 'x':
      return isOneOf(before, 'ckq') ? '8' : '48';
    case 'l':
      return '5';
    case 'm':
    case 'n':
      return '6';
    case 'r':
      return '7';
    case 's':
    case 'z':
      return '8';
    case 'h':
      return '';
    default:
      return '0';
  }
}

function isOneOf(letter: string, letters: string): boolean {
  return letter !== '' && letters.includes(letter);
}
