import {
  counted,
  day,
  daytime,
  easter,
  feast,
  month,
  movingFeast,
  unit,
  weekday,
  which,
  word,
  type Entry,
} from '../reader/senses';

/** German words and what they may mean; inflected forms are spelled out because endings carry no meaning here. */
export const GERMAN_WORDS: Entry[] = [
  ...counted(
    (
      'montag montags montach mo|dienstag dienstags dienstach di|mittwoch mittwochs mittwoche mitwoch mi|' +
      'donnerstag donnerstags donnerstach|freitag freitags freitach fr|' +
      'samstag samstags samstach sonnabend sonnabends sa|sonntag sonntags sonntach'
    ).split('|'),
    weekday,
  ),
  ['do', { is: 'short_weekday', value: 4 }],
  ['so', { is: 'short_weekday', value: 7 }],
  ...counted(
    (
      'januar jänner jän jan|februar feber feb|märz mär mrz|april apr|mai|juni juno jun|juli julei jul|august aug|' +
      'september sept sep|oktober okt|november nov|dezember dez'
    ).split('|'),
    month,
  ),
  ['heute heut heutige heutigen heutiger', day(0)],
  ['morgige morgigen morgiger', day(1)],
  ['morgen', word('morgen')],
  ['übermorgen', day(2)],
  ['überübermorgen', day(3)],
  ['gestern', day(-1)],
  ['vorgestern', day(-2)],
  ['nikolaus nikolaustag', feast(12, 6)],
  // The eve, as dictionaries have it.
  ['nikolausabend', feast(12, 5)],
  ['heiligabend heiligenabend', feast(12, 24)],
  ['silvester sylvester silvesterabend', feast(12, 31)],
  ['neujahr neujahrstag', feast(1, 1)],
  ['karfreitag', easter(-2)],
  ['gründonnerstag', easter(-3)],
  ['ostersonntag', easter(0)],
  ['ostermontag', easter(1)],
  ['himmelfahrt christihimmelfahrt vatertag', easter(39)],
  ['pfingstsonntag', easter(49)],
  ['pfingstmontag', easter(50)],
  ['fronleichnam', easter(60)],
  ['rosenmontag', easter(-48)],
  ['faschingsdienstag', easter(-47)],
  ['aschermittwoch', easter(-46)],
  ['dreikönigstag dreikönige', feast(1, 6)],
  ['christtag', feast(12, 25)],
  ['stephanstag stefanitag', feast(12, 26)],
  ['früh frühe frühen frühem frühmorgens frühs', daytime('early')],
  ['morgens', daytime('morning')],
  ['vormittag vormittags vormittages', daytime('forenoon')],
  ['mittag mittags mittagszeit mittagspause mittagessen', daytime('noon')],
  ['nachmittag nachmittags nachmittages', daytime('afternoon')],
  ['abend abends feierabend', daytime('evening')],
  ['arbeit schule uni büro dienst', word('work')],
  ['spät späte späten spätem spätabends', daytime('late')],
  ['nacht nachts', daytime('night')],
  ['früher früheren frühere', { is: 'comparative', value: 'early' }],
  ['später späteren spätere', { is: 'comparative', value: 'late' }],
  ['minute minuten min', unit('minute')],
  ['stunde stunden', unit('hour')],
  ['tag tage tagen tages', unit('day')],
  ['tage tagen', word('days')],
  ['werktags werktag werktage werktagen arbeitstag arbeitstage arbeitstagen', unit('workday')],
  ['woche wochen', unit('week')],
  ['monat monate monaten monats', unit('month')],
  ['jahr jahre jahren jahres', unit('year')],
  ['viertelstunde', { is: 'span', value: 15 }],
  ['dreiviertelstunde', { is: 'span', value: 45 }],
  ['nächste nächster nächsten nächstes nächstem nächst', which('next')],
  ['kommende kommender kommenden kommendes kommendem', which('next')],
  ['folgende folgender folgenden folgendes folgendem', which('next')],
  ['diese dieser diesen dieses diesem', which('this')],
  ['übernächste übernächster übernächsten übernächstes übernächstem', which('after_next')],
  ['letzte letzter letzten letztes letztem vorige vorigen voriger voriges', which('last')],
  ['vergangene vergangenen vergangener vergangenes', which('last')],
  ['anfang beginn', { is: 'part', value: 'start' }],
  ['mitte', { is: 'part', value: 'middle' }],
  ['ende', { is: 'part', value: 'end' }],
  // Of the call or of the day talked about: asked.
  ['diesezeit', { is: 'junk' }],
  ['erstehalfte', { is: 'part', value: 'first_half' }],
  ['zweitehalfte', { is: 'part', value: 'second_half' }],
  ['wochenanfang wochenbeginn', { is: 'part_of_week', value: 'start' }],
  ['wochenmitte', { is: 'part_of_week', value: 'middle' }],
  ['monatsanfang monatsbeginn', { is: 'part_of_month', value: 'start' }],
  ['monatsmitte', { is: 'part_of_month', value: 'middle' }],
  ['monatsende', { is: 'part_of_month', value: 'end' }],
  ['valentinstag', feast(2, 14)],
  ['maifeiertag', feast(5, 1)],
  ['nationalfeiertag', feast(10, 26)],
  ['reformationstag halloween', feast(10, 31)],
  ['allerheiligen', feast(11, 1)],
  ['einheitstag', feast(10, 3)],
  ['muttertag', movingFeast(7, 5, 8)],
  ['bettag', movingFeast(3, 11, 16)],
  ['totensonntag ewigkeitssonntag', movingFeast(7, 11, 20)],
  ['advent adventssonntag adventsonntag', word('advent')],
  ['ostern pfingsten weihnachten karneval fasching fastnacht ferien feiertag', { is: 'junk' }],
  [
    'person personen leute kinder erwachsene gäste termine haarschnitte schnitte behandlungen plätze',
    { is: 'counted' },
  ],
  ['wochenende wochenendes wochenenden', word('weekend')],
  ['uhr', word('o_clock')],
  ['halb halbe halber halben', word('half_before')],
  ['viertel virtel', word('quarter')],
  ['viertel virtel', word('quarter_of_hour')],
  ['dreiviertel', word('three_quarters')],
  ['nach', word('after')],
  ['vor', word('before')],
  ['über übers', word('over')],
  ['ab', word('from')],
  ['frühestens allerfrühestens', word('limit_from')],
  ['von vom', word('von')],
  ['bis', word('until')],
  ['spätestens allerspätestens maximal höchstens längstens', word('limit_until')],
  ['zwischen', word('between')],
  ['und', word('and')],
  ['aber sondern lieber', word('but')],
  ['statt anstatt anstelle', word('instead')],
  ['oder beziehungsweise bzw', word('or')],
  ['in im', word('in')],
  ['binnen innerhalb', word('within')],
  ['um gegen ums', word('around')],
  ['den dem der das die zum zur', word('the')],
  ['am an', word('on')],
  ['des', word('of')],
  ['kurz', word('shortly')],
  [
    'nicht nich ausser niemals nie kein keine keinen keiner keinem keinerlei schlecht ungünstig unmöglich verhindert',
    word('not'),
  ],
  ['als', word('than')],
  ['jede jeder jeden jedes jedem alle', word('each')],
  ['egal jederzeit irgendwann flexibel beliebig ganztags ganztägig', word('any')],
  ['ganzen ganzer ganze gesamten', word('whole')],
  ['baldmöglichst schnellstmöglichst', word('soonest')],
  ...['nächst', 'schnellst', 'frühest', 'ehest'].map((most): Entry => [
    ['', 'e', 'en', 'er', 'es', 'em'].map((ending) => `${most}möglich${ending}`).join(' '),
    word('soonest'),
  ]),
  ['jetzt sofort', word('now')],
  ['mitternacht mitternachts', word('midnight')],
  ['für', word('for')],
  ['freie freier freien freies verfügbare verfügbarer verfügbaren mögliche möglicher möglichen', word('free')],
  ['gleichen selben gleiche selbe derselbe dieselbe dasselbe demselben denselben', word('same')],
  ['tagsdarauf danach darauf drauf darauffolgenden', word('thereafter')],
  ['paar mehreren einigen', word('a_few')],
  ['kw kalenderwoche', word('week_number')],
  ['aufwärts', word('onward')],
  ['winterzeit normalzeit', word('standard_time')],
  ['sommerzeit', word('summer_time')],
  ['mez mesz utc gmt', word('zone')],
  ['asap', word('soonest')],
  ['h std stdn', word('h')],
  ['frau herr herrn fräulein doktor', word('title')],
  ['mit bei', word('with')],
  ['nein nee quatsch korrektur', word('correction')],
  ['anderthalb eineinhalb', { is: 'mixed', value: 1.5 }],
  ['zweieinhalb', { is: 'mixed', value: 2.5 }],
  ['dreieinhalb', { is: 'mixed', value: 3.5 }],
];

export const GERMAN_SAYINGS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:einen |schonen )*gute[nr]? (?:morgen|tag|abend|mittag|nachmittag|nacht)\b/g, ' '],
  [/\b(?:einen )?schonen (?:tag|abend)(?: noch)?\b/g, ' '],
  [/\b(?:eine? |kleinen )*(?:minute|sekunde|moment|augenblick|momentchen) (?:mal )?bitte\b/g, ' '],
  [/\b(?:zum|das|ein) (?:erste[ns]?|nachste|andere) mal\b/g, ' '],
  [/\bkein(?:e)? (?:problem|frage|thema|umstande)\b|\bnicht wahr\b|\bwarum nicht\b|\bwenn nicht,? auch\b/g, ' '],
  [
    /\b(?:keine? (?:besondere |bestimmte )?(?:praferenz|vorliebe|wunschzeit|rolle)|spielt keine rolle|ganz gleich|mir gleich|wann auch immer|nicht so wichtig)\b/g,
    'jederzeit',
  ],
  [
    /\b(?:ach )?(?:nein|nee),? (?:doch |moment )*(?:lieber|besser|quatsch)?\b|\b(?:ach ne\b,?|ne,|ne (?=lieber|besser|quatsch|doch))(?: doch)?(?: lieber| besser| quatsch)?|\boder (?:doch )?(?:besser gesagt|besser|lieber)\b|\bdas heisst\b|\bich mein(?:e|te)?\b|\bhalt stopp?\b|\bwarte(?:n sie)? mal,? (?:nein|nee)\b/g,
    'nein ',
  ],
  [/\bals erste[rsmn]?\b|\bgleich (?:fruh|morgens)\b/g, 'fruh'],
  [
    /\b(fruhen|spaten) (montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag) ?(vormittag|nachmittag|abend|morgen)\b/g,
    '$2 $1 $3',
  ],
  [/\bim (?:laufe|verlauf) der woche\b/g, 'diese woche'],
  [/\bum diese (?:uhr)?zeit\b/g, 'diesezeit'],
  [/\b(erste|zweite)[nr]? halfte\b/g, '$1halfte'],
  [/\bunter der woche\b/g, 'werktags'],
  [/\btag der arbeit\b/g, 'maifeiertag'],
  [/\btag der deutschen einheit\b/g, 'einheitstag'],
  [/\bbuss und bettag\b|\bbuss- und bettag\b/g, 'bettag'],
  [/\bzwischen (?:den jahren|weihnachten und (?:neujahr|silvester|dem neuen jahr))\b/g, 'vom 27. bis 31. dezember'],
  [
    /\bje (?:fruher|eher|schneller) desto besser\b|\bsobald (?:\w+ )?(?:was|etwas|einer?)? ?frei (?:ist|wird)\b/g,
    'asap',
  ],
  [/\bz(?:u|um)? mittag\b/g, 'mittags'],
  [/\bauf d ?nacht\b/g, 'abends'],
  [/\bnachm\b/g, 'nach dem'],
  [/\bheilige[nr]? drei konig(?:e|stag)?\b/g, 'dreikonigstag'],
  [/\bchristi himmelfahrt\b/g, 'himmelfahrt'],
  [
    /\bvon mir aus\b|(?<!\b(?:mo|di|mi|do|fr|sa|samstag)) oder so\b|\bzu (?:zweit|dritt|viert)\b|\b(?:an )?irgendein(?:e[mn])? tag\b/g,
    ' ',
  ],
  [/\bin so (?=\w)/g, 'in '],
  [/\btags darauf\b/g, 'tagsdarauf'],
  [/\bam (?:aller)?(?:liebsten|besten|schonsten|einfachsten|gunstigsten)\b/g, ' '],
  [/\bkurz (vor|nach) (?:dem )?mittag\b/g, 'kurz $1 zwolf uhr mittags'],
  [/\bso (?:schnell|bald|fruh) wie (?:es )?(?:nur )?(?:geht|irgend moglich)\b/g, 'asap'],
  [/\b(?:so|as) (?:bald|schnell|fruh|soon|early|quickly) (?:wie|als|as) (?:nur )?(?:moglich|possible)\b/g, 'asap'],
  [/\bmoglichst (?:bald|schnell|rasch|zeitnah)\b/g, 'asap'],
  [/\b(?:1\.|erste[rnms]?) weihnachts(?:feier)?tag\b/g, 'christtag'],
  [/\b(?:2\.|zweite[rnms]?) weihnachts(?:feier)?tag\b/g, 'stephanstag'],
  [/\b(?:jederzeit|jeden tag|alles) ausser\b/g, 'not'],
  [/\bzwei tausend ?(?=[a-z])/g, 'zweitausend'],
];

/**
 * Words that people say around a day or a time without changing it: politeness, verbs of wishing and asking, family,
 * what is done in a salon, a practice or a garage. Any other word that the reader cannot use is asked about, so that
 * this list decides how often a caller is asked again, never what is understood.
 */
export const GERMAN_FILLERS = [
  // Sounds, yes and politeness
  'äh ähm äm öh hm hmm mhm tja naja na ach achso oh oje aha so also ja jawohl jo jep genau okay ok oki gut super toll prima perfekt klasse wunderbar ' +
    'schön schöne schönen hervorragend ausgezeichnet danke dankeschön vielen bitte bitteschön gern gerne hallo hi hey moin servus grüß grüezi gott ' +
    'tschüss tschau wiederhören wiedersehen entschuldigung entschuldigen verzeihung sorry pardon alles klar verstanden einverstanden stimmt richtig ' +
    'herzlich herzlichen freundlich liebe liebsten bestens bester beste besten besser besseres allerbesten',
  // Particles that soften
  'mal einmal eben halt doch wohl schon auch nur noch dann denn etwa ungefähr circa ca zirka rum herum herein hinein vielleicht eventuell evtl ' +
    'wahrscheinlich möglicherweise vorzugsweise idealerweise möglichst möglich ruhig einfach gleich direkt jetzt eigentlich natürlich ' +
    'selbstverständlich hauptsache hauptsächlich sicher sicherlich bestimmt ganz sehr ziemlich recht relativ eher sowieso trotzdem sonst ansonsten wenigstens mindestens ' +
    'immer gerade grad erst erstmal zuerst zunächst nun dazu dafür damit darum daher deshalb hier dort da dahin dorthin irgendwie irgendwo etwas ' +
    'was bisschen  schnell bald exakt pünktlich punkt schlag prinzipiell grundsätzlich insgesamt zufällig ehrlich wirklich völlig total absolut',
  // Persons and their words
  'ich du er sie es wir ihr mich mir dich dir sich uns euch ihm ihn ihnen mein meine meinen meinem meiner meines dein deine deinen unser unsere ' +
    'unseren ihre ihren ihrem ihrer man jemand leute mann frau sohn tochter kind mutter vater mama papa oma opa schwester bruder freund freundin ' +
    'schwiegermutter enkel nichte neffe partner partnerin kollege kollegin chef kollegen familie baby junge mädchen',
  // Verbs of wishing, asking and coming
  'bin bist ist sind war wäre wären sei hab habe haben hat hatte hätte hätten hätt will wollte wollten wollen möchte möchten mag würde würden ' +
    'kann kannst können könnte könnten könnt soll sollte sollten muss müsste müssen darf dürfte dürfen werde wird werden geht ginge gehen gehts gings ' +
    'ging passt passen passte passend klappt klappen klappte komme komm kommen käme kommt vorbeikommen vorbei brauche bräuchte brauchen nehme nehmen ' +
    'nehm nimm nimmt buchen buche gebucht reservieren reserviere vereinbaren vereinbare machen mache mach macht gemacht lassen lass lasse eintragen trag ' +
    'trage haltet halten sage sagen sag gesagt sagte denke denk glaub glaube meinte meinen heißt hieß schaue schauen guck gucken gucke suche suchen ' +
    'suchte frage fragen wissen sehen seh finde finden fände bekomme bekommen bekäme kriege kriegen gebe geben gibt gäbe hätt schaffe schaffen ' +
    'verschieben verschiebe verlegen verlege ändern umbuchen tauschen bestätigen anbieten bietet freue freuen warten warte reicht reichen wünsche ' +
    'wünschen starten beginnen beginnt anfangen liegt läge stehen stehe steht vorhaben plane planen melden anrufen rufe telefonieren vorschlagen bleiben bleibt',
  // Questions and joining words
  'wie wann ob wenn falls weil dass welche welcher welches welchen wer wo weil obwohl sodass bzw sowie wieder ' +
    'eine einen einem einer eines ein nem ner ne denn daran davon dabei diesbezüglich',
  // What it is about
  'termin termine terminen termins terminwunsch wunschtermin friseurtermin termindatum uhrzeit uhrzeiten zeit zeiten zeitpunkt zeitraum zeitfenster ' +
    'datum  slot slots platz lücke möglichkeit gelegenheit frei freies verfügbar offen kalender buchung besuch behandlung sitzung ' +
    'laufe rahmen verlauf weise fall wunsch problem frühester spätester dreh',
  // Services
  'haare haar haarschnitt herrenhaarschnitt damenhaarschnitt schneiden schnitt waschen föhnen färben farbe strähnen strähnchen tönen spitzen bart ' +
    'bartpflege rasieren rasur dauerwelle hochstecken frisur friseur maniküre pediküre nägel massage massieren kosmetik gesichtsbehandlung wimpern ' +
    'augenbrauen beratung kontrolle untersuchung vorsorge zahnreinigung impfung blutabnahme krankengymnastik physiotherapie inspektion reifenwechsel ' +
    'ölwechsel tüv salon laden praxis studio werkstatt arzt zahnarzt',
  'jeweils einschließlich inklusive entweder dauert lange langen wenns schauts aus sieht siehts genauer neu neue neuen neuer irgendein irgendeinen irgendeinem irgendeine aller geburtstag jetzigen dran',
  'braucht brauchte will wolle kommt kämen kommen käm nehmt bräuchten hättet könntet würdet wärt möcht möchten wünscht sucht fragt hoffe hoffentlich überlege überlegt dachte gedacht gehofft gefragt rechne arbeite fährt fahre hole bringe bringt bring mitbringen zusammen gemeinsam allein beide beiden andere anderen anderer anderes person bisherigen alten aktuellen gebuchten nächstbesten',
].join(' ');
