import type { Trade } from '../trade';

/** Said of any trade. */
export const GENERAL: Trade = {
  concepts: [
    {
      kind: 'audience',
      words:
        'herren herr herrn herrens maenner maennern mann mannes maennlich men mens man mans male gents gent gentleman gentlemen gentlemens guys husband ehemann freund boyfriend vater papa opa bruder father dad brother',
    },
    {
      kind: 'audience',
      words:
        'damen dame frauen frau weiblich women womens woman womans ladies ladys lady female wife ehefrau freundin girlfriend mutter mama oma schwester mother mum sister',
    },
    {
      kind: 'audience',
      words:
        'kinder kind kindern kids kid child children childrens jungen junge maedchen boys boy girls girl toddler baby babys',
    },
    { kind: 'audience', words: 'senioren senior seniors rentner pensioner' },
    { kind: 'audience', words: 'studenten student students schueler azubi' },
    { kind: 'audience', words: 'unisex divers nonbinary' },
    { kind: 'quality', words: 'klassisch klassische klassischer klassischen classic classical' },
    { kind: 'quality', words: 'professionell professionelle professioneller professionellen professional' },
    { kind: 'quality', words: 'erst erste ersten erster first initial neu neue neuer new' },
    { kind: 'quality', words: 'trocken trockener dry' },
    {
      kind: 'common',
      words:
        'behandlung behandlungen behandeln treatment treatments therapie therapien therapy anwendung sitzung session',
    },
  ],
  implies: {},
  sayings: [],
};
