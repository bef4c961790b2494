import { bookingClaims } from '../../src/services/voice/spoken-confirmation';

const said = (words: string) => bookingClaims(`Agent: ${words}`);

test.each([
  'Ihr Termin ist gebucht.',
  'Ich habe den Termin für Sie eingetragen.',
  'Perfekt, ich habe Sie für Freitag um zehn Uhr eingetragen!',
  'Kein Problem, Ihr Termin ist gebucht.',
  'Ihr Termin wurde reserviert, kann ich sonst noch etwas für Sie tun?',
  'Der Termin am Montag steht.',
  'Damit ist Ihr Termin am Dienstag um halb drei fest gebucht.',
  'Wunderbar. Ihr Termin ist bestätigt. Bis dann!',
  "I've booked you in for Friday at ten.",
  'Your appointment has been scheduled for Monday.',
  "Great, you're all set for two thirty.",
  'No problem, your appointment is confirmed.',
  "You're booked for Tuesday.",
])('%j announces a booking', (words) => {
  expect(said(words)).not.toEqual([]);
});

test.each([
  'Soll ich den Termin für Sie buchen?',
  'Soll ich Sie eintragen?',
  'Ist der Termin so richtig eingetragen?',
  'Ich konnte den Termin leider nicht buchen.',
  'Der Termin ist noch nicht gebucht.',
  'Sobald Sie bestätigen, ist der Termin gebucht.',
  'Um zehn Uhr ist schon gebucht.',
  'Wenn Sie möchten, trage ich Sie ein.',
  'Der Termin wird gleich gebucht.',
  'Möchten Sie, dass der Termin gebucht wird?',
  'Leider ist dieser Termin gerade vergeben worden.',
  'Ich habe Ihren Rückrufwunsch notiert.',
  'Shall I book that for you?',
  'I have not booked anything yet.',
  "I couldn't get you booked, unfortunately.",
  'Once you confirm, your appointment is booked.',
  'Ten o’clock is already booked.',
  'Would you like to have it scheduled?',
  'Is that booked for you already?',
  'I can get you booked for Friday.',
  'Let me see if ten is still free.',
])('%j announces nothing', (words) => {
  expect(said(words)).toEqual([]);
});

test.each([
  'Sie haben am Freitag um zehn Uhr einen Termin gebucht.',
  'Ihr nächster Termin ist am Montag eingetragen.',
  'You have an appointment booked for Friday.',
  'Your next appointment is scheduled for Monday.',
])('%j tells of what stood before', (words) => {
  expect(said(words)).toEqual(['standing']);
});

test('what the caller says is no announcement, and a turn may have several lines', () => {
  expect(bookingClaims('User: Mein Termin ist gebucht.\nAgent: Das sehe ich nicht.')).toEqual([]);
  expect(bookingClaims('Agent: Einen Moment.\nIhr Termin ist gebucht.\nUser: Danke.')).toEqual(['fresh']);
  expect(bookingClaims('')).toEqual([]);
  expect(bookingClaims('Ihr Termin ist gebucht.')).toEqual([]);
});

test('hostile transcripts are read in no time', () => {
  const long = `Agent: ${'ist '.repeat(40_000)}`;
  expect(bookingClaims(long)).toEqual([]);
  expect(bookingClaims('agent:'.repeat(20_000))).toEqual([]);
});
