export interface Bench {
  /** Below packages/bench, without its extension. */
  program: string;
  /** What its figures are about, for the list of names. */
  shows: string;
}

/** Every name of `npm run bench -- <name>`. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  alternatives: { program: 'src/alternatives', shows: 'searches for another time: requests to Cal.com and latency' },
  border: { program: 'src/border', shows: 'five attacks of a hostile company on the shared key, each refused' },
  budget: { program: 'src/budget', shows: "Cal.com's rate limit under attack by four processes (9 minutes)" },
  'calcom-diff': { program: 'src/calcom-diff/main', shows: 'the sandbox against a table, or against any Cal.com' },
  compare: { program: 'src/compare', shows: 'another version of the gateway beside this one, in one paired run' },
  conversations: {
    program: 'src/conversations/main',
    shows: 'scripted callers graded on the calendar and every sentence',
  },
  doors: { program: 'src/doors', shows: 'what the door of each voice platform costs, in one paired run' },
  experiments: { program: 'src/experiments', shows: 'the reliability experiments by number: 1..12|ci|all' },
  faults: { program: 'src/faults/main', shows: 'killed processes and lost answers: bookings lost or doubled' },
  freshness: { program: 'src/freshness', shows: 'whether a start is offered that was booked' },
  'hit-rate': { program: 'src/hit-rate', shows: 'how many answers need no request to Cal.com' },
  hostile: { program: 'src/hostile', shows: 'malformed and hostile requests at every public route' },
  'hot-path': { program: 'src/hot-path', shows: 'what one cached answer costs; with `profile`, where the time goes' },
  house: { program: 'src/house', shows: 'lines by folder, and the files that run for an answer, a booking, a list' },
  invalidation: { program: 'src/invalidation', shows: 'what a booking pays for invalidating the cache' },
  linear: { program: 'src/linear', shows: 'work for outside text at twice the length' },
  load: { program: 'load/main', shows: 'load scenarios: normal|peak|cold|soak [--minutes=<number>]' },
  models: { program: 'src/models', shows: 'limiter, cache, breaker and jobs in generated schedules, invented time' },
  'orphaned-waiters': {
    program: 'src/orphaned-waiters',
    shows: 'callers whose fetching process is killed: when they are answered',
  },
  outage: { program: 'src/outage', shows: 'answers and probes while Cal.com is down' },
  overload: { program: 'src/overload', shows: 'three times as many questions as a process can answer' },
  pages: { program: 'src/pages', shows: "the dashboard's pages with a year of history, in Chromium" },
  peers: { program: 'src/peers', shows: 'direct calls, nginx, bentocache and the source design beside AskPro' },
  publish: { program: 'src/publish', shows: 'puts the results of the others into docs/performance.md' },
  reconcile: { program: 'src/reconcile', shows: 'what comparing with Cal.com costs: 50,000 bookings, a day offline' },
  scale: { program: 'src/scale', shows: 'one, two and four processes, Redis Cluster and Sentinel' },
  sizing: { program: 'src/sizing', shows: 'the table of docs/scaling.md: one salon to ten thousand' },
  sla: { program: 'src/sla', shows: "the source's latency targets, row by row" },
  speech: { program: 'src/speech', shows: 'how well spoken days, times and values are understood, and how fast' },
  stampede: { program: 'src/stampede', shows: 'many callers asking the same at once' },
  strangeness: {
    program: 'src/strangeness',
    shows: 'a day of conflicts, hanging mail and races at Cal.com: what callers hear',
  },
  stores: { program: 'src/stores', shows: "statements on a caller's path beside the hand-written ones they replaced" },
  trips: { program: 'src/trips', shows: 'the round trips of an answer, a miss and a booking, in their order' },
  webhooks: { program: 'src/webhooks', shows: "how fast Cal.com's webhooks are answered under load" },
};
