import { Cast } from '../../packages/bench/src/faults/cast';
import { compare, quiet, reconcile } from '../../packages/bench/src/faults/checker';
import { Kills } from '../../packages/bench/src/faults/kills';
import { LostAcks } from '../../packages/bench/src/faults/lost-acks';
import { Random } from '../../packages/bench/src/faults/random';
import { startRig, type Rig } from '../../packages/bench/src/faults/rig';
import { Stock } from '../../packages/bench/src/faults/stock';
import { compiled } from '../support/compiled';
import { SEED, THOROUGHNESS } from '../support/generated-cases';

/**
 * The short form of `npm run bench -- faults`: gateway processes that die by kill -9, answers that get lost on the wire, and
 * then a comparison of Cal.com with the ledger.
 */
const KILLS = 5 * THOROUGHNESS;
const LOST_ACKS = 18 * THOROUGHNESS;

let rig: Rig;
let cast: Cast;
const notes: string[] = [];
const note = (text: string): void => void notes.push(text);

beforeAll(async () => {
  await compiled('src/main');
  const random = new Random(SEED);
  rig = await startRig({ processes: 2, latencyScale: 0.02, seed: SEED });
  cast = new Cast(rig, await Stock.lay(rig, { singles: 4, pairs: 2 }, random), random);
});
afterAll(() => rig.stop());

test('killed processes and lost answers lose, double and misplace nothing', async () => {
  await new LostAcks(cast, LOST_ACKS, note).run();
  const kills = new Kills(cast, KILLS, note);
  await kills.run();
  expect(kills.done).toBeGreaterThanOrEqual(KILLS);
  await quiet(rig, 120_000);
  await reconcile(rig);
  const { lost, doubled, misplaced, denied, unmatched, unintended, open, heard } = await compare(
    rig,
    cast.stories,
    null,
  );
  const findings = { lost, doubled, misplaced, denied, unmatched, unintended, open, heard };
  const none = Object.fromEntries(Object.keys(findings).map((name) => [name, []]));
  expect({ notes, findings }).toEqual({ notes, findings: none });
});
