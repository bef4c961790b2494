import { Option, type Command } from 'commander';
import { DateTime } from 'luxon';
import { Output } from './output';
import { RetellCaller, type Turn } from './retell-caller';
import { gatewayUrl } from './running-gateway';

interface Options {
  url?: string;
  from: string;
  to: string;
  agent: string;
  language: 'de' | 'en';
  service?: string;
  date?: string;
  time: string;
  name: string;
  detours: boolean;
  json?: boolean;
}

/** `askpro simulate-call`: a whole signed call, with what the agent hears and how long each turn took. */
export function addSimulateCall(program: Command): void {
  program
    .command('simulate-call')
    .description('play a whole signed Retell call against a running gateway and print what the agent hears')
    .option('--url <url>', 'gateway to call (default: the one running on DATA_DIR)')
    .option('--from <number>', "the caller's number", '+4930901820')
    .option('--to <number>', 'the number that is rung', '+493012345678')
    .option('--agent <id>', 'agent id', 'agent_demo')
    .addOption(new Option('--language <language>', 'language of the call').choices(['de', 'en']).default('de'))
    .option('--service <name>', 'what is asked for')
    .option('--date <words>', 'the day, in words or as date (default: the next open weekday)')
    .option('--time <words>', 'the time, in words or as HH:MM', '14:00')
    .option('--name <name>', "the customer's name", 'Erika Beispiel')
    .option('--detours', 'also ask again, choose an alternative, move and cancel', false)
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => {
      const { url, config } = gatewayUrl(options.url);
      const out = new Output(options);
      const caller = new RetellCaller({
        baseUrl: url,
        apiKey: config.RETELL_API_KEY?.[0] ?? null,
        fromNumber: options.from,
        toNumber: options.to,
        agentId: options.agent,
        language: options.language,
      });
      const turns = await play(caller, options, out);
      const booked = turns.some((turn) => turn.answer.booked === true);
      out.result(
        { call_id: caller.callId, booked, turns },
        `\n${turns.length} turns, ${Math.round(turns.reduce((sum, turn) => sum + turn.ms, 0))} ms in all; ${booked ? outcome(turns) : 'nothing was booked'} (${caller.callId})`,
      );
      if (!booked) process.exitCode = 1;
    });
}

async function play(caller: RetellCaller, options: Options, out: Output): Promise<Turn[]> {
  const turns: Turn[] = [];
  const ask = async (heard: string, tool: string, args: Record<string, unknown>): Promise<Turn> => {
    caller.say('user', heard);
    const turn = await caller.tool(tool, args);
    turns.push(turn);
    out.line(`caller  ${heard}`);
    out.line(`agent   ${String(turn.answer.message)}`);
    out.line(`        ${tool} → ${String(turn.answer.status)} in ${turn.ms.toFixed(0)} ms\n`);
    return turn;
  };
  const english = options.language === 'en';
  const service = options.service ?? (english ? "men's haircut" : 'Herrenhaarschnitt');
  const date = options.date ?? nextWorkday();

  const inbound = await caller.event('call_inbound');
  out.line(`ring    call_inbound → ${inbound.httpStatus} in ${inbound.ms.toFixed(0)} ms`);
  const started = await caller.event('call_started');
  out.line(`pickup  call_started → ${started.httpStatus} in ${started.ms.toFixed(0)} ms\n`);

  await ask(english ? 'Hello.' : 'Guten Tag.', 'current_context', {});
  const check = await ask(`${service}, ${date}, ${options.time}`, 'check_availability', {
    service_name: service,
    desired_date: date,
    desired_time: options.time,
  });
  let chosen = String(check.answer.datetime ?? '');
  if (check.answer.available !== true) {
    const found = await ask(english ? 'What else is there?' : 'Was haben Sie denn sonst?', 'find_alternatives', {
      service_name: service,
      desired_date: date,
      desired_time: options.time,
    });
    chosen = firstAlternative(check) ?? firstAlternative(found) ?? chosen;
  }
  const booking = await ask(english ? `Yes please, ${options.name}.` : `Ja bitte, ${options.name}.`, 'create_booking', {
    service_name: service,
    datetime: chosen,
    customer_name: options.name,
  });
  if (options.detours && booking.answer.booked === true) await detours(ask, booking, service, english);
  await caller.event('call_ended');
  return turns;
}

async function detours(
  ask: (heard: string, tool: string, args: Record<string, unknown>) => Promise<Turn>,
  booking: Turn,
  service: string,
  english: boolean,
): Promise<void> {
  const datetime = String(booking.answer.datetime);
  await ask(english ? 'Is that time still free?' : 'Ist die Zeit denn noch frei?', 'check_availability', {
    service_name: service,
    datetime,
  });
  const others = await ask(english ? 'Anything else?' : 'Was gibt es noch?', 'find_alternatives', {
    service_name: service,
    datetime,
  });
  const other = firstAlternative(others);
  await ask(english ? 'When is my appointment?' : 'Wann ist mein Termin?', 'get_customer_appointments', {});
  if (other) {
    const [date, time] = other.split('T');
    await ask(english ? 'Please move it.' : 'Bitte verschieben Sie ihn.', 'reschedule_appointment', {
      appointment_id: booking.answer.appointment_id,
      new_date: date,
      new_time: time?.slice(0, 5),
    });
  }
  await ask(english ? 'I have to cancel.' : 'Ich muss doch absagen.', 'cancel_appointment', {
    appointment_id: booking.answer.appointment_id,
    reason: english ? 'no time' : 'keine Zeit',
  });
}

function outcome(turns: Turn[]): string {
  return turns.some((turn) => turn.answer.status === 'cancelled')
    ? 'booked, and cancelled again'
    : 'the booking stands';
}

function firstAlternative(turn: Turn): string | null {
  const list = turn.answer.alternatives;
  if (!Array.isArray(list)) return null;
  const first: unknown = list[0];
  return typeof first === 'object' && first !== null && 'datetime' in first ? String(first.datetime) : null;
}

function nextWorkday(): string {
  let day = DateTime.now().plus({ days: 1 });
  while (day.weekday > 5) day = day.plus({ days: 1 });
  return day.toISODate() ?? '';
}
