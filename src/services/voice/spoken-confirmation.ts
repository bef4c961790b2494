/** `fresh`: something was booked just now. `standing`: an appointment that the caller has from before. */
export type BookingClaim = 'fresh' | 'standing';

/** Characters; an hour of talk has about 60,000. */
const LONGEST_TRANSCRIPT = 200_000;
const LONGEST_SENTENCE = 2000;
/** Retell's transcript: a turn begins with its speaker and may have several lines. */
const TURN = /^[ \t]*(agent|user)[ \t]*:/gim;

/** A finished booking being announced. */
const CLAIMS: RegExp[] = [
  /\b(ist|sind|wurde|wurden|habe|haben)\b[^.?!]{0,80}\b(gebucht|eingebucht|eingetragen|reserviert|vereinbart|verbucht)\b/i,
  /\btermin\b[^.?!]{0,60}\b(steht\b(?! noch)|ist bestätigt|ist fest|ist fix)/i,
  /\b(is|are|has been|have been|have|i've|we've|you've|you're|got you)\b[^.?!]{0,80}\b(booked|scheduled|reserved|all set)\b/i,
  /\b(appointment|booking)\b[^.?!]{0,60}\b(is confirmed|confirmed for|is all set)\b/i,
];
/** What makes of an announcement an offer, a wish, a plan or a refusal. */
const NOT_A_CLAIM =
  /\b(nicht|nichts|kein|keine|keinen|leider|soll|sollen|möchte|möchten|wollen|würde|würden|kann|können|könnte|könnten|sobald|wenn|falls|gleich|wird|werde|werden|versuche|not|no|n't|unfortunately|shall|should|would|could|can|will|i'll|once|as soon as|if|when|trying|going to|want|like)\b|n't\b/i;
const IN_CASE = /^\W*(sobald|wenn|falls|sofern|once|if|when|as soon as|as long as)\b/i;
const BEFORE = /\b(bereits|schon|noch|weiterhin|nächster termin|nächsten termine|already|still|next appointments?)\b/i;
const YOU_HAVE = /\b(sie haben|haben sie|you have|you've)\b/i;
const THE_CALLERS = /\b(ihr|ihre|ihren|ihrem|sie|dir|dein|deinen|you|your|you're|you've)\b/i;
const BEGINS_A_QUESTION =
  /^\W*(soll|sollen|darf|dürfen|ist|sind|wurde|haben|hat|möchten|wollen|können|is|are|has|have|had|shall|should|would|do|does|did|can|could|may)\b/i;

/** What the agent told the caller about bookings; questions, offers, plans and refusals are left out. */
export function bookingClaims(transcript: string): BookingClaim[] {
  return agentTurns(transcript.slice(0, LONGEST_TRANSCRIPT)).flatMap((turn) =>
    turn
      .split(/(?<=[.!?])\s+|\n+/)
      .flatMap((sentence) => claimsIn(sentence.replace(/\s+/g, ' ').trim().slice(0, LONGEST_SENTENCE))),
  );
}

function claimsIn(sentence: string): BookingClaim[] {
  const isQuestion = sentence.endsWith('?');
  if (IN_CASE.test(sentence) || (isQuestion && BEGINS_A_QUESTION.test(sentence))) return [];
  // "Kein Problem, Ihr Termin ist gebucht": what is denied in one clause is not denied in the other.
  const clauses = sentence.split(/[,;:–] | (?:aber|but) /i);
  return clauses.flatMap((clause, index): BookingClaim[] => {
    if (isQuestion && index === clauses.length - 1) return [];
    if (NOT_A_CLAIM.test(clause) || !CLAIMS.some((claim) => claim.test(clause))) return [];
    if (!BEFORE.test(clause) && !YOU_HAVE.test(clause)) return ['fresh'];
    // "Zehn Uhr ist schon gebucht" is about another customer.
    return THE_CALLERS.test(clause) ? ['standing'] : [];
  });
}

/** What the agent said, turn by turn, without the speaker's name. */
export function agentTurns(transcript: string): string[] {
  const begins = [...transcript.matchAll(TURN)];
  return begins.flatMap((turn, index) => {
    if (turn[1]?.toLowerCase() !== 'agent') return [];
    return [transcript.slice(turn.index + turn[0].length, begins[index + 1]?.index)];
  });
}
