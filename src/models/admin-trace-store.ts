import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { TracedTool, TraceReader } from '../services/admin/call-trace';
import type { Fields } from '../services/admin/records';
import { record, type RecordDefinition } from './admin-record-definitions';
import { recordQuery, withTextInstants } from './admin-record-reader';
import { AppointmentEntity } from './appointments';
import { BookingOperationEntity } from './booking-operations';
import { CallToolInvocationEntity } from './calls';
import { CallbackRequestEntity } from './callback-requests';

/** A call asks some twenty things; anything beyond this is a loop that one page cannot show. */
const MOST_ROWS = 500;

const TOOLS = record({ entity: CallToolInvocationEntity, sortBy: 'startedAt' });
const APPOINTMENTS = record({ entity: AppointmentEntity, sortBy: 'createdAt' });
const OPERATIONS = record({ entity: BookingOperationEntity, sortBy: 'createdAt', hidden: ['payload'] });
const CALLBACKS = record({ entity: CallbackRequestEntity, sortBy: 'createdAt' });

export class AdminTraceStore implements TraceReader {
  constructor(private readonly source: DataSource) {}

  async ofCall(companyId: TenantId, retellCallId: string) {
    const read = async <T extends object = Fields>(definition: RecordDefinition): Promise<T[]> => {
      const found = await recordQuery(this.source, definition, 'single')
        .where('t.companyId = :companyId', { companyId })
        .andWhere('t.callId = :retellCallId', { retellCallId })
        .orderBy(`t.${definition.sortBy}`)
        .addOrderBy('t.id')
        .limit(MOST_ROWS)
        .getRawMany<T>();
      return found.map(withTextInstants);
    };
    const [tools, appointments, operations, callbacks] = await Promise.all([
      read<TracedTool>(TOOLS),
      read(APPOINTMENTS),
      read(OPERATIONS),
      read(CALLBACKS),
    ]);
    return { tools, appointments, operations, callbacks };
  }
}
