import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createConcurrently, dropConcurrently } from './concurrent-indexes';

const INDEXES = [
  { name: 'idx_services_calcom_event_type', on: 'services (calcom_event_type_id)' },
  { name: 'idx_services_company_calcom', on: 'services (company_id, calcom_event_type_id)' },
  { name: 'idx_appointments_calcom_booking', on: 'appointments (calcom_booking_uid)' },
  { name: 'idx_calcom_host_team', on: 'calcom_host_mappings (team_id)' },
  { name: 'idx_appointments_revenue_date_status', on: 'appointments (starts_at, status, price)' },
  { name: 'idx_appointments_completion_tracking', on: 'appointments (status, starts_at, created_at)' },
];

/** Look-ups by Cal.com's ids and the reports' ranges. */
export class AddPerformanceIndexes1763900400000 implements MigrationInterface {
  readonly name = 'AddPerformanceIndexes1763900400000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createConcurrently(runner, INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropConcurrently(runner, INDEXES);
  }
}
