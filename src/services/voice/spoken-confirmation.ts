/** The agent's own lines in Retell's transcript. */
const AGENT_LINE = /^\s*agent:\s*(.*)$/gim;

/** A finished booking being announced; questions, offers and refusals are not. */
const CLAIMS: RegExp[] = [
  /\b(ist|sind|wurde|habe|haben)\b[^.?!]{0,80}\b(gebucht|eingetragen|reserviert|vereinbart)\b/i,
  /\btermin\b[^.?!]{0,60}\b(steht|ist bestätigt|ist fest)\b/i,
  /\b(is|has been|have|i've|you're|you are)\b[^.?!]{0,80}\b(booked|scheduled|all set)\b/i,
  /\bappointment\b[^.?!]{0,60}\b(is confirmed|confirmed for)\b/i,
];
const NOT_A_CLAIM =
  /\b(nicht|kein|keine|keinen|leider|noch nicht|soll|möchten|wollen|würde|kann|könnte|sobald|not|no|unfortunately|should|shall|would|could|can i|as soon as|already booked by)\b/i;

/** Whether the agent told the caller that something is booked. */
export function claimsBooking(transcript: string): boolean {
  for (const [, line] of transcript.matchAll(AGENT_LINE)) {
    for (const sentence of (line ?? '').split(/(?<=[.!?])\s+/)) {
      if (sentence.endsWith('?') || NOT_A_CLAIM.test(sentence)) continue;
      if (CLAIMS.some((claim) => claim.test(sentence))) return true;
    }
  }
  return false;
}
