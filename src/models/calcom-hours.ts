import { Entity } from 'typeorm';
import { column, table } from './table';

/** What was asked of Cal.com in an hour, by endpoint: the sums of its minutes, which live in Redis for some hours only. */
@Entity('calcom_hours')
export class CalcomHourEntity extends table({
  /** Its beginning. */
  hour: column.instant().primary(),
  endpoint: column.text().primary(),
  figures: column.json<Record<string, number>>(),
}) {}
