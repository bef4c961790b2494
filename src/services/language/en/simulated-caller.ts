import type { SimulatedCaller } from '../language-pack';

export const ENGLISH_CALLER: SimulatedCaller = {
  service: "men's haircut",
  time: 'at two in the afternoon',
  days: { tomorrow: 'tomorrow', dayAfterTomorrow: 'the day after tomorrow', monday: 'on Monday' },
  hello: 'Hello.',
  meanwhile: 'Meanwhile another caller books that time.',
  yes: (name) => `Yes please, ${name}.`,
  first: 'the first one please',
  stillFree: 'Is that time still free?',
  mine: 'When is my appointment?',
  later: 'half an hour later',
  cancel: 'I have to cancel.',
  noTime: 'no time',
};
