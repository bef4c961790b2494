import { Entity } from 'typeorm';
import { toCompany } from './companies';
import { instant, integer, table, tenantId, text, updated } from './table';

/** How far a comparison with Cal.com has come. */
@Entity('sync_cursors')
export class SyncCursorEntity extends table({
  companyId: tenantId().primary(),
  name: text().primary(),
  positionAt: instant(),
  /** Bookings of exactly that time, or later, that were read already. */
  skip: integer().default(0),
  updatedAt: updated(),
  company: toCompany(),
}) {}
