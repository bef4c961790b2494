import type { Scene } from './scene';
import { misheard, serviceWords, timeWords } from './words';

const CUT = 'Herrenhaarschnitt';
const LADIES = 'Damenhaarschnitt';
const COLOUR = 'Färben';

type Args = Record<string, unknown>;

function wish(scene: Scene, service: string, time: string, more: Args = {}): Args {
  return {
    service_name: serviceWords(service, scene.language),
    desired_date: scene.date,
    desired_time: timeWords(time, scene.language),
    ...more,
  };
}

/** Asks, then books: what most callers want. */
async function simple(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  await scene.say(phone, 'current_context', {});
  await scene.say(phone, 'check_availability', wish(scene, CUT, '10:00'), { service: CUT, wants: ['available'] });
  await scene.say(phone, 'create_booking', wish(scene, CUT, '10:00', { customer_name: name }), { wants: ['booked'] });
  await scene.say(phone, 'get_customer_appointments', {}, { wants: ['found'] });
  await scene.ends([{ service: CUT, time: '10:00', name }]);
}

async function changedMind(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  await scene.say(phone, 'create_booking', wish(scene, LADIES, '12:00', { customer_name: name }), {
    wants: ['booked'],
  });
  await scene.say(phone, 'create_booking', wish(scene, LADIES, '13:00', { customer_name: name }), {
    wants: ['confirm_second_booking'],
  });
  await scene.ends([{ service: LADIES, time: '12:00', name }]);
  const move = { new_date: scene.date, new_time: timeWords('13:00', scene.language) };
  await scene.say(phone, 'reschedule_appointment', move, { wants: ['rescheduled'] });
  await scene.say(phone, 'reschedule_appointment', move, { wants: ['rescheduled'] });
  await scene.ends([{ service: LADIES, time: '13:00', name }]);
}

async function twoAppointments(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  await scene.say(phone, 'create_booking', wish(scene, CUT, '10:30', { customer_name: name }), { wants: ['booked'] });
  const second = wish(scene, CUT, '16:00', { customer_name: name });
  await scene.say(phone, 'create_booking', second, { wants: ['confirm_second_booking'] });
  await scene.say(phone, 'create_booking', { ...second, confirm: true }, { wants: ['booked'] });
  const both = await scene.say(phone, 'cancel_appointment', {}, { wants: ['multiple_found'] });
  if (!Array.isArray(both.appointments) || both.appointments.length !== 2) scene.problems.push('does not name both');
  const which = { appointment_time: timeWords('16:00', scene.language), appointment_date: scene.date };
  await scene.say(phone, 'cancel_appointment', which, { wants: ['cancelled'] });
  await scene.ends([{ service: CUT, time: '10:30', name }]);
}

/** @param agrees whether the second person is wanted after the question */
async function secondPerson(scene: Scene, agrees: boolean): Promise<void> {
  const [mother, daughter] = [scene.person(), scene.person()];
  const phone = scene.call({ customer: mother.number });
  scene.belongs(mother.number, mother.name);
  scene.belongs(mother.number, daughter.name);
  await scene.say(phone, 'create_booking', wish(scene, LADIES, '15:00', { customer_name: mother.name }), {
    wants: ['booked'],
  });
  const second = wish(scene, LADIES, '15:00', { customer_name: daughter.name });
  await scene.say(phone, 'create_booking', { ...second, confirm: true }, { wants: ['confirm_second_booking'] });
  const first = { service: LADIES, time: '15:00', name: mother.name };
  await scene.ends([first]);
  if (!agrees) return;
  await scene.say(phone, 'create_booking', { ...second, confirm: true }, { wants: ['booked'] });
  await scene.say(phone, 'get_customer_appointments', {}, { wants: ['found'] });
  await scene.ends([first, { ...first, name: daughter.name }]);
}

async function withheld(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const hidden = scene.call({ customer: 'anonymous' });
  scene.belongs('anonymous', name);
  const said = { customer_name: name, customer_phone: number.replace('+49', '0') };
  await scene.say(hidden, 'get_customer_appointments', {});
  await scene.say(hidden, 'create_booking', wish(scene, CUT, '11:00', said), { wants: ['booked'] });
  scene.belongs(number, name);
  const later = scene.call({ customer: number });
  await scene.say(later, 'get_customer_appointments', {}, { wants: ['found'] });
  const move = { new_date: scene.date, new_time: timeWords('14:30', scene.language) };
  await scene.say(later, 'reschedule_appointment', move, { wants: ['rescheduled'] });
  await scene.ends([{ service: CUT, time: '14:30', name }]);
}

async function outbound(scene: Scene): Promise<void> {
  const [first, second] = [scene.person(), scene.person()];
  for (const [{ name, number }, time] of [[first, '09:30'] as const, [second, '10:30'] as const]) {
    const called = scene.call({ customer: number, direction: 'outbound' });
    scene.belongs(number, name);
    await scene.say(called, 'check_customer', {});
    await scene.say(called, 'create_booking', wish(scene, CUT, time, { customer_name: name }), { wants: ['booked'] });
  }
  const callsBack = scene.call({ customer: second.number });
  await scene.say(callsBack, 'get_customer_appointments', {}, { wants: ['found'] });
  await scene.say(callsBack, 'cancel_appointment', {}, { wants: ['cancelled'] });
  await scene.ends([{ service: CUT, time: '09:30', name: first.name }]);
}

async function correctedService(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  await scene.say(phone, 'check_availability', wish(scene, LADIES, '11:00'), { service: LADIES, wants: ['available'] });
  await scene.say(phone, 'check_availability', wish(scene, COLOUR, '11:00'), { service: COLOUR, wants: ['available'] });
  const { service_name: _, ...rest } = wish(scene, COLOUR, '11:00', { customer_name: name });
  await scene.say(phone, 'create_booking', rest, { wants: ['booked'] });
  await scene.ends([{ service: COLOUR, time: '11:00', name }]);
}

/** The agent hears nothing in time and asks again, with Retell's id of the tool call or without any. */
async function repeated(scene: Scene, withIds: boolean): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  const args = wish(scene, CUT, '12:00', { customer_name: name });
  const { toolCallId } = await phone.tool('create_booking', args, {
    abortAfterMs: 40,
    ...(withIds ? {} : { repeat: 'none' }),
  });
  const again = await scene.say(phone, 'create_booking', args, { repeat: toolCallId, wants: ['booked'] });
  const third = await scene.say(phone, 'create_booking', args, { repeat: toolCallId, wants: ['booked'] });
  if (again.booking_uid !== third.booking_uid) scene.problems.push('a repeat books once more');
  await scene.ends([{ service: CUT, time: '12:00', name }]);
}

async function cancelledAndBack(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  const args = wish(scene, LADIES, '13:00', { customer_name: name });
  await scene.say(phone, 'create_booking', args, { wants: ['booked'] });
  await scene.say(phone, 'cancel_appointment', {}, { wants: ['cancelled'] });
  await scene.ends([]);
  await scene.say(phone, 'create_booking', args, { wants: ['booked'] });
  await scene.ends([{ service: LADIES, time: '13:00', name }]);
}

/** Others take the start between the question and the booking. */
async function takenMeanwhile(scene: Scene): Promise<void> {
  const [caller, ...strangers] = [scene.person(), scene.person(), scene.person()];
  const phone = scene.call({ customer: caller.number });
  scene.belongs(caller.number, caller.name);
  await scene.say(phone, 'check_availability', wish(scene, CUT, '15:00'), { service: CUT, wants: ['available'] });
  const taken = [];
  for (const { name, number } of strangers) {
    scene.belongs(number, name);
    const other = scene.call({ customer: number });
    const args = wish(scene, CUT, '15:00', { customer_name: name });
    await scene.say(other, 'create_booking', args, { wants: ['booked'] });
    taken.push({ service: CUT, time: '15:00', name });
  }
  const answer = await scene.say(phone, 'create_booking', wish(scene, CUT, '15:00', { customer_name: caller.name }), {
    ...{ service: CUT, wants: ['slot_taken'] },
  });
  const [offer] = (answer.alternatives as { date: string; time: string }[] | undefined) ?? [];
  if (!offer || offer.date !== scene.date) return scene.ends(taken);
  const first = { de: 'den ersten', en: 'the first one' }[scene.language];
  await scene.say(phone, 'create_booking', { datetime: first, customer_name: caller.name }, { wants: ['booked'] });
  await scene.ends([...taken, { service: CUT, time: offer.time, name: caller.name }]);
}

async function misheardName(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  const args = wish(scene, CUT, '16:00', { customer_name: name });
  const first = await scene.say(phone, 'create_booking', args, { wants: ['booked'] });
  const again = await scene.say(
    phone,
    'create_booking',
    { ...args, customer_name: misheard(name) },
    {
      wants: ['booked'],
    },
  );
  if (first.booking_uid !== again.booking_uid) scene.problems.push('a misheard name books once more');
  await scene.ends([{ service: CUT, time: '16:00', name }]);
}

async function collected(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  const said = {
    ...{ name, datum: scene.date, uhrzeit: timeWords('14:30', scene.language) },
    dienstleistung: serviceWords(LADIES, scene.language),
  };
  await scene.say(phone, 'collect_appointment', { ...said, bestaetigung: false }, { service: LADIES });
  await scene.ends([]);
  await scene.say(phone, 'collect_appointment', { ...said, bestaetigung: true }, { wants: ['booked'] });
  await scene.ends([{ service: LADIES, time: '14:30', name }]);
}

async function olderAgent(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  const day = scene.date.split('-').reverse().join('.');
  const check = { name, datum: day, dienstleistung: CUT, uhrzeit: '10:00', call_id: '{{call_id}}' };
  await scene.say(phone, 'check_availability_v17', check, { service: CUT, wants: ['available'] });
  const booking = { datetime: `${day} 10:00`, customer_name: name, service_name: CUT, call_id: 'call_1' };
  await scene.say(phone, 'start_booking', booking, { wants: ['booked'] });
  await scene.say(phone, 'confirm_booking', { call_id: phone.callId }, { wants: ['booked'] });
  await scene.ends([{ service: CUT, time: '10:00', name }]);
}

async function wrongNumber(scene: Scene): Promise<void> {
  const { name, number } = scene.person();
  const phone = scene.call({ customer: number });
  scene.belongs(number, name);
  const args = wish(scene, CUT, '11:00', { customer_name: name, customer_phone: '0176 12' });
  await scene.say(phone, 'create_booking', args, { wants: ['invalid_phone'] });
  await scene.ends([]);
  await scene.say(phone, 'create_booking', args, { wants: ['booked'] });
  await scene.ends([{ service: CUT, time: '11:00', name }]);
}

/** No host is free at that time: a no that is true, and nothing is booked. */
async function honestNo(scene: Scene): Promise<void> {
  const [caller, ...strangers] = [scene.person(), scene.person(), scene.person()];
  const taken = [];
  for (const { name, number } of strangers) {
    scene.belongs(number, name);
    const args = wish(scene, COLOUR, '10:00', { customer_name: name });
    await scene.say(scene.call({ customer: number }), 'create_booking', args, { wants: ['booked'] });
    taken.push({ service: COLOUR, time: '10:00', name });
  }
  const phone = scene.call({ customer: caller.number });
  scene.belongs(caller.number, caller.name);
  await scene.say(phone, 'check_availability', wish(scene, CUT, '10:30'), { service: CUT, wants: ['unavailable'] });
  const args = wish(scene, CUT, '10:30', { customer_name: caller.name });
  await scene.say(phone, 'create_booking', args, { service: CUT, wants: ['slot_taken'] });
  const reason = { de: 'Wunschtermin am Vormittag', en: 'wanted the morning' }[scene.language];
  await scene.say(phone, 'request_callback', { reason, customer_name: caller.name }, { wants: ['recorded'] });
  await scene.ends(taken);
}

/** What callers do, by name. */
export const STORIES: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'asks and books': simple,
  'another time after booking': changedMind,
  'two appointments, one cancelled': twoAppointments,
  'a second person': (scene) => secondPerson(scene, true),
  'a second person after all not': (scene) => secondPerson(scene, false),
  'a withheld number, later its holder': withheld,
  'outbound calls': outbound,
  'another service': correctedService,
  'a repeat after a lost answer': (scene) => repeated(scene, true),
  'a repeat without ids': (scene) => repeated(scene, false),
  'cancelled, and the same again': cancelledAndBack,
  'taken in between': takenMeanwhile,
  'a misheard name': misheardName,
  'summed up first': collected,
  'the older agent': olderAgent,
  'an unreadable number': wrongNumber,
  'nothing free': honestNo,
};
