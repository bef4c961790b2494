import type { Language } from '../../src/domain';
import { isSamePerson, personKey } from '../../src/services/language/values/same-person';

/** `=` the same person, `!` another one. */
const PAIRS: Record<Language, string> = {
  de: `
    Erika Beispiel = Erika Beispiehl
    Erika Beispiel = Beispiel Erika
    Erika Beispiel = Beispiel, Erika
    Erika Beispiel = erika beispiel
    Erika Beispiel = Frau Erika Beispiel
    Erika Beispiel = Dr. Erika Beispiel
    Erika Beispiel = Beispiel
    Erika Beispiel = Frau Beispiel
    Erika Beispiel = Erika
    Müller = Mueller
    Anna Müller = Anna Mueller
    Anna Müller = Anna Miller
    Anna Müller = Anna Möller
    Thomas Meier = Thomas Maier
    Thomas Meier = Tomas Mayer
    Thomas Meier = Thomas Meyer
    Anna Schmidt = Anna Schmitt
    Anna Schmidt = Anna Schmid
    Sophie Weiß = Sofie Weiss
    Stefan Groß = Stephan Gross
    Philipp Hoffmann = Filip Hofmann
    Philipp Hoffmann = Philip Hoffman
    Katharina Becker = Catharina Becker
    Matthias Vogel = Mathias Vogel
    Maike Peters = Meike Peters
    Jasmin Yilmaz = Yasmin Yilmaz
    Sarah Krüger = Sara Krueger
    Hannah Lehmann = Hanna Lehman
    Jörg Schäfer = Joerg Schaefer
    Jörg Schäfer = Schäfer Jörg
    Kai Walter = Kay Walther
    Bernd Schulz = Bernd Schultz
    Claudia Franke = Klaudia Franke
    Heike Neumann = Heike Neuman
    Anna-Lena Koch = Anna Lena Koch
    Anna Müller-Schmidt = Anna Müller
    Anna Müller-Schmidt = Anna Schmidt
    Detlef Kaiser = Detlev Kaiser
    Uwe Schneider = Uwe Schneidr
    Zoë Wagner = Zoe Wagner
    Herr Müller ! Frau Müller
    Erika Beispiel ! Tina Beispiel
    Erika Beispiel ! Tina Tochter
    Tina Meier ! Nina Meier
    Anna Meier ! Hanna Meier
    Jan Meier ! Jana Meier
    Julia Meier ! Julian Meier
    Martin Meier ! Martina Meier
    Lena Meier ! Lina Meier
    Lena Meier ! Lea Meier
    Maria Meier ! Mario Meier
    Christian Meier ! Christina Meier
    Simon Meier ! Simone Meier
    Peter Meier ! Petra Meier
    Tim Meier ! Tom Meier
    Ben Meier ! Bea Meier
    Peter Meier ! Peter Meier junior
    Peter Meier senior ! Peter Meier junior
    Anna Müller ! Anna Schulze
    Anna Müller ! Anna Maier
    Anna Müller ! Klara Schulze
    Erika ! Tina
    Müller ! Schulze
    Paul Krause ! Paula Krause
    Max Krause ! Moritz Krause
    Luca Krause ! Lucas Krause
    Emil Krause ! Emilia Krause`,
  en: `
    Jane Smith = Jane Smyth
    Jane Smith = Smith Jane
    Jane Smith = Smith, Jane
    Jane Smith = jane smith
    Jane Smith = Mrs Smith
    Jane Smith = Mrs. Jane Smith
    Jane Smith = Dr Jane Smith
    Jane Smith = Smith
    Jane Smith = Jane
    Catherine Brown = Katherine Brown
    Catherine Brown = Catherine Browne
    Stephen Clark = Stefen Clark
    Stephen Clark = Stephen Clarke
    Jonathan Reed = Jonathan Reid
    Jonathan Reed = Jonathan Read
    John Thompson = Jon Thompson
    John Thompson = John Thomson
    Philip Morris = Phillip Morris
    Philip Morris = Filip Morriss
    Sara Davis = Sarah Davies
    Hannah White = Hanna White
    Matthew Taylor = Mathew Tayler
    Anthony Moore = Antony Moor
    Carl Johnson = Karl Johnson
    Carl Johnson = Karl Johnston
    Erik Nelson = Eric Nelson
    Isaac Peterson = Isaac Petersen
    Rachel Andersen = Rachel Anderson
    Teresa Hughes = Theresa Hughes
    Nicolas Wright = Nicholas Wright
    Lily Cooper = Lilly Cooper
    Allan Phillips = Alan Philips
    Mary Ann Baker = Baker Mary Ann
    Mary-Ann Baker = Mary Ann Baker
    Emily Jones-Carter = Emily Carter
    Emily Jones-Carter = Emily Jones
    Brian Macdonald = Brian Macdonal
    Zoë Parker = Zoe Parker
    Renée Parker = Renee Parker
    Mr O'Brien = O'Brien
    Mr Smith ! Mrs Smith
    Jane Smith ! June Smith
    Jane Smith ! Joan Smith
    Jane Smith ! Tina Smith
    Jane Smith ! Tina Daughter
    Paul Smith ! Paula Smith
    Eric Smith ! Erica Smith
    Daniel Smith ! Danielle Smith
    Carl Smith ! Carla Smith
    Tim Smith ! Tom Smith
    Dan Smith ! Don Smith
    Dan Smith ! Dean Smith
    Patrick Smith ! Patricia Smith
    Martin Smith ! Martina Smith
    Alex Smith ! Alexa Smith
    Jack Smith ! Jake Smith
    Ella Smith ! Emma Smith
    Leo Smith ! Lea Smith
    Robert Smith ! Roberta Smith
    Robert Smith ! Robert Smith junior
    Robert Smith senior ! Robert Smith jr
    Jane Smith ! Jane Baker
    Jane Smith ! Jane Jones
    Jane Cooper ! Jane Potter
    Jane ! June
    Smith ! Baker
    Oliver Grant ! Olivia Grant`,
};

const rows = (language: Language): [string, string, string][] =>
  PAIRS[language]
    .trim()
    .split('\n')
    .map((line) => /^\s*(.+?) ([=!]) (.+)$/.exec(line)!)
    .map(([, one = '', sign = '', other = '']) => [one, sign, other]);

describe.each(['de', 'en'] as const)('two names (%s)', (language) => {
  test.each(rows(language))('%s %s %s', (one, sign, other) => {
    expect(isSamePerson(one, other, language)).toBe(sign === '=');
    expect(isSamePerson(other, one, language)).toBe(sign === '=');
  });
});

test('a key is the same for every order and spelling of a name', () => {
  expect(personKey('Beispiel, ERIKA')).toBe(personKey('Frau Erika Beispiel'));
  expect(personKey('Müller')).toBe(personKey('Mueller'));
});
