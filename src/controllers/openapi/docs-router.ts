import { createRequire } from 'node:module';
import path from 'node:path';
import { Router, type Response } from 'express';
import { openApiDocument, type OpenApiDocument } from './openapi-document';

const POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const DAY_MS = 86_400_000;
/** What the page needs of the package; nothing else of it is served. */
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AskPro Gateway API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;

const START = `window.addEventListener('load', () => {
  window.ui = window.SwaggerUIBundle({
    url: '/api/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    docExpansion: 'none',
    persistAuthorization: false,
    validatorUrl: null,
  });
});
`;

/** `/api/openapi.json`, and a page to read and try it that loads nothing from elsewhere and runs nothing inline. */
export function createDocsRouter(deps: { version: string }): Router {
  const router = Router();
  const { resolve } = createRequire(__filename);
  const folder = path.dirname(resolve('swagger-ui-dist/package.json'));
  let document: OpenApiDocument | undefined;
  router.get('/api/openapi.json', (_req, res) => {
    res.locals.route = '/api/openapi.json';
    document ??= openApiDocument(deps.version);
    res.json(document);
  });
  router.get('/api/docs', (_req, res) => page(res).type('html').send(PAGE));
  router.get('/api/docs/start.js', (_req, res) => page(res).type('text/javascript').send(START));
  for (const name of ASSETS) {
    router.get(`/api/docs/${name}`, (_req, res) =>
      page(res).sendFile(path.join(folder, name), { maxAge: DAY_MS, dotfiles: 'allow' }),
    );
  }
  return router;
}

function page(res: Response): Response {
  res.locals.route = '/api/docs';
  return res.set({ 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff' });
}
