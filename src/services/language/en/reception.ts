import type { Phrases } from '../../voice/phrases';
import { spokenName, spokenWords } from '../speaker/wording';

/** Greeting, recording and people: what is said around an appointment. */
export const ENGLISH_RECEPTION: Pick<
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
    const salutation = name === null || spokenName(name) === '' ? 'Hello' : `Hello, ${spokenName(name)}`;
    const who = isDisclosed ? 'this is the AI assistant of' : 'welcome to';
    const first = `${salutation}, ${who} ${spokenName(business)}.`;
    const question = {
      off: 'What can I do for you?',
      notice: 'This call is being recorded; what can I do for you?',
      ask: 'May this call be recorded?',
    }[recording];
    return `${ownWords === null ? first : spokenWords(ownWords, business)} ${question}`;
  },
  consentNoted(isAllowed) {
    const noted = isAllowed ? 'Thank you.' : 'All right, I have noted that you do not want a recording.';
    return `${noted} What can I do for you?`;
  },
  timeNow(time) {
    return `It is ${time} now. What else can I do for you?`;
  },
  customerFound(name) {
    return `Nice to hear from you again, ${spokenName(name)}. What can I do for you?`;
  },
  newCustomer() {
    return 'Welcome, I do not think we have met yet. What is your name, please?';
  },
  anonymous() {
    return 'Your number is withheld, but I can still make an appointment for you. What is your name, please?';
  },
  callbackRecorded() {
    return 'I have noted that you would like a callback, and we will be in touch. Is there anything else I can do for you?';
  },
  transferring() {
    return 'One moment please, I am putting you through.';
  },
  callbackOffered(due) {
    return `I am afraid there is no one available just now, we will call you back by ${due}. Is there anything else I can do for you?`;
  },
  handedOver({ name, service, start, asked, reason }) {
    const wish = [service, start, asked].flatMap((part) => (part === null ? [] : spokenName(part)));
    const about = wish.length > 0 ? `: ${wish.join(', ')}` : '';
    const why = reason === null ? '' : `; Reason for the hand-over: ${spokenName(reason)}`;
    return `Call from ${name === null ? 'an unknown caller' : spokenName(name)}${about}${why}.`;
  },
};
