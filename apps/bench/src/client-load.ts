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

/**
 * How late each frame leaves. When it is due follows from the least late frame so far: the first may itself be late,
 * since other calls were being opened.
 */
function pacing() {
  let anchorMs = Number.POSITIVE_INFINITY;
  let frames = 0;
  return (dir: 'in' | 'out', t: number) => {
    if (dir === 'in') return;
    const startMs = t - frames * frameMs;
    frames += 1;
    anchorMs = Math.min(anchorMs, startMs);
    late.record(Math.max(1, Math.round((startMs - anchorMs) * 1000)));
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
    sink: { event() {}, audio: pacing() },
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
