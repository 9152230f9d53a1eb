import { createHistogram, performance } from 'node:perf_hooks';
import { type Call, callAudioConnector, defineIntegration } from '@hookline/client';
import { API_KEY, CLIENT_SECRET, settingsOf, tell } from './settings.js';

// Our client as a load generator: limits off, nothing recorded, silence as the caller.
const { url, calls, frameMs, seconds } = settingsOf<{
  url: string;
  calls: number;
  frameMs: number;
  seconds: number;
}>();
const integration = defineIntegration({
  baseConnectionUri: url,
  apiKey: API_KEY,
  clientSecret: CLIENT_SECRET,
});
/** Opened faster, calls would wait for one another and their frames would leave in bunches. */
const OPEN_EVERY_MS = 2;
const late = createHistogram();
const live: Call[] = [];

/** Of each call, when its first frame was due; and its frames so far. */
const anchorMs = new Float64Array(calls).fill(Number.POSITIVE_INFINITY);
const frames = new Uint32Array(calls);

/**
 * How late each frame leaves. When it is due follows from the least late frame so far: the first may itself be late,
 * since other calls were being opened. Nothing here makes an object: numbers kept in closures, one a call, made the
 * collector's pauses, and so what is measured, more than twice as long.
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

// One after another, so that frames are spread over the frame's length as those of calls that began at any time are.
const startMs = performance.now();
const opened: Promise<void>[] = [];
while (live.length < calls) {
  const dueMs = startMs + live.length * OPEN_EVERY_MS;
  await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
  const call = callAudioConnector({
    integration,
    media: { frameMs },
    limits: 'off',
    sink: { event() {}, audio: pacing(live.length) },
  });
  opened.push(new Promise((resolve) => call.on('state', (state) => state === 'open' && resolve())));
  live.push(call);
}
await Promise.all(opened);
late.reset();
tell({ ready: true });
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
tell({ measured: true });
for (const call of live) call.hangup();
const results = await Promise.all(live.map((call) => call.result));
await Promise.all(live.map((call) => call.closed));
tell({
  done: true,
  unclean: results.filter((result) => result.path !== 'disconnected' || result.warnings.length > 0).length,
  lateMs: { p50: late.percentile(50) / 1000, p99: late.percentile(99) / 1000 },
});
process.exit(0);
