import type { Sql } from './demo-seed';

const BATCH = 5000;
/** When the row numbered `n` of so many was made: they fill the last year evenly. */
const spread = (total: string): string => `now() - n * interval '525600 minutes' / ${total}::int`;

/** Plausible history for measuring pages and queries: customers, calls with traces, appointments over a year. */
export async function seedVolume(
  sql: Sql,
  history: { companySlug: string; appointments: number; calls: number },
  progress: (what: string, done: number) => void,
): Promise<{ customers: number; calls: number; appointments: number }> {
  const [company] = await sql<{ id: string; branch_id: string }>(
    `select c.id, b.id as branch_id from companies c join branches b on b.company_id = c.id where c.slug = $1 order by b.created_at limit 1`,
    [history.companySlug],
  );
  if (!company) throw new Error(`there is no company ${history.companySlug}`);
  const customers = Math.max(1, Math.ceil(history.calls / 10));
  await inBatches(customers, (from, to) =>
    sql(
      `insert into customers (company_id, name, phone, source)
       select $1, 'Kunde ' || n, '+49301' || lpad(n::text, 7, '0'), 'retell' from generate_series($2::int, $3::int) n on conflict do nothing`,
      [company.id, from, to],
    ).then(() => progress('customers', to)),
  );
  await inBatches(history.calls, async (from, to) => {
    await sql(
      `insert into calls (company_id, branch_id, customer_id, retell_call_id, agent_id, from_number, to_number, status, started_at, ended_at, duration_ms)
       select $1, $2, u.id, 'call_volume_' || n, 'agent_demo', u.phone, '+493012345678', 'ended',
         at, at + interval '3 minutes', 180000
       from generate_series($3::int, $4::int) n cross join lateral (select ${spread('$6')} as at) w
       join customers u on u.company_id = $1 and u.phone = '+49301' || lpad((1 + n % $5)::text, 7, '0')
       on conflict do nothing`,
      [company.id, company.branch_id, from, to, customers, history.calls],
    );
    await sql(
      `insert into call_tool_invocations (company_id, call_id, request_id, tool, status, success, started_at, duration_ms, input, output, steps)
       select $1, 'call_volume_' || n, 'volume', (array['check_availability', 'create_booking', 'find_alternatives'])[1 + n % 3],
         (array['available', 'booked', 'found', 'slot_taken', 'booked', 'unavailable'])[1 + n % 6], true,
         ${spread('$4')}, 5 + n % 900, '{}', '{}',
         jsonb_build_array(jsonb_build_object('operation', 'slots', 'startedAtMs', 0, 'durationMs', 5, 'status', null,
           'source', (array['upstream', 'cache', 'cache', 'cache', 'stale'])[1 + n % 5], 'waitedMs', 0, 'attempts', 1))
       from generate_series($2::int, $3::int) n`,
      [company.id, from, to, history.calls],
    );
    progress('calls', to);
  });
  await inBatches(history.appointments, async (from, to) => {
    await sql(
      `insert into appointments (company_id, branch_id, service_id, customer_id, call_id, starts_at, ends_at, time_zone, status, price, attendee_name,
         sync_origin, exclusive, calcom_event_type_id, calcom_booking_uid, calcom_sync_status, cancelled_at, created_at)
       select $1, $2, s.id, u.id, case when n % 3 = 1 then 'call_volume_' || n end, at, at + s.duration_minutes * interval '1 minute', 'Europe/Berlin', st.status, s.price,
         'Kunde ' || n, 'retell', false, s.calcom_event_type_id, 'uid_volume_' || n, 'synced', case when st.status = 'cancelled' then now() end, ${spread('$6')}
       from generate_series($3::int, $4::int) n
       cross join lateral (select date_trunc('hour', now()) + (n % 600 - 400) * interval '1 day' + (9 + n % 8) * interval '1 hour' as at) w
       cross join lateral (select (array['booked', 'completed', 'completed', 'cancelled', 'no_show'])[1 + n % 5] as status) st
       join lateral (select id, duration_minutes, price, calcom_event_type_id from services where company_id = $1 order by name offset n % 4 limit 1) s on true
       left join customers u on u.company_id = $1 and u.phone = '+49301' || lpad((1 + n % $5)::text, 7, '0')
       on conflict do nothing`,
      [company.id, company.branch_id, from, to, customers, history.appointments],
    );
    progress('appointments', to);
  });
  await sql('vacuum analyze customers, calls, call_tool_invocations, appointments');
  return { customers, calls: history.calls, appointments: history.appointments };
}

async function inBatches(total: number, work: (from: number, to: number) => Promise<unknown>): Promise<void> {
  for (let from = 1; from <= total; from += BATCH) await work(from, Math.min(total, from + BATCH - 1));
}
