import type { CallerRefusal } from '../../voice/phrases';

export const CALLBACK = 'Darf ich einen Rückruf für Sie notieren?';

/** Answers to what Cal.com or the rules of the appointment refuse. */
export const REFUSED_WITH: Record<CallerRefusal, string> = {
  limit_reached: `Für Sie sind schon so viele Termine eingetragen, wie auf einmal möglich sind. ${CALLBACK}`,
  already_cancelled: 'Dieser Termin ist bereits abgesagt. Möchten Sie einen neuen ausmachen?',
  not_changeable: `Dieser Termin lässt sich leider nicht mehr telefonisch ändern. ${CALLBACK}`,
  invalid_phone:
    'Mit dieser Telefonnummer nimmt der Kalender den Termin nicht an. Unter welcher Nummer sind Sie sonst erreichbar?',
  invalid_email: 'Diese E-Mail-Adresse nimmt der Kalender nicht an. Wie lautet sie noch einmal, bitte?',
  missing_fields:
    'Für diesen Termin fehlt noch eine Angabe. Wie ist Ihr voller Name, und unter welcher Nummer sind Sie erreichbar?',
  changed_repeat: 'Das habe ich gerade schon mit anderen Angaben gehört. Wie lautet Ihr Wunsch jetzt genau?',
  superseded:
    'Das war schon erledigt, und der Termin wurde danach noch geändert. Soll ich nachsehen, was jetzt für Sie eingetragen ist?',
};
