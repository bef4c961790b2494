import { isAllowed, LOCAL_KEY, type Options, optionsOf, USAGE, UsageError } from './options';
import { replay, type Outcome } from './replay';
import { printable } from './report';
import { Scene } from './row';
import { buildStage, freeStarts, type Stage, standardStage, startMirror } from './stage';
import { Target } from './target';

/**
 * Asks the sandbox, and any other Cal.com, the same questions.
 *
 *     npm run bench -- calcom-diff                                    the sandbox against the written table
 *     npm run bench -- calcom-diff --base=https://…/v2 --key=cal_…    the sandbox against that account
 *
 * On an account it works with hidden event types and bookings of its own, takes them away at the end, and touches nothing
 * else. Cal.com mails what happens to the owner and to the attendee: `--email=<address>` is one that may get it, and that
 * hosted services accept. `--team=<id>` adds team event types with the owner and one colleague, `--yes` answers the question before the
 * first write to another machine, `--per-minute=<n>` slows it down or up (default 60), `--json` prints the table.
 */
/** Cal.com keeps listings for two seconds. */
const LISTING_CACHE_MS = 2_100;
const MAX_REQUESTS = 2_000;
const MAX_MINUTES = 30;
const EXIT = { same: 0, different: 1, usage: 2 };

const bounds = () => ({ maxRequests: MAX_REQUESTS, deadlineMs: Date.now() + MAX_MINUTES * 60_000 });

/** The sandbox, with the account's world or the standard one, while `work` runs. */
async function withMirror<Result>(
  stage: Stage,
  key: string,
  work: (mirror: Scene) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startMirror(stage, key);
  try {
    const target = new Target({ baseUrl: sandbox.url, apiKey: key, ...bounds() });
    const { plain } = stage.typeIds;
    const starts = stage.starts.length > 0 || plain === undefined ? stage.starts : await freeStarts(target, plain);
    return await work(new Scene(target, { ...stage, starts }));
  } finally {
    await sandbox.stop();
  }
}

async function compareWithAccount(base: string, options: Options): Promise<{ outcome: Outcome; left: string[] }> {
  const target = new Target({
    baseUrl: base,
    apiKey: options.key,
    perMinute: options.perMinute,
    listingCacheMs: LISTING_CACHE_MS,
    email: options.email,
    ...bounds(),
  });
  let interrupted = (): void => undefined;
  const interruption = new Promise<never>((_resolve, reject) => {
    interrupted = () => reject(new Error('interrupted'));
  });
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const work = async (): Promise<Outcome> => {
      const stage = await buildStage(target, options.team);
      return withMirror(stage, LOCAL_KEY, (mirror) => replay(mirror, new Scene(target, stage)));
    };
    const outcome = await Promise.race([work(), interruption]);
    return { outcome, left: await target.cleanUp() };
  } catch (error) {
    const left = await target.cleanUp();
    for (const what of left) process.stderr.write(`left behind: ${what}\n`);
    throw error;
  }
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const { base } = options;
  if (base !== undefined && !(await isAllowed(base, options.yes))) {
    process.stderr.write('Nothing was written. --yes goes on without the question.\n');
    return EXIT.usage;
  }
  const { outcome, left } =
    base === undefined
      ? { outcome: await withMirror(standardStage(), LOCAL_KEY, (mirror) => replay(mirror)), left: [] }
      : await compareWithAccount(base, options);
  process.stdout.write(options.json ? `${JSON.stringify({ ...outcome, left }, null, 1)}\n` : printable(outcome, left));
  return left.length > 0 || outcome.differences.some(({ explained }) => explained === undefined)
    ? EXIT.different
    : EXIT.same;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`calcom-diff: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError || (error instanceof TypeError && 'code' in error))
      process.stderr.write(`${USAGE}\n`);
    process.exitCode = EXIT.usage;
  },
);
