import { readFileSync } from 'node:fs';
import express from 'express';

/**
 * The most that Express lets through: the body is read and the same answer sent, nothing in between.
 * Arguments: port, file with the answer's JSON.
 */
const [port = '0', answerFile = ''] = process.argv.slice(2);
const answer: unknown = JSON.parse(readFileSync(answerFile, 'utf8'));
const app = express();
app.disable('x-powered-by');
app.set('etag', false);
app.post('/api/retell/:tool', express.raw({ type: () => true, limit: '5mb' }), (_req, res) => {
  res.json(answer);
});
app.listen(Number(port), '127.0.0.1');
