import { randomBytes, randomUUID } from 'node:crypto';
import { Conflict, Forbidden, GuessedTooOften, NotFound, wrongField } from '../../errors';
import type { TenantId } from '../../domain';
import type { Clock } from '../../infra/clock';
import { companyOf, reachOf, requireRole, type Actor } from '../admin/actor';
import type { Change } from '../admin/audit-trail';
import {
  changeOf,
  type AdminRecord,
  type RecordPage,
  type RecordQuery,
  type RecordReader,
  type Written,
} from '../admin/records';
import { testContent } from './message-content';
import { channelSecretPlace, type MessageSender, type SendResult } from './message-sender';
import type { ChannelFields, ChannelOwner, ChannelStore } from './notification-ports';
import type { Notifier } from './notifier';

const MOST_CHANNELS = { own: 5, shared: 20 };
const MINUTE_MS = 60_000;
const MOST_TESTS = 10;
const TESTS_WITHIN_MS = 15 * MINUTE_MS;

/** Whose channels: the person's own, or those of the company (of the platform, without one). */
export type Ownership = 'own' | 'shared';

/** Absent fields stay as they are, or have their usual value in a new channel. */
type ChannelInput = {
  [Field in keyof Omit<ChannelFields, 'kind' | 'secretCiphertext'>]?: ChannelFields[Field] | undefined;
} & {
  /** Of a signed webhook; absent in a new one: it is made. */
  secret?: string | undefined;
};

type NewChannelInput = ChannelInput & Pick<ChannelFields, 'kind' | 'events'>;

interface NotificationChannelsDeps {
  readonly reader: RecordReader;
  readonly store: ChannelStore;
  readonly secrets: { seal(secret: string, place: string): string };
  readonly sender: Pick<MessageSender, 'send' | 'canMail'>;
  readonly outside: {
    /** Whether a webhook's address is known to lie inside a private network, and that is not allowed. */
    isPrivate(url: string): Promise<boolean>;
  };
  readonly notifier: Pick<Notifier, 'collect'>;
  readonly clock: Clock;
}

/** Where people and companies are notified, set up by themselves. */
export class NotificationChannels {
  /** When each channel was tested lately. */
  readonly #testedMs = new Map<string, number[]>();

  constructor(private readonly deps: NotificationChannelsDeps) {}

  /** @throws Forbidden for another company than the actor's */
  list(actor: Actor, whose: Ownership, named: TenantId | undefined, query: RecordQuery): Promise<RecordPage> {
    const reach = reachOf(actor, named);
    const filter = whose === 'shared' ? { is_own: false } : { user_id: actor.person?.id ?? randomUUID() };
    const filters = { ...query.filters, ...filter };
    return this.deps.reader.list('notification_channels', whose === 'own' ? actor.companyId : reach, {
      ...query,
      filters,
    });
  }

  /** @throws NotFound also for one of another company or person */
  async find(actor: Actor, whose: Ownership, id: string): Promise<AdminRecord> {
    const found = await this.deps.reader.find('notification_channels', actor.companyId, id);
    const isTheirs = whose === 'own' ? found?.user_id === actor.person?.id : found?.user_id === null;
    if (!found || !isTheirs || (whose === 'own' && !actor.person)) throw new NotFound('The notification channel');
    return found;
  }

  /**
   * @param named null: of the platform
   * @returns also the signing secret, when one was made; it is never shown again
   * @throws Forbidden, InvalidInput; Conflict for a program that asks for a channel of its own, and for one too many
   */
  async create(
    actor: Actor,
    whose: Ownership,
    named: TenantId | null | undefined,
    given: NewChannelInput,
  ): Promise<Written & { secret: string | null }> {
    const owner = ownerOf(actor, whose, named);
    if ((await this.deps.store.channelCount(owner)) >= MOST_CHANNELS[whose])
      throw new Conflict(`At most ${MOST_CHANNELS[whose]} notification channels are possible here.`);
    const id = randomUUID();
    const { kind, events, secret: chosen } = given;
    if (kind === 'email' && !this.deps.sender.canMail)
      refuse('kind', 'cannot be used: this gateway has no mail server (SMTP_URL)');
    if (kind !== 'webhook' && chosen !== undefined) refuse('secret', 'belongs to signed webhooks only');
    const secret = kind === 'webhook' ? (chosen ?? randomBytes(32).toString('base64url')) : null;
    checkEvents(owner.companyId, events);
    const fields = {
      ...{ kind, events, quietFrom: given.quietFrom ?? null, quietTo: given.quietTo ?? null },
      ...{ urgentAlways: given.urgentAlways ?? true, dailyAt: given.dailyAt ?? '07:00' },
      ...{ isActive: given.isActive ?? true, secretCiphertext: null },
      ...(await this.#addressed(id, kind, whose, given.address ?? null)),
      ...(secret === null ? {} : { secretCiphertext: this.deps.secrets.seal(secret, channelSecretPlace(id)) }),
    };
    checkQuiet(fields);
    await this.deps.store.addChannel(id, owner, fields);
    const written = await this.deps.reader.written('notification_channels', { id, company_id: owner.companyId });
    return { ...written, secret: chosen === undefined ? secret : null };
  }

  /** @throws NotFound, InvalidInput, Conflict */
  async change(
    actor: Actor,
    whose: Ownership,
    id: string,
    given: ChannelInput,
    unchangedSince: Date | null,
  ): Promise<Written> {
    const before = await this.find(actor, whose, id);
    const kind = before.kind as ChannelFields['kind'];
    const { secret, address, ...plain } = given;
    if (kind !== 'webhook' && secret !== undefined) refuse('secret', 'belongs to signed webhooks only');
    if (plain.events) checkEvents(before.company_id, plain.events);
    const quietFrom = plain.quietFrom === undefined ? (before.quiet_from as string | null) : plain.quietFrom;
    const quietTo = plain.quietTo === undefined ? (before.quiet_to as string | null) : plain.quietTo;
    checkQuiet({ quietFrom, quietTo });
    const known = Object.entries(plain).filter(([, value]) => value !== undefined);
    const fields: Partial<ChannelFields> = {
      ...Object.fromEntries(known),
      ...(address === undefined ? {} : await this.#addressed(id, kind, whose, address)),
      ...(secret === undefined ? {} : { secretCiphertext: this.deps.secrets.seal(secret, channelSecretPlace(id)) }),
    };
    const isFresh = plain.events !== undefined || (plain.isActive === true && before.is_active === false);
    // What waits now is noted before what is notified changes.
    if (isFresh) await this.deps.notifier.collect();
    await this.deps.store.changeChannel(id, fields, isFresh, unchangedSince);
    return this.deps.reader.written('notification_channels', before, before);
  }

  /** @throws NotFound, Conflict */
  async remove(actor: Actor, whose: Ownership, id: string): Promise<Change> {
    const before = await this.find(actor, whose, id);
    await this.deps.store.removeChannel(id);
    return changeOf('notification_channels', before, { before, after: { outcome: 'deleted' } });
  }

  /** Sends a test message and says what came of it. @throws NotFound @throws GuessedTooOften after many tests */
  async test(actor: Actor, whose: Ownership, id: string): Promise<{ result: SendResult; change: Change }> {
    const record = await this.find(actor, whose, id);
    this.#countTest(id);
    const target = await this.deps.store.target(id);
    if (!target) throw new Conflict('The company is out of service, so nothing is sent.');
    const now = this.deps.clock.now();
    const { language, companyName } = target;
    const about = { id: randomUUID(), type: 'test', at: now, companyId: record.company_id, companyName } as const;
    const result = await this.deps.sender.send(target, { ...about, language, content: testContent(language) });
    await this.deps.store.noteResult(id, this.deps.clock.now(), result.problem);
    return { result, change: changeOf('notification_channels', record, { after: { test: result.problem ?? 'sent' } }) };
  }

  #countTest(id: string): void {
    const nowMs = this.deps.clock.nowMs();
    const recent = (this.#testedMs.get(id) ?? []).filter((atMs) => nowMs - atMs < TESTS_WITHIN_MS);
    if (recent.length >= MOST_TESTS) throw new GuessedTooOften(TESTS_WITHIN_MS);
    if (this.#testedMs.size > 10_000) this.#testedMs.clear();
    this.#testedMs.set(id, [...recent, nowMs]);
  }

  /** The address as it is kept. @throws InvalidInput for one that does not go with the kind */
  async #addressed(
    id: string,
    kind: ChannelFields['kind'],
    whose: Ownership,
    address: string | null,
  ): Promise<Pick<ChannelFields, 'address'> & Partial<Pick<ChannelFields, 'secretCiphertext'>>> {
    if (kind === 'email') {
      // Mail to a person goes to where they sign in, so that no one else's mailbox can be filled.
      if (whose === 'own' && address !== null) refuse('address', 'must be absent: mail goes to your own address');
      if (whose === 'own') return { address: null };
      if (address === null || !/^[^\s@,;<>]+@[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)+$/.test(address))
        return refuse('address', 'must be an e-mail address');
      return { address };
    }
    const url = webAddress(address);
    if (await this.deps.outside.isPrivate(url.href)) refuse('address', 'must not be inside a private network');
    if (kind === 'webhook') return { address: url.href };
    return { address: url.host, secretCiphertext: this.deps.secrets.seal(url.href, channelSecretPlace(id)) };
  }
}

function ownerOf(actor: Actor, whose: Ownership, named: TenantId | null | undefined): ChannelOwner {
  if (whose === 'own') {
    reachOf(actor, named ?? undefined);
    if (!actor.person) throw new Conflict('A token belongs to a program, which has no notifications of its own.');
    return { companyId: actor.companyId, userId: actor.person.id };
  }
  if (named !== null) return { companyId: companyOf(actor, named), userId: null };
  requireRole(actor, 'platform');
  if (actor.companyId !== null) throw new Forbidden();
  return { companyId: null, userId: null };
}

function checkEvents(companyId: TenantId | null, events: ChannelFields['events']): void {
  if (companyId === null && events.some((event) => event !== 'alerts'))
    refuse('events', 'of the platform are alerts only; the others belong to a company');
}

function checkQuiet({ quietFrom, quietTo }: Pick<ChannelFields, 'quietFrom' | 'quietTo'>): void {
  if ((quietFrom === null) !== (quietTo === null))
    refuse(quietFrom === null ? 'quiet_from' : 'quiet_to', 'is needed too: quiet hours have a beginning and an end');
  if (quietFrom !== null && quietFrom === quietTo) refuse('quiet_to', 'must differ from the beginning');
}

/** @throws InvalidInput */
function webAddress(address: string | null): URL {
  if (address === null || !URL.canParse(address)) return refuse('address', 'must be an address such as https://…');
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('address', 'must begin with https://');
  if (url.username !== '' || url.password !== '') refuse('address', 'must not have a user name or password in it');
  return url;
}

function refuse(path: string, message: string): never {
  throw wrongField(path, message);
}
