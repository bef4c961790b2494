import { ADMIN_ROUTES } from '../src/controllers/admin/admin-router';
import type { RouteSpec } from '../src/controllers/admin/route-spec';
import { hasRole, ROLES } from '../src/services/admin/actor';
import { TOOLS } from '../src/services/voice/tools';

/** Administrators of another company, and clients without a valid token, who name the company or a row of it. */
export const STRANGERS = ['same_key', 'own_key', 'broken_seal', 'suspended', 'no_token'] as const;
export type Stranger = (typeof STRANGERS)[number];

/** Keys that may sign a tool request for a company's line, and keys that may not. */
export const SIGNERS = {
  'its own key': 'answered',
  'the platform’s key, which signs for companies without keys': 401,
  'another company’s key': 401,
  'the key of a suspended company': 401,
  'a key behind a broken seal': 401,
  'no known key': 401,
} as const;

/** The status that a stranger gets. */
export function refusalOf(spec: RouteSpec, stranger: Stranger): 401 | 403 | 404 {
  if (stranger === 'suspended' || stranger === 'no_token') return 401;
  if (!hasRole({ role: 'company_admin' }, spec.role)) return 403;
  // A company is itself the scope that is named.
  return spec.path.includes(':id') && !spec.path.startsWith('/api/admin/companies/') ? 404 : 403;
}

const HEADS: Record<Stranger, string> = {
  same_key: 'same Cal.com key',
  own_key: 'key of its own',
  broken_seal: 'broken seal',
  suspended: 'suspended',
  no_token: 'no token',
};

/** Routes × identities, as docs/security.md shows them; test/tenants/walk.test.ts asks every cell. */
export function walkTable(): string {
  const roles = [...ROLES].reverse();
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    'Roles ask for their own company; the other columns are administrators of another company, and clients without a token.',
    '',
    row(['route', ...roles, ...STRANGERS.map((one) => HEADS[one])]),
    row(['---', ...roles, ...STRANGERS].map(() => '---')),
    ...ADMIN_ROUTES.map((spec) =>
      row([
        `\`${spec.method.toUpperCase()} ${spec.path.replace('/api/admin', '')}\``,
        ...roles.map((role) => (hasRole({ role }, spec.role) ? 'yes' : 403)),
        ...STRANGERS.map((stranger) => refusalOf(spec, stranger)),
      ]),
    ),
    '',
    `Voice tools (${TOOLS.map(({ name }) => `\`${name}\``).join(', ')}), for a line of a company with keys of its own:`,
    '',
    row(['signed by', 'answer']),
    row(['---', '---']),
    ...Object.entries(SIGNERS).map(([signer, answer]) => row([signer, answer])),
  ].join('\n');
}

/** The page with the table in its marked place. */
export function withWalk(page: string): string {
  return page.replace(/<!-- walk -->[\s\S]*<!-- \/walk -->/, `<!-- walk -->\n${walkTable()}\n<!-- /walk -->`);
}
