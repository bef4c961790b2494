import type { Response } from 'supertest';
import type { AdminKit } from '../admin/kit';

export const PASSWORD = 'Rosenblatt und Kamm 7';

/** A browser: it keeps the cookie that it was given, and sends the session's word. */
export class TestBrowser {
  cookie: string | null = null;
  csrf: string | null = null;

  constructor(private readonly kit: AdminKit) {}

  async ask(
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const answer = await this.kit.ask(method, path, {
      token: null,
      ...(body ? { body } : {}),
      headers: {
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...(this.csrf === null ? {} : { 'x-csrf-token': this.csrf }),
        ...headers,
      },
    });
    const given = cookieOf(answer);
    if (given !== null) this.cookie = given.split(';')[0]!;
    const word: unknown = answer.body?.data?.csrf_token;
    if (typeof word === 'string') this.csrf = word;
    return answer;
  }

  signIn(email: string, password = PASSWORD): Promise<Response> {
    return this.ask('post', '/session', { email, password });
  }
}

export function cookieOf(answer: Response): string | null {
  const given: unknown = answer.headers['set-cookie'];
  return Array.isArray(given) ? String(given[0]) : null;
}

/** The one-time word in a link that was shown or mailed. */
export function wordIn(link: string): string {
  return /token=([\w-]+)/.exec(link)![1]!;
}

let people = 0;

/** A person who has accepted their invitation, in a browser in which they are signed in. */
export async function person(
  kit: AdminKit,
  more: { company_id?: string; role: string },
): Promise<{ id: string; email: string; browser: TestBrowser }> {
  const email = `Person.${++people}@example.org`;
  const invited = await kit.ask('post', '/users', { body: { email, name: `Kim Muster ${people}`, ...more } });
  const { id, invitation } = invited.body.data;
  const browser = new TestBrowser(kit);
  const link = invitation.link ?? kit.mails.at(-1)!.text;
  await browser.ask('post', '/session/password', { token: wordIn(link), password: PASSWORD });
  return { id, email, browser };
}
