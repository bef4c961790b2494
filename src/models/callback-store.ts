import type { DataSource } from 'typeorm';
import { Internal } from '../errors';
import type { CallbackRequest, CallbackStore } from '../services/voice/ports';
import { rows } from './sql';

export class PostgresCallbackStore implements CallbackStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** A request outside of any call is always a new one. */
  async record(request: CallbackRequest): Promise<{ id: string; created: boolean; dueAt: Date }> {
    const [row] = await rows<{ id: string; created: boolean; dueAt: Date }>(
      this.#source,
      // SQL: the conflict is about an expression; touching the known row returns it even to the loser of a race.
      `insert into callback_requests
         (company_id, branch_id, call_id, customer_id, customer_name, phone, reason, priority, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (company_id, call_id, coalesce(phone, ''))
         where call_id is not null and status in ('pending', 'assigned', 'contacted')
         do update set updated_at = now()
       returning id, (xmax = 0) as created, due_at as "dueAt"`,
      [
        request.companyId,
        request.branchId,
        request.callId,
        request.customerId,
        request.customerName,
        request.phone,
        request.reason,
        request.priority,
        request.dueAt,
      ],
    );
    if (!row) throw new Internal(new Error('the callback was neither found nor made'));
    return row;
  }
}
