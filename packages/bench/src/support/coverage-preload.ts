/** Loaded into a gateway before its own code (`node -r`): answers each message with the files whose functions ran since. */
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
const started = session
  .post('Profiler.enable')
  .then(() => session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false }));

async function filesSinceLastTime(): Promise<string[]> {
  await started;
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ran = result.filter(({ functions }) =>
    // The function that begins with the file is its loading.
    functions.some(({ ranges: [whole] }) => whole !== undefined && whole.startOffset > 0 && whole.count > 0),
  );
  return ran.map(({ url }) => url);
}

process.on('message', () => {
  void filesSinceLastTime().then((files) => process.send?.({ files }));
});
process.channel?.unref();
