import { t } from './i18n.js';

/**
 * Who did something, in words.
 * @param actor as the API names it: `user:<id>`, `token:<id>`, `bootstrap`, or a part of the gateway
 * @param name of the person or token, where it is still known
 */
export function actorWords(actor, name = null) {
  if (!actor) return '–';
  const [kind] = actor.split(':');
  if (name) return kind === 'token' ? t('actor.program', { name }) : name;
  return t.maybe(`actor.${kind}`) ?? actor;
}
