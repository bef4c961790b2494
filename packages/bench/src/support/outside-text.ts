import { answerHeaders } from '../../../../src/calcom/answer-headers';
import { refusalOf } from '../../../../src/calcom/refusal';
import { maskPersonal, maskText } from '../../../../src/infra/masking';
import { parseBody } from '../../../../src/retell/envelope';
import { bookingClaims } from '../../../../src/services/voice/spoken-confirmation';

/** Everything that reads text from outside, by name. */
export const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'booking claims of a transcript': (text) => bookingClaims(`Agent: a${text}b`),
  'masking of free text': (text) => maskText(`a@${text}`),
  'masking of a trace': (text) => maskPersonal({ notes: text, detail: text, customer_name: text }),
  'refusal by Cal.com': (text) =>
    refusalOf({ method: 'POST', status: 400, headers: answerHeaders({}), text: JSON.stringify({ message: text }) }, 0),
  'arguments of a tool': (text) =>
    parseBody(
      Buffer.from(
        JSON.stringify({
          name: 'create_booking',
          args: {
            customer_name: text,
            customer_phone: text,
            customer_email: text,
            service_name: text,
            desired_date: text,
            desired_time: text,
            notes: text,
          },
        }),
      ),
      { pathTool: null, callIdHeader: undefined },
    ),
  'very many arguments': (text) =>
    parseBody(
      Buffer.from(JSON.stringify(Object.fromEntries([...text.slice(0, 200_000)].map((_, index) => [`k${index}`, 1])))),
      { pathTool: 'check_availability', callIdHeader: undefined },
    ),
};

/** What patterns stumble over: runs of one sign, and runs of a few that alternate. */
export const RUNS = [
  ' ',
  '\n',
  '\t',
  'a',
  '1',
  '-',
  '.',
  ',',
  '@',
  '(',
  '<',
  '{',
  'a ',
  '1 ',
  'a@',
  'ist ',
  'und ',
  '1-',
  '?x ',
];

export function runOf(sign: string, length: number): string {
  return sign.repeat(Math.ceil(length / sign.length)).slice(0, length);
}
