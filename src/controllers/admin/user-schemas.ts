import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import { USER_ROLES, USER_STATES } from '../../services/people/people-ports';
import { companyId } from './list-query';
import { guard, name as personName, stamp } from './setup-schemas';

export { personName };
export const email = z.string().trim().pipe(z.email().max(254));
const language = z.enum(OPERATOR_LANGUAGES);

const answer = z.object({
  id: z.guid(),
  company_id: z.guid().nullable(),
  email: z.string(),
  name: z.string(),
  role: z.enum(USER_ROLES),
  state: z.enum(USER_STATES).describe('invited: has not set a password yet'),
  language,
  password_set: z.boolean(),
  last_sign_in_at: stamp.nullable(),
  created_at: stamp,
  updated_at: stamp,
});

const issued = z.object({
  mail: z.enum(['sent', 'not_set_up', 'failed']).describe('What became of the mail with the link'),
  link: z.string().nullable().describe('Shown only in this answer, to be passed on; null when it was mailed'),
  expires_at: stamp,
});

export const user = {
  create: z.strictObject({
    company_id: companyId.nullable().optional(),
    email,
    name: personName,
    role: z.enum(USER_ROLES),
    language: language.optional(),
  }),
  update: z.strictObject({
    ...guard,
    name: personName.optional(),
    role: z.enum(USER_ROLES).optional(),
    language: language.optional(),
    state: z.enum(['active', 'disabled']).optional(),
  }),
  answer,
  created: answer.extend({ invitation: issued }),
  issued,
};
