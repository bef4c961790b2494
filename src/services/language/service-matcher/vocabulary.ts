/**
 * Words of appointment businesses, as data: what says nothing about the service, and which words mean the same in German
 * and English. Everything in its plain form (lower case, ä → ae, no hyphens or apostrophes).
 */

/**
 * audience: whom it is for; two of them exclude each other. subject: what is treated; the same. quality: how it is
 * done. common: said of nearly everything, never enough alone.
 */
export type UnitKind = 'action' | 'audience' | 'subject' | 'quality' | 'common';

export interface Concept {
  kind: UnitKind;
  /** The first word names the concept. */
  words: string;
}

export const CONCEPTS: readonly Concept[] = [
  {
    kind: 'audience',
    words:
      'herren herr herrn herrens maenner maennern mann mannes maennlich men mens man mans male gents gent gentleman gentlemen gentlemens guys husband ehemann freund boyfriend',
  },
  {
    kind: 'audience',
    words:
      'damen dame frauen frau weiblich women womens woman womans ladies ladys lady female wife ehefrau freundin girlfriend',
  },
  {
    kind: 'audience',
    words: 'kinder kind kindern kids kid child children childrens jungen junge maedchen boys boy girls girl toddler',
  },
  { kind: 'subject', words: 'haar haare haaren haars hair hairs' },
  { kind: 'subject', words: 'bart bartes barts baerte beard beards moustache schnurrbart vollbart barthaar barthaare' },
  { kind: 'subject', words: 'zahn zaehne zaehnen zahnes tooth teeth dental' },
  { kind: 'subject', words: 'ruecken rueckens back' },
  { kind: 'subject', words: 'nacken hals neck' },
  { kind: 'subject', words: 'fuss fuesse fuessen foot feet' },
  { kind: 'subject', words: 'hand haende haenden hands' },
  { kind: 'subject', words: 'nagel naegel naegeln nail nails fingernaegel' },
  { kind: 'subject', words: 'gesicht gesichts face facial' },
  { kind: 'subject', words: 'haut skin' },
  { kind: 'subject', words: 'augenbrauen brauen eyebrow eyebrows brows brow' },
  { kind: 'subject', words: 'wimpern wimper lash lashes eyelash eyelashes' },
  { kind: 'subject', words: 'wurzel wurzelkanal root canal' },
  { kind: 'subject', words: 'lymph lymphe lymphatic' },
  { kind: 'subject', words: 'reifen raeder rad tyre tyres tire tires wheel wheels' },
  { kind: 'subject', words: 'oel oil' },
  {
    kind: 'action',
    words:
      'schnitt schnitte schnitten schneiden schneide geschnitten cut cuts cutting trim trims trimming trimmed trimmen stutzen',
  },
  {
    kind: 'action',
    words:
      'faerben faerbe faerbung gefaerbt farbe farben coloration toenen toenung colour colours colouring coloured color colors coloring colored dye dyed dyeing dying tint tinting',
  },
  { kind: 'action', words: 'pflege pflegen gepflegt care grooming groom groomed' },
  { kind: 'action', words: 'rasur rasieren rasiert shave shaving shaved' },
  { kind: 'action', words: 'waschen gewaschen waesche wash washing shampoo' },
  { kind: 'action', words: 'foehnen foehn blowdry styling stylen style frisur' },
  { kind: 'action', words: 'straehnen straehnchen highlights balayage' },
  { kind: 'action', words: 'dauerwelle dauerwellen perm' },
  { kind: 'action', words: 'massage massagen massieren massages' },
  { kind: 'action', words: 'gymnastik gymnastics exercise exercises' },
  { kind: 'action', words: 'krankengymnastik kg physiotherapy physiotherapie physio' },
  { kind: 'action', words: 'drainage drainagen' },
  { kind: 'action', words: 'reinigung reinigen saeubern saeuberung cleaning clean cleaned hygiene' },
  { kind: 'action', words: 'kontrolle kontroll vorsorge checkup check checkups' },
  { kind: 'action', words: 'untersuchung untersuchungen examination exam befund befundung assessment' },
  { kind: 'action', words: 'fuellung fuellungen plombe plomben filling fillings' },
  { kind: 'action', words: 'bleaching bleichen aufhellung aufhellen whitening whiten' },
  { kind: 'action', words: 'ziehen extraktion extraction removal entfernen entfernung' },
  { kind: 'action', words: 'implantat implantate implant implants' },
  { kind: 'action', words: 'krone kronen crown crowns' },
  { kind: 'action', words: 'impfung impfen vaccination vaccine shot' },
  { kind: 'action', words: 'beratung beraten beratungsgespraech consultation consulting consult advice' },
  { kind: 'action', words: 'wechsel wechseln change changing' },
  { kind: 'action', words: 'manikuere manicure' },
  { kind: 'action', words: 'pedikuere pedicure' },
  { kind: 'action', words: 'training trainings kurs stunde class lesson' },
  { kind: 'action', words: 'akupunktur acupuncture' },
  { kind: 'quality', words: 'manuell manuelle manueller manuellen manual' },
  { kind: 'quality', words: 'klassisch klassische klassischer klassischen classic classical' },
  { kind: 'quality', words: 'professionell professionelle professioneller professionellen professional' },
  { kind: 'quality', words: 'erst erste ersten erster first initial neu neue neuer new' },
  { kind: 'quality', words: 'trocken trockener dry' },
  {
    kind: 'common',
    words:
      'behandlung behandlungen behandeln treatment treatments therapie therapien therapy anwendung sitzung session',
  },
];

/** Left out of what was said. */
export const FILLERS: readonly string[] = [
  'ein eine einen einem einer eines der die das den dem des und oder mit ohne fuer zum zur im in am an auf bei vom von aus um bis',
  'bitte gern gerne mal nur einfach einmal also so dann doch noch auch hallo guten tag danke ja okay ok aehm aeh hm',
  'ich wir er sie es mir mich mein meine meinen meinem meiner meines sich uns unser unsere unseren sein seine seinen ihr ihre ihren',
  'moechte moechten haette haetten will wollen wuensche wuerde brauche braeuchte haben habe machen mach lassen lass koennte kann koennen geht gehen bekommen',
  'schoen schoene normal normale normaler normalen normales ganz kurz kurzer kurzen neu neuen naechste naechsten',
  'termin termine terminen termins buchen buchung reservieren leistung leistungen service services dienstleistung angebot vereinbaren',
  'friseur friseurtermin salon praxis zahnarzt zahnarzttermin arzt arzttermin dentist doctor barber hairdresser hairdressers',
  'dasselbe derselbe dieselbe denselben gleiche gleichen gleiches wieder same again that this one',
  'sohn tochter son daughter',
  'heute morgen uebermorgen montag dienstag mittwoch donnerstag freitag samstag sonntag uhr vormittag nachmittag',
  'today tomorrow monday tuesday wednesday thursday friday saturday sunday',
  'a an the and or with without for to of at on in please i we id im ill you he she it would like want need have has get getting got make made just',
  'book booking booked appointment appointments my me our us his her your some do does done can could may up hello hi hey thanks thank yes regular simple quick',
]
  .join(' ')
  .split(' ');

/** What agents write when nothing was said. */
export const NOTHING: readonly string[] = [
  'null',
  'none',
  'undefined',
  'nan',
  'n a',
  'na',
  'unknown',
  'unbekannt',
  'keine',
  'keins',
  'egal',
  'not specified',
  'nicht angegeben',
  'string',
];

/** What speech recognition writes for a word of the trade in that language. */
export const MISHEARD: Record<'de' | 'en', ReadonlyMap<string, string>> = {
  de: new Map([['hare', 'haare']]),
  en: new Map([
    ['die', 'dye'],
    ['hare', 'hair'],
    ['heir', 'hair'],
    ['bird', 'beard'],
  ]),
};
