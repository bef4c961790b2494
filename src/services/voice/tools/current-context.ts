import { DateTime } from 'luxon';
import { z } from 'zod';
import { RECORDING_NOTICES } from '../../../domain';
import { isUnderWay } from '../call-memory';
import { bookableServices } from '../conversation';
import { customerFields, hasJustFailed } from '../caller';
import { answer } from '../turn';
import { openingOf } from '../disclosure';
import { describe } from '../resolve-service';
import { spokenStart } from '../understanding';
import { defineTool } from './define-tool';
import { customerField, field } from './fields';

export const currentContext = defineTool({
  name: 'current_context',
  aliases: ['initialize_call', 'get_current_context', 'current_time_berlin'],
  effect: 'read',
  describe: {
    de: 'Liefert zu Beginn des Gesprächs Datum, Uhrzeit, Anrufer und Leistungen.',
    en: 'Gives date, time, caller and services at the beginning of the conversation.',
  },
  args: {},
  statuses: ['ok'],
  answer: {
    current_time: z.object({
      iso: field.instant,
      date: field.date,
      time: field.clock,
      weekday: field.text,
      timezone: field.text,
    }),
    ...customerField,
    business_name: field.text,
    recording_notice: z
      .enum(RECORDING_NOTICES)
      .nullable()
      .describe('Whether callers are told of a recording, or asked'),
    prefer_human: field.flag.describe('The same number rings again within 15 minutes after a failed call'),
    policies: z.object({
      cancel_hours: z.number().nullable(),
      reschedule_hours: z.number().nullable(),
      office_hours: z
        .record(z.string(), z.array(z.object({ open: z.string(), close: z.string() })))
        .nullable()
        .describe('By weekday, 1 is Monday'),
    }),
  },
  agent: {
    variables: {
      today: '$.current_time.date',
      weekday: '$.current_time.weekday',
      customer_name: '$.customer.name',
      customer_status: '$.customer.status',
    },
  },
  run: async (turn) => {
    const { conversation, phrases } = turn;
    const { profile, now, timeZone, language, memory } = conversation;
    const { company, branch } = profile;
    const local = DateTime.fromJSDate(now, { zone: timeZone }).setLocale(language);
    const [customer, prefersHuman] = await Promise.all([
      customerFields(turn),
      hasJustFailed(turn.deps.calls, { ...conversation, phone: conversation.callerPhone }),
    ]);
    const message = isUnderWay(memory)
      ? phrases.timeNow(spokenStart(conversation, now).time)
      : phrases.greeting(company.name, customer.first_name, openingOf(company.settings, language));
    memory.greeted = true;
    return answer('ok', message, {
      current_time: {
        iso: local.toISO({ suppressMilliseconds: true }),
        date: local.toISODate(),
        time: local.toFormat('HH:mm'),
        weekday: local.toFormat('cccc'),
        timezone: timeZone,
      },
      customer,
      services: describe(bookableServices(conversation)),
      business_name: company.name,
      recording_notice: company.settings.recordingNotice,
      prefer_human: prefersHuman,
      policies: {
        cancel_hours: company.settings.cancelHoursBefore,
        reschedule_hours: company.settings.rescheduleHoursBefore,
        office_hours: branch.hours,
      },
    });
  },
});
