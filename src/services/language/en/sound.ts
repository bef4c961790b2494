/** Spellings that one English sound has, most particular first. */
const ENGLISH_SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:kn|gn|pn)/, 'n'],
  [/^wr/, 'r'],
  [/^x/, 's'],
  [/mb$/, 'm'],
  [/tch|ch/g, 'x'],
  [/sh|(?:ti|si|ci)(?=on)/g, 'x'],
  [/ph/g, 'f'],
  [/gh(?=t|$)/g, ''],
  [/th/g, '0'],
  [/dg(?=[eiy])/g, 'j'],
  [/g(?=[eiy])/g, 'j'],
  [/c(?=[eiy])/g, 's'],
  [/ck|[cq]/g, 'k'],
  [/x$/g, 'ks'],
  [/z/g, 's'],
  [/v/g, 'f'],
  [/d/g, 't'],
  [/b/g, 'p'],
];

/** In the manner of Metaphone: consonants by sound, vowels only at the beginning. */
export function englishSound(word: string): string {
  const spelled = ENGLISH_SPELLINGS.reduce((text, [spelling, sound]) => text.replace(spelling, sound), word);
  const first = spelled.charAt(0);
  return (
    (/^[aeiou]/.test(first) ? 'a' : first) +
    spelled
      .slice(1)
      .replace(/[aeiouwyh]/g, '')
      .replace(/(.)\1+/g, '$1')
  );
}
