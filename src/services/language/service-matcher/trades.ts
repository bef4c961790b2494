/**
 * audience: the people it is for; two of them exclude each other. subject: what is treated; the same. quality: how it is
 * done. part: done along with something else, and a service only where one is called so. common: said of nearly
 * everything, never enough alone.
 */
export const UNIT_KINDS = ['audience', 'subject', 'action', 'part', 'quality', 'common'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** What people ask for in one trade, in German and English; everything in its plain form (see `plain`). */
interface Trade {
  /** The words for each concept; the first of them names it elsewhere. */
  concepts: Partial<Record<UnitKind, readonly string[]>>;
  /** The subject meant when none is said: subject → concepts. */
  subjectOf?: Readonly<Record<string, string>>;
  /** What words mean that no service is called by: meaning → words. */
  implies?: Readonly<Record<string, string>>;
  /** What the care of a subject includes: beside it, that action is nothing more where no service is called so. */
  included?: Readonly<Record<string, string>>;
  /** The action that comes nearest to one which no service is called by: asked about, never taken for it. */
  near?: Readonly<Record<string, string>>;
  /** On the whole plain text, before it is taken apart. */
  sayings?: readonly (readonly [RegExp, string])[];
}

export const TRADES: readonly Trade[] = [
  /** Said of any trade. */
  {
    concepts: {
      audience: [
        'herren herr herrn herrens maenner maennern mann mannes maennlich men mens man mans male gents gent gentleman gentlemen gentlemens guys husband ehemann freund boyfriend vater papa opa bruder father dad brother',
        'damen dame frauen frau weiblich women womens woman womans ladies ladys lady female wife ehefrau freundin girlfriend mutter mama oma schwester mother mum sister',
        'kinder kind kindern kids kid child children childrens jungen junge maedchen boys boy girls girl toddler baby babys',
        'senioren senior seniors rentner pensioner',
        'studenten student students schueler azubi',
        'unisex divers nonbinary',
      ],
      quality: [
        'klassisch klassische klassischer klassischen classic classical',
        'professionell professionelle professioneller professionellen professional',
        'erst erste ersten erster first initial neu neue neuer new',
        'trocken trockener dry',
      ],
      common: [
        'behandlung behandlungen behandeln treatment treatments therapie therapien therapy anwendung sitzung session',
      ],
    },
  },
  /** Hairdressers and barbers. */
  {
    concepts: {
      subject: [
        'haar haare haaren haars hair hairs',
        'bart bartes barts baerte beard beards moustache mustache schnurrbart vollbart barthaar barthaare',
        'nacken hals neck',
      ],
      action: [
        'schnitt schnitte schnitten schneiden schneide geschnitten cut cuts cutting trim trims trimming trimmed trimmen stutzen',
        'faerben faerbe faerbung gefaerbt farbe farben coloration toenen toenung colour colours colouring coloured color colors coloring colored dye dyed dyeing dying tint tinting',
        'rasur rasieren rasiert shave shaving shaved',
        'straehnen straehnchen highlights balayage blondieren blondierung blond bleaching',
        'dauerwelle dauerwellen perm',
        'haarverlaengerung extensions',
        'glaettung glaetten keratin straightening',
        'hochsteckfrisur hochstecken steckfrisur updo brautfrisur',
      ],
      part: [
        'waschen gewaschen waesche wash washing shampoo shampooing',
        'foehnen foehn gefoehnt blowdry styling stylen style',
      ],
    },
    subjectOf: { haar: 'schnitt faerben waschen foehnen straehnen dauerwelle glaettung hochsteckfrisur' },
    implies: {
      'haare schneiden':
        'spitzen haarspitzen pony ponyschnitt nachschneiden maschinenschnitt fassonschnitt fasson faconschnitt stufenschnitt stufen bob pixie undercut kurzhaarschnitt langhaarschnitt frisur fade buzz buzzcut crewcut fringe bangs layers hairdo ends kuerzen kuerzer konturen konturenschnitt abschneiden',
      faerben: 'ansatz ansatzfarbe ansatzfaerbung umfaerben',
    },
    included: { bart: 'schnitt' },
    near: { straehnen: 'faerben' },
    sayings: [
      [/\bblow ?dr(?:y|ied|ying)\b/g, 'blowdry'],
      [/\bshort back and sides\b|\b(?:crew|skin) (?:cut|fade)\b/g, 'haare schneiden'],
      [/\bsplit ends\b/g, 'spitzen'],
      [/\bhot towel\b|\bshape up\b/g, ''],
      [/\bin form (?:bringen|gebracht|schneiden)\b/g, ''],
    ],
  },
  /** Beauticians. */
  {
    concepts: {
      subject: [
        'gesicht gesichts face facial',
        'haut skin',
        'augenbrauen augenbraue brauen eyebrow eyebrows brows brow',
        'wimpern wimper lash lashes eyelash eyelashes',
        'beine bein legs leg',
        'achseln achsel armpits underarms underarm',
        'bikini bikinizone intimbereich',
        'lippen lippe oberlippe lips lip',
      ],
      action: [
        'pflege pflegen gepflegt care grooming groom groomed',
        'waxing wachsen enthaarung enthaaren sugaring wax hairremoval',
        'lifting liften lift',
        'peeling peel microdermabrasion',
        'zupfen gezupft tweezing pluck threading fadentechnik',
        'makeup schminken brautmakeup permanentmakeup',
        'botox filler unterspritzung hyaluron',
        'laminierung laminieren lamination',
      ],
    },
    sayings: [
      [/\bmake up\b/g, 'makeup'],
      [/\bhair removal\b/g, 'hairremoval'],
    ],
  },
  /** Nail and foot care. */
  {
    concepts: {
      subject: [
        'fuss fuesse fuessen foot feet',
        'hand haende haenden hands',
        'nagel naegel naegeln nail nails fingernaegel fussnaegel toenails',
      ],
      action: [
        'manikuere manicure manicures',
        'pedikuere pedicure pedicures',
        'gel gelnaegel gelnails',
        'shellac gellack lack lackieren lackiert polish varnish',
        'acryl acrylnaegel acrylic acrylics',
        'auffuellen auffuellung refill infill',
        'modellage neumodellage modellieren',
      ],
    },
  },
  /** Massage and physiotherapy. */
  {
    concepts: {
      subject: ['ruecken rueckens back', 'lymph lymphe lymphatic'],
      action: [
        'massage massagen massieren massages',
        'gymnastik gymnastics exercise exercises',
        'krankengymnastik kg physiotherapy physiotherapie physio',
        'drainage drainagen',
        'akupunktur acupuncture',
        'fango fangopackung moor mudpack',
        'osteopathie osteopathy',
        'training trainings kurs stunde class lesson',
      ],
      quality: ['thai thailaendisch thailaendische', 'manuell manuelle manueller manuellen manual'],
    },
  },
  /** Doctors and dentists. */
  {
    concepts: {
      subject: ['zahn zaehne zaehnen zahnes tooth teeth dental', 'wurzel wurzelkanal root canal'],
      action: [
        'reinigung reinigen saeubern saeuberung cleaning clean cleaned hygiene',
        'kontrolle kontroll vorsorge checkup check checkups',
        'untersuchung untersuchungen examination exam befund befundung assessment',
        'fuellung fuellungen plombe plomben filling fillings',
        'bleaching bleichen aufhellung aufhellen whitening whiten',
        'ziehen extraktion extraction removal entfernen entfernung',
        'implantat implantate implant implants',
        'krone kronen crown crowns',
        'impfung impfen geimpft vaccination vaccine shot',
        'blutabnahme blutentnahme bluttest bloodtest',
        'ultraschall sonographie ultrasound',
        'beratung beraten beratungsgespraech consultation consulting consult advice',
        'rezept rezepte prescription prescriptions',
      ],
    },
    sayings: [[/\bblood test\b/g, 'bloodtest']],
  },
  /** Car workshops. */
  {
    concepts: {
      subject: [
        'reifen raeder rad tyre tyres tire tires wheel wheels',
        'oel oil',
        'bremse bremsen brake brakes',
        'batterie battery',
        'klima klimaanlage aircon',
      ],
      action: [
        'wechsel wechseln change changing swap',
        'inspektion inspection wartung durchsicht',
        'hauptuntersuchung tuev hu mot',
        'reparatur reparieren repair repairing',
        'achsvermessung spureinstellung alignment',
      ],
    },
    sayings: [[/\bair ?con(?:ditioning)?\b/g, 'aircon']],
  },
];
