import { createHistogram, performance } from 'node:perf_hooks';
import { type Call, type CallResult, callAudioConnector, defineIntegration } from '@hookline/client';
import { repeatCalls } from './repeat-calls.js';
import { API_KEY, CLIENT_SECRET, reportFact, settingsOf } from './settings.js';

// Our client as a load generator: limits off, nothing recorded, silence as the caller.
const { url, calls, frameMs, seconds, opens } = settingsOf<{
  url: string;
  calls: number;
  frameMs: number;
  seconds: number;
  /** The number of calls that are only opened and closed instead of sending audio; as many go before. */
  opens?: number;
}>();
const integration = defineIntegration({
  baseConnectionUri: url,
  apiKey: API_KEY,
  clientSecret: CLIENT_SECRET,
});

if (opens !== undefined) {
  await repeatCalls(opens, openAndHangUp);
  reportFact({ ready: true });
  reportFact({ done: true, unclean: await repeatCalls(opens, openAndHangUp) });
  // Stays until it is stopped, because its CPU time is read after this report.
  await new Promise(() => setInterval(() => {}, 60_000));
}

/** If opened faster, calls would wait for one another and send their frames in bursts. */
const OPEN_EVERY_MS = 2;
const late = createHistogram();
const activeCalls: Call[] = [];

/** For each call: when its first frame was due, and the number of its frames so far. */
const anchorMs = new Float64Array(calls).fill(Number.POSITIVE_INFINITY);
const frames = new Uint32Array(calls);

/**
 * Measures how late each frame is sent. The due time follows from the least late frame so far, because the first frame
 * may itself be late while other calls are opened. This code allocates no objects: one closure per call made the pauses
 * of the garbage collector, and so the measured values, more than twice as long.
 */
function pacing(call: number) {
  return (dir: 'in' | 'out', t: number) => {
    if (dir === 'in') return;
    const startMs = t - (frames[call] ?? 0) * frameMs;
    frames[call] = (frames[call] ?? 0) + 1;
    anchorMs[call] = Math.min(anchorMs[call] ?? startMs, startMs);
    late.record(Math.max(1, Math.round((startMs - (anchorMs[call] ?? startMs)) * 1000)));
  };
}

// One after another, so that the frames of all calls are spread evenly over the frame duration.
const startMs = performance.now();
const opened: Promise<void>[] = [];
while (activeCalls.length < calls) {
  const dueMs = startMs + activeCalls.length * OPEN_EVERY_MS;
  await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
  const call = callAudioConnector({
    integration,
    media: { frameMs },
    limits: 'off',
    sink: { event() {}, audio: pacing(activeCalls.length) },
  });
  opened.push(new Promise((resolve) => call.on('state', (state) => state === 'open' && resolve())));
  activeCalls.push(call);
}
await Promise.all(opened);
late.reset();
reportFact({ ready: true });
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
reportFact({ measured: true });
for (const call of activeCalls) call.hangup();
const results = await Promise.all(activeCalls.map((call) => call.result));
await Promise.all(activeCalls.map((call) => call.closed));
reportFact({
  done: true,
  unclean: results.filter((result) => !isClean(result)).length,
  lateMs: { p50: late.percentile(50) / 1000, p99: late.percentile(99) / 1000 },
});
process.exit(0);

/** Opens a call and hangs up at once. Returns whether it was clean. */
async function openAndHangUp(): Promise<boolean> {
  const call = callAudioConnector({ integration, media: { frameMs }, limits: 'off' });
  call.on('state', (state) => state === 'open' && call.hangup());
  const result = await call.result;
  await call.closed;
  return isClean(result);
}

function isClean({ path, warnings }: CallResult): boolean {
  return path === 'disconnected' && warnings.length === 0;
}
