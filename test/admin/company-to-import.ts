import { AdminKit, type Tenant } from './kit';
import { eventType } from './fake-account';

export const anna = { userId: 21, name: 'Anna Muster', username: 'anna', email: 'anna@example.org' };
const bert = { userId: 22, name: 'Bert Beispiel', username: 'bert', email: 'bert@example.org' };

/** A company without services whose Cal.com team offers event types of every kind. */
export async function startCompanyToImport(): Promise<{ kit: AdminKit; ours: Tenant }> {
  const kit = await AdminKit.start();
  const ours = await kit.tenant('Ours');
  await kit.ask('patch', `/companies/${ours.id}`, { body: { calcom_team_id: 10 } });
  kit.account.ofTeam.set(10, [
    eventType(1001, { title: 'Herrenhaarschnitt', schedulingType: 'roundRobin', hosts: [anna, bert] }),
    eventType(1002, {
      title: 'Färben',
      lengthMinutes: 90,
      hosts: [bert],
      requiredFields: [
        { slug: 'allergies', label: 'Allergien' },
        { slug: 'email', label: 'E-Mail' },
      ],
    }),
    eventType(1003, { title: 'Kurs', hosts: [bert], seats: 8 }),
    eventType(1004, { title: 'Jeden Montag', hosts: [bert], recurring: true }),
    eventType(1100, { title: 'Vorlage', schedulingType: 'managed', hosts: [anna] }),
  ]);
  kit.account.ofTeam.set(99, [eventType(9001, { title: 'Another team' })]);
  kit.account.own = [eventType(2001, { title: 'Beratung', hidden: true })];
  return { kit, ours };
}
