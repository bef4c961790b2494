import type { Phrases } from '../../voice/phrases';
import { spokenName, spokenWords } from '../speaker/wording';

/** Greeting, recording and people: what is said around an appointment. */
export const GERMAN_RECEPTION: Pick<
  Phrases,
  | 'greeting'
  | 'consentNoted'
  | 'timeNow'
  | 'customerFound'
  | 'newCustomer'
  | 'anonymous'
  | 'callbackRecorded'
  | 'transferring'
  | 'callbackOffered'
  | 'handedOver'
> = {
  greeting(business, name, { isDisclosed, ownWords, recording }) {
    const salutation = name === null || spokenName(name) === '' ? 'Guten Tag' : `Guten Tag, ${spokenName(name)}`;
    const who = isDisclosed ? 'hier ist die digitale Assistentin von' : 'willkommen bei';
    const first = `${salutation}, ${who} ${spokenName(business)}${isDisclosed ? ', eine KI' : ''}.`;
    const question = {
      off: 'Was kann ich für Sie tun?',
      notice: 'Das Gespräch wird aufgezeichnet, was kann ich für Sie tun?',
      ask: 'Darf das Gespräch aufgezeichnet werden?',
    }[recording];
    return `${ownWords === null ? first : spokenWords(ownWords, business)} ${question}`;
  },
  consentNoted(isAllowed) {
    const noted = isAllowed ? 'Vielen Dank.' : 'In Ordnung, ich habe vermerkt, dass Sie keine Aufzeichnung möchten.';
    return `${noted} Was kann ich für Sie tun?`;
  },
  timeNow(time) {
    return `Es ist jetzt ${time}. Was kann ich noch für Sie tun?`;
  },
  customerFound(name) {
    return `Schön, dass Sie wieder anrufen, ${spokenName(name)}. Was kann ich für Sie tun?`;
  },
  newCustomer() {
    return 'Herzlich willkommen, wir kennen uns noch nicht. Wie ist bitte Ihr Name?';
  },
  anonymous() {
    return 'Ihre Rufnummer ist unterdrückt, einen Termin kann ich trotzdem gern für Sie eintragen. Wie ist bitte Ihr Name?';
  },
  callbackRecorded() {
    return 'Ich habe Ihren Rückrufwunsch notiert, wir melden uns bei Ihnen. Kann ich sonst noch etwas für Sie tun?';
  },
  transferring() {
    return 'Einen Moment bitte, ich verbinde Sie.';
  },
  callbackOffered(due) {
    return `Im Moment ist leider niemand erreichbar, wir rufen Sie bis spätestens ${due} zurück. Kann ich sonst noch etwas für Sie tun?`;
  },
  handedOver({ name, service, start, asked, reason }) {
    const wish = [service, start, asked].flatMap((part) => (part === null ? [] : spokenName(part)));
    const about = wish.length > 0 ? `: ${wish.join(', ')}` : '';
    const why = reason === null ? '' : `; Grund der Übergabe: ${spokenName(reason)}`;
    return `Anruf von ${name === null ? 'einem unbekannten Anrufer' : spokenName(name)}${about}${why}.`;
  },
};
