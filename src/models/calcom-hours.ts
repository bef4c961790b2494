import { Entity } from 'typeorm';
import { instant, json, table, text } from './table';

/** What was asked of Cal.com in an hour, by endpoint: the sums of its minutes, which live in Redis for some hours only. */
@Entity('calcom_hours')
export class CalcomHourEntity extends table({
  /** Its beginning. */
  hour: instant().primary(),
  endpoint: text().primary(),
  figures: json<Record<string, number>>(),
}) {}
