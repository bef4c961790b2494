import { t } from './i18n.js';

const ADMIN = '/api/admin/';

/**
 * What an entry of the log says was done, in words.
 * @param {{action: string, subject_type: string}} entry `action` is method and route, such as
 *   `post /api/admin/jobs/:id/retry`
 */
export function actionWords({ action, subject_type: about }) {
  const own = t.maybe(`action.${action}`);
  if (own !== null) return own;
  const [method, route] = action.split(' ');
  if (!route.startsWith('/api/admin')) return t('did.tool');
  const [resource, id] = route.slice(ADMIN.length).split('/');
  const what = t.maybe(`subject.${resource}`);
  if (what === null) return t('did.nothing');
  const list = about === 'export' ? 'file' : 'list';
  return t(`did.${method === 'get' && id === undefined ? list : method}`, { what });
}
