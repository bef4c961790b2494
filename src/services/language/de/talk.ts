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
    'herzlich herzlichen freundlich liebe lieber liebsten bestens bester beste besten besser besseres allerbesten',
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
  'wie wann ob wenn falls weil dass welche welcher welches welchen wer wo weil obwohl sodass bzw sowie sondern wieder ' +
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
  'entweder dauert lange langen wenns schauts aus sieht siehts genauer neu neue neuen neuer irgendein irgendeinen irgendeinem irgendeine aller geburtstag jetzigen dran',
  'braucht brauchte will wolle kommt kämen kommen käm nehmt bräuchten hättet könntet würdet wärt möcht möchten wünscht sucht fragt hoffe hoffentlich überlege überlegt dachte gedacht gehofft gefragt rechne arbeite fährt fahre hole bringe bringt bring mitbringen zusammen gemeinsam allein beide beiden andere anderen anderer anderes person bisherigen alten aktuellen gebuchten nächstbesten',
].join(' ');
