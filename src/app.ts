import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { createErrorHandler, sendProblem } from './controllers/error-response';
import type { VoiceRoute } from './controllers/voice-controller';
import type { Logger } from './infra/logger';

interface AppParts {
  requestLog: RequestHandler;
  addressLimit: RequestHandler;
  /** Counted by itself: a flood of questions must not take the process out of its proxy's rotation. */
  healthLimit: RequestHandler;
  health: Router;
  metrics: Router;
  voice: VoiceRoute[];
  calcomWebhooks: Router;
  api: Router;
  docs: Router;
  dashboard: Router;
  /** Writes down which known key signed for a company that is not its own. */
  foreignSignatures: ErrorRequestHandler;
  logger: Logger;
  trustProxy: string | undefined;
}

/** Only the dashboard's files have validators; to a wish with `If-None-Match: *` Express would answer 304 anywhere. */
const answerWithoutCondition: RequestHandler = (req, _res, next) => {
  if (!req.path.startsWith('/admin')) {
    delete req.headers['if-none-match'];
    delete req.headers['if-modified-since'];
  }
  next();
};

const HEALTH = /^\/(?:healthz|readyz)(?:\/|$)/i;

/** Express takes the word false for a host name. */
function trustProxySetting(text: string): boolean | number | string {
  if (/^false$/i.test(text)) return false;
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The order below is the order in which a request meets them. */
export function buildApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('case sensitive routing', false);
  if (parts.trustProxy !== undefined) app.set('trust proxy', trustProxySetting(parts.trustProxy));
  app.use(parts.requestLog);
  app.use((req, res, next) => (HEALTH.test(req.path) ? parts.healthLimit : parts.addressLimit)(req, res, next));
  // Callers wait for these on the line: they pass as few middlewares as possible.
  for (const { path, handlers, refuse } of parts.voice) {
    app.post(path, ...handlers);
    if (refuse) app.all(path, refuse);
  }
  app.use(answerWithoutCondition);
  app.use(parts.health);
  app.use(parts.calcomWebhooks);
  // Browsers come below here; agents do not read security headers.
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          formAction: ["'self'"],
          upgradeInsecureRequests: null,
        },
      },
      // TLS ends at the proxy in front; it decides about HSTS.
      strictTransportSecurity: false,
    }),
  );
  app.use(parts.metrics);
  app.use(parts.docs);
  app.use(parts.api);
  app.use(parts.dashboard);
  app.use((_req, res) => {
    res.locals.route = 'unknown';
    sendProblem(res, 404, { code: 'not_found', message: 'There is nothing at this address.' });
  });
  app.use(parts.foreignSignatures);
  app.use(createErrorHandler(parts.logger));
  return app;
}
