import { createRequire } from 'node:module';
import path from 'node:path';
import { Router, static as serveFiles, type Response } from 'express';
import { OPERATOR_LANGUAGES, type OperatorLanguage } from '../domain';

/** The page may load and ask only its own origin; nothing inline runs. */
const POLICY = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HOUR_SECONDS = 3600;
/** Public name of a vendor's file, and where the package keeps it. */
const VENDOR = { 'uplot.js': 'uplot/dist/uPlot.esm.js', 'uplot.css': 'uplot/dist/uPlot.min.css' } as const;

/**
 * The operator's page under `/admin`: static files that know nothing but the admin API.
 * @param deps.words what the gateway's own messages and the pages say alike, by the pages' keys
 * @param deps.kit the folder of the agent kit
 */
export function createDashboardRouter(deps: {
  words: (language: OperatorLanguage) => Record<string, string>;
  kit: string;
}): Router {
  const folder = path.join(__dirname, '../dashboard');
  const { resolve } = createRequire(__filename);
  const router = Router({ strict: true });

  router.get('/', (_req, res) => {
    res.locals.route = '/';
    res.writeHead(302, { Location: '/admin' }).end();
  });
  router.use('/admin', (_req, res, next) => {
    res.locals.route = '/admin';
    res.setHeader('Content-Security-Policy', POLICY);
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.setHeader('Referrer-Policy', 'no-referrer');
    next();
  });
  for (const [name, file] of Object.entries(VENDOR)) {
    router.get(`/admin/vendor/${name}`, (_req, res) => {
      res.sendFile(resolve(file), { maxAge: HOUR_SECONDS * 1000, dotfiles: 'allow' });
    });
  }
  for (const language of OPERATOR_LANGUAGES) {
    const text = `export const shared = ${JSON.stringify(deps.words(language))};\n`;
    router.get(`/admin/i18n/${language}-shared.js`, (_req, res) => {
      revalidate(res);
      res.type('text/javascript').send(text);
    });
  }
  // The files of the agent kit hold no secrets: the addresses in them are placeholders.
  router.use('/admin/kit', serveFiles(deps.kit, { index: false, redirect: false, cacheControl: false }));
  router.get('/admin', (_req, res) => {
    res.setHeader('Cache-Control', 'no-cache');
    res.sendFile(path.join(folder, 'index.html'), { cacheControl: false, dotfiles: 'allow' });
  });
  router.use(
    '/admin',
    serveFiles(folder, { index: 'index.html', redirect: false, cacheControl: false, setHeaders: revalidate }),
  );
  return router;
}

/** Names carry no hash, so that every load asks whether the file is still the same (304 when it is). */
function revalidate(res: Response): void {
  res.setHeader('Cache-Control', 'no-cache');
}
