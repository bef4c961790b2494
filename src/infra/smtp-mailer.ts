import type { Transporter } from 'nodemailer';

/** Longest one waits for each part of the talk with the mail server. */
const PATIENCE_MS = 10_000;

/** Sends mail through the server of SMTP_URL (`smtp://` or `smtps://`, user and password in it). */
export class SmtpMailer {
  readonly #from: string;
  #transport: Promise<Transporter> | undefined;

  /** @param from null: `askpro@` and the server's own name */
  constructor(
    private readonly url: string,
    from: string | null,
  ) {
    this.#from = from ?? `AskPro Gateway <askpro@${new URL(url).hostname}>`;
  }

  /** @param mail `id`: the same at every try of one mail */
  async send({ id, ...mail }: { to: string; subject: string; text: string; id?: string }): Promise<void> {
    this.#transport ??= this.#connect();
    const transport = await this.#transport;
    const known = id === undefined ? {} : { messageId: `<${id}@${new URL(this.url).hostname}>` };
    // Says that no one waits for an answer, so that absence notices are not sent back.
    const headers = { 'Auto-Submitted': 'auto-generated' };
    // `to` as an object: an address with a comma in it must not become two.
    await transport.sendMail({ from: this.#from, headers, ...known, ...mail, to: { name: '', address: mail.to } });
  }

  /** Read only when the first mail is sent. */
  async #connect(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const patience = {
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
    };
    return createTransport({ url: this.url, ...patience });
  }
}
