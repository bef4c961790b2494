import { UpstreamRejected, type GatewayError } from '../../src/errors';
import type {
  NewWebhook,
  TeamEventType,
  TeamRole,
  UpstreamEventType,
  UpstreamUser,
  UpstreamWebhook,
} from '../../src/services/calcom/calcom-ports';

/** Cal.com as an operator's routes see it; tests put into it what they need. */
export class FakeAccount {
  readonly credentialId = 'key-of-tests';
  user: UpstreamUser | null = {
    id: 21,
    name: 'Anna Muster',
    username: 'anna',
    email: 'anna@example.org',
    timeZone: 'Europe/Berlin',
    organizationId: null,
  };
  error: GatewayError | null = null;
  own: UpstreamEventType[] = [];
  ofTeam = new Map<number, UpstreamEventType[]>();
  hooks: (UpstreamWebhook & { of: TeamEventType | null })[] = [];
  /** Whether this Cal.com makes webhooks for event types of teams. */
  teamWebhooks = true;
  secrets: string[] = [];

  async testConnection() {
    return { success: this.error === null, user: this.error ? null : this.user, latencyMs: 12, error: this.error };
  }
  async eventTypes() {
    return this.own;
  }
  async teams() {
    return [...this.ofTeam.keys()].map((id) => ({ id, name: `Team ${id}` }));
  }
  teamRole = async (): Promise<TeamRole | null> => 'owner';
  async teamEventTypes(teamId: number) {
    return this.ofTeam.get(teamId) ?? [];
  }
  async webhooks(of: TeamEventType | null) {
    return this.hooks.filter((hook) => hook.of?.eventTypeId === of?.eventTypeId);
  }
  enableHostChoice = async (): Promise<boolean> => true;
  async createWebhook(of: TeamEventType | null, hook: NewWebhook) {
    if (of && !this.teamWebhooks) throw new UpstreamRejected(404, 'not_found', 'Cannot POST');
    const others = await this.webhooks(of);
    if (others.some((one) => one.subscriberUrl === hook.subscriberUrl))
      throw new UpstreamRejected(409, 'other', 'Webhook with this subscriber url already exists');
    this.secrets.push(hook.secret);
    const made = {
      id: `hook_${this.hooks.length + 1}`,
      of,
      subscriberUrl: hook.subscriberUrl,
      active: true,
      triggers: hook.triggers,
    };
    this.hooks.push(made);
    return made;
  }
  async updateWebhook(_of: TeamEventType | null, id: string, hook: NewWebhook) {
    const standing = this.hooks.find((one) => one.id === id);
    if (!standing) throw new UpstreamRejected(404, 'not_found', 'Webhook not found');
    this.secrets.push(hook.secret);
    return Object.assign(standing, { ...hook, active: true });
  }
}

export function eventType(id: number, more: Partial<UpstreamEventType> = {}): UpstreamEventType {
  return {
    ...{ id, title: `Service ${id}`, slug: `service-${id}`, lengthMinutes: 30, lengthOptionsMinutes: [], teamId: null },
    ...{
      schedulingType: 'single',
      hosts: [],
      minimumNoticeMinutes: 60,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 5,
      seats: 1,
    },
    ...{
      requiresConfirmation: false,
      emailRequired: true,
      phoneEnabled: false,
      requiredFields: [],
      price: null,
      hidden: false,
      emailVerification: false,
    },
    recurring: false,
    hostSubsetEnabled: null,
    cancellingDisabled: false,
    reschedulingDisabled: false,
    rescheduleNoticeMinutes: 0,
    locations: [],
    bookingLimits: {},
    ...more,
  };
}
