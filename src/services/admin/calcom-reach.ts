import { Forbidden } from '../../errors';
import type { TenantId } from '../../domain';
import type { Actor } from './actor';
import type { AdminRecord, Fields, RecordReader } from './records';

/** Fields that choose what of a Cal.com account a company uses. */
const CHOICES = {
  companies: ['calcom_team_id'],
  services: ['calcom_event_type_id', 'calcom_team_id', 'host_ids'],
} as const;

/** Which part of a Cal.com account an operator may use: the platform's account holds the calendars of several companies. */
export class CalcomReach {
  /** @param deps.platformKeyId id of the key in the gateway's configuration */
  constructor(private readonly deps: { reader: RecordReader; platformKeyId: string }) {}

  /**
   * Anything that asks or changes the company's Cal.com account by an operator's wish.
   * @throws Forbidden for a company's token on the platform's key; NotFound when the company does not exist
   */
  async requireAccount(actor: Actor, companyId: TenantId | null): Promise<void> {
    if (actor.companyId === null || companyId === null) return;
    if (this.usesPlatformKey(await this.deps.reader.company(companyId)))
      throw new Forbidden('On the Cal.com key of the platform this needs a token of the platform.');
  }

  /**
   * @param before the row as it is; null for a new one
   * @throws Forbidden when a company's token chooses something else in the platform's account
   */
  async requireChoice(
    actor: Actor,
    kind: keyof typeof CHOICES,
    companyId: TenantId,
    before: AdminRecord | null,
    fields: Fields,
  ): Promise<void> {
    const chosen = CHOICES[kind].filter((name) => fields[name] !== undefined);
    if (chosen.some((name) => JSON.stringify(fields[name]) !== JSON.stringify(before?.[name] ?? null))) {
      await this.requireAccount(actor, companyId);
    }
  }

  /** True for a company without a Cal.com key of its own, and for one that was given the platform's. */
  usesPlatformKey({ calcom_key_id: keyId }: AdminRecord): boolean {
    return keyId === null || keyId === this.deps.platformKeyId;
  }
}
