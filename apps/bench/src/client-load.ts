import { createHistogram } from 'node:perf_hooks';
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
const late = createHistogram();
const live: Call[] = [];

/** How late each frame leaves, against the deadlines that follow from the first. */
function pacing() {
  let first: number | undefined;
  let frames = 0;
  return (dir: 'in' | 'out', t: number) => {
    if (dir === 'in') return;
    first ??= t;
    late.record(Math.max(1, Math.round(Math.abs(t - first - frames * frameMs) * 1000)));
    frames += 1;
  };
}

while (live.length < calls) {
  const batch = Array.from({ length: Math.min(50, calls - live.length) }, () =>
    callAudioConnector({
      integration,
      media: { frameMs },
      limits: 'off',
      sink: { event() {}, audio: pacing() },
    }),
  );
  await Promise.all(
    batch.map(
      (call) => new Promise<void>((resolve) => call.on('state', (state) => state === 'open' && resolve())),
    ),
  );
  live.push(...batch);
}
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
