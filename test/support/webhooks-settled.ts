import type { Client } from 'pg';
import type { TestGateway } from './gateway';
import { until } from './until';

/** Works off every event that was stored, as the sweep would, and waits for those that the gateway has in work itself. */
export async function webhooksSettled(t: TestGateway, sql: Client): Promise<void> {
  await until(async () => {
    const { rows } = await sql.query<{ id: string }>(
      `select id from webhook_events where status in ('pending', 'processing')`,
    );
    for (const { id } of rows) await t.gateway.parts.webhooks.inbox.process(id);
    return rows.length === 0;
  });
}
