import { measure, type Repetition, type Scenario } from './measure.js';

// Runs each scenario with the baseline and with Hookline in turn, each time in new processes; prints medians and
// ratios.

/** A repetition does not count if other processes used more than this share of a core, or a call failed. */
const MAX_FOREIGN = 0.15;
const REPETITIONS = Number(process.env['REPETITIONS'] ?? 5);

interface Row {
  readonly title: string;
  readonly figure: string;
  readonly scenario: Scenario;
  /** The target ratio. */
  readonly goal: string;
  /**
   * What is compared: two servers under the same load, two loads on the same server, two bridges to a service, or the
   * Hookline server without its additional task and with it.
   */
  readonly compare: 'servers' | 'loads' | 'bridges' | 'tasks';
}

/** Excludes the first 5 s of a call, whose audio the server keeps for a late reader. */
const base = { task: 'sink', seconds: 10, settleSeconds: 6, load: 'generator' } as const;
const withoutSettling = { ...base, settleSeconds: 0 } as const;
const ROWS: readonly Row[] = [
  {
    title: 'server CPU, 200 calls × 20 ms',
    figure: 'serverCpuMsPerCallSecond',
    scenario: { ...base, calls: 200, frameMs: 20 },
    goal: '≤ 1.10',
    compare: 'servers',
  },
  {
    title: 'server CPU, 1000 calls × 200 ms',
    figure: 'serverCpuMsPerCallSecond',
    scenario: { ...base, calls: 1000, frameMs: 200 },
    goal: '≤ 1.15',
    compare: 'servers',
  },
  {
    title: 'server memory per call, 1000 calls',
    figure: 'rssKiBPerCall',
    scenario: { ...base, calls: 1000, frameMs: 200 },
    goal: '≤ 36 KiB',
    compare: 'servers',
  },
  {
    title: 'server CPU per open and close',
    figure: 'serverCpuMsPerOpen',
    scenario: { ...base, calls: 0, frameMs: 200, opens: 3000 },
    goal: '≤ 1.25',
    compare: 'servers',
  },
  {
    title: 'raw echo p50, 50 calls × 20 ms',
    figure: 'echoMs p50',
    scenario: { ...base, task: 'echo', calls: 50, frameMs: 20 },
    goal: '≤ 1.2',
    compare: 'servers',
  },
  {
    title: 'raw echo p99, 50 calls × 20 ms',
    figure: 'echoMs p99',
    scenario: { ...base, task: 'echo', calls: 50, frameMs: 20 },
    goal: '≤ 1.5',
    compare: 'servers',
  },
  {
    title: 'client cores, 5000 calls × 200 ms',
    figure: 'loadCores',
    scenario: { ...withoutSettling, calls: 5000, frameMs: 200 },
    goal: 'ours ≤ 1 core',
    compare: 'loads',
  },
  {
    title: 'client CPU per open and close',
    figure: 'loadCpuMsPerOpen',
    scenario: { ...base, calls: 0, frameMs: 200, opens: 3000 },
    goal: 'ours ≤ 1 ms',
    compare: 'loads',
  },
  {
    title: 'client pacing error p99 in ms',
    figure: 'lateMs p99',
    scenario: { ...withoutSettling, calls: 5000, frameMs: 200 },
    goal: 'ours < 5 ms',
    compare: 'loads',
  },
  {
    title: 'bot with barge-in on, 30 % caller speech: calls per core',
    figure: 'callsPerCore',
    scenario: { ...base, task: 'barge-in', calls: 500, frameMs: 200, speech: 0.3 },
    goal: '',
    compare: 'tasks',
  },
  {
    title: 'bridge to a speech service, server CPU, 50 calls × 20 ms',
    figure: 'serverCpuMsPerCallSecond',
    scenario: { ...base, settleSeconds: 15, seconds: 20, calls: 50, frameMs: 20, load: 'relay-load' },
    goal: '≤ 1.3',
    compare: 'bridges',
  },
  {
    title: 'bridge to a speech service, first byte of a reply p50 in ms',
    figure: 'firstByteMs p50',
    scenario: { ...base, settleSeconds: 15, seconds: 20, calls: 50, frameMs: 20, load: 'relay-load' },
    goal: 'ours ≤ 5 ms',
    compare: 'bridges',
  },
];

/** The rows whose title contains the words on the command line; all rows without words. */
const wanted = process.argv.slice(2).join(' ');
const rows = ROWS.filter(({ title }) => title.includes(wanted));

const done = new Map<string, { floor: Repetition[]; ours: Repetition[] }>();

async function repeatUntilUndisturbed(
  measureOnce: () => Promise<Repetition>,
): Promise<Repetition | undefined> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const repetition = await measureOnce();
    const { foreignLoad, unclean } = repetition;
    if (foreignLoad <= MAX_FOREIGN && unclean === 0) return repetition;
    const why =
      unclean > 0
        ? `${unclean} calls did not close cleanly`
        : `others used ${foreignLoad.toFixed(2)} of a core`;
    process.stderr.write(`refused: ${why}\n`);
  }
  return undefined;
}

function measureFloor(compare: Row['compare'], scenario: Scenario): Promise<Repetition> {
  if (compare === 'tasks') return measure('hookline-server', { ...scenario, task: 'sink' });
  return measure(compare === 'bridges' ? 'relay-server' : 'floor-server', scenario);
}

function measureOurs(compare: Row['compare'], scenario: Scenario): Promise<Repetition> {
  if (compare === 'bridges') return measure('realtime-server', scenario);
  if (compare === 'loads') return measure('floor-server', { ...scenario, load: 'client-load' });
  return measure('hookline-server', scenario);
}

for (const { scenario, compare } of rows) {
  const key = JSON.stringify([scenario, compare]);
  if (done.has(key)) continue;
  const runs: { floor: Repetition[]; ours: Repetition[] } = { floor: [], ours: [] };
  for (let index = 0; index < REPETITIONS; index++) {
    const floor = await repeatUntilUndisturbed(() => measureFloor(compare, scenario));
    const ours = await repeatUntilUndisturbed(() => measureOurs(compare, scenario));
    if (floor && ours) {
      runs.floor.push(floor);
      runs.ours.push(ours);
    }
  }
  done.set(key, runs);
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const show = (value: number) => value.toPrecision(3);

console.log('| what | floor | ours | ratio (min–max) | goal | counted |');
console.log('|---|---|---|---|---|---|');
for (const { title, figure, scenario, compare, goal } of rows) {
  const { floor, ours } = done.get(JSON.stringify([scenario, compare])) ?? { floor: [], ours: [] };
  const of = (runs: readonly Repetition[]) => runs.map(({ figures }) => figures[figure] ?? Number.NaN);
  const [a, b] = [of(floor), of(ours)];
  const ratios = b.map((value, index) => value / (a[index] ?? Number.NaN));
  console.log(
    `| ${title} | ${show(median(a))} | ${show(median(b))} | ${show(median(ratios))} (${show(Math.min(...ratios))}–${show(Math.max(...ratios))}) | ${goal} | ${ratios.length}/${REPETITIONS} |`,
  );
}
