import { createHmac } from 'node:crypto';
import type { Mailer } from '../people/people-ports';
import type { OperatorLanguage, TenantId } from '../../domain';
import { plainText, slackText, type Content } from './message-content';
import type { SendProblem, Target } from './notification-ports';

const LONGEST_SUBJECT = 150;
const LONGEST_SAID = 300;

/** What became of a message. */
export type SendResult = { problem: null; status: number | null } | ReturnType<typeof failed>;

export interface OutgoingMessage {
  /** The same at every try. */
  id: string;
  type: 'notification' | 'daily_report' | 'test';
  at: Date;
  content: Content;
  companyId: TenantId | null;
  companyName: string | null;
  language: OperatorLanguage;
}

/** Posts to addresses that operators enter; never into private networks, unless that is allowed. */
export interface OutsidePost {
  /** @returns the HTTP status, or why there is none */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ status: number } | { problem: 'private_address' | 'timed_out' | 'unreachable' }>;
}

/** Where a channel's secret is kept; it opens nowhere else. */
export const channelSecretPlace = (channelId: string): string => `notification:${channelId}`;

interface MessageSenderDeps {
  /** null: mail is not set up. */
  readonly mailer: Mailer | null;
  readonly outside: OutsidePost;
  readonly secrets: { open(sealed: string, place: string): string };
  /** Of the gateway's pages, without a slash at the end. */
  readonly address: () => string;
  readonly nowMs: () => number;
}

/** Brings messages to where a channel points. */
export class MessageSender {
  constructor(private readonly deps: MessageSenderDeps) {}

  get canMail(): boolean {
    return this.deps.mailer !== null;
  }

  async send(target: Target, message: OutgoingMessage): Promise<SendResult> {
    if (target.kind === 'email') return this.#mail(target.address, message);
    const secret = this.#secretOf(target);
    if (secret === null) return failed('secret_unreadable');
    if (target.kind === 'slack') {
      return this.#post(secret, {}, JSON.stringify({ text: slackText(message.content, this.deps.address()) }));
    }
    const body = JSON.stringify(this.#bodyOf(message));
    const signature = signatureOf(secret, body, Math.floor(this.deps.nowMs() / 1000));
    return this.#post(target.address, { 'x-askpro-signature': signature, 'x-askpro-message-id': message.id }, body);
  }

  #secretOf({ id, secretCiphertext }: Target): string | null {
    try {
      return secretCiphertext === null ? null : this.deps.secrets.open(secretCiphertext, channelSecretPlace(id));
    } catch {
      return null;
    }
  }

  async #mail(to: string, { id, content, language }: OutgoingMessage): Promise<SendResult> {
    if (this.deps.mailer === null) return failed('mail_not_set_up');
    const subject = content.subject.slice(0, LONGEST_SUBJECT);
    try {
      await this.deps.mailer.send({ to, subject, text: plainText(content, language, this.deps.address()), id });
      return { problem: null, status: null };
    } catch (error) {
      const status = numberIn(error, 'responseCode');
      const said = error instanceof Error ? error.message.slice(0, LONGEST_SAID) : null;
      return failed(status === null ? 'mail_unreachable' : 'mail_refused', status, said);
    }
  }

  async #post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<SendResult> {
    const answer = await this.deps.outside.post(url, headers, body);
    if ('problem' in answer) return failed(answer.problem);
    const { status } = answer;
    if (status >= 200 && status < 300) return { problem: null, status };
    return failed(status >= 300 && status < 400 ? 'redirected' : 'refused', status);
  }

  #bodyOf({ id, type, at, content, companyId, companyName, language }: OutgoingMessage): object {
    return {
      ...{ id, type, created_at: at.toISOString(), company_id: companyId, company_name: companyName, language },
      ...{ subject: content.subject, text: plainText(content, language, this.deps.address()), ...content.facts },
    };
  }
}

/**
 * Header by which the receiver knows who sent a body and when.
 * @param seconds since 1970
 */
export function signatureOf(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/**
 * @param status of HTTP, or the mail server's reply code; null when there was none
 * @param said the mail server's own words; null for webhooks, whose answers are not kept
 */
function failed(problem: SendProblem, status: number | null = null, said: string | null = null) {
  return { problem, status, said };
}

function numberIn(error: unknown, field: string): number | null {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, field) : null;
  return typeof value === 'number' ? value : null;
}
