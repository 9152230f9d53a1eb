import { createHistogram, performance } from 'node:perf_hooks';
import { encodeMulaw, MULAW_SILENCE, readWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { BareCall } from './bare-call.js';
import { settingsOf, tell } from './settings.js';

// The independent generator: opens calls, sends frames on absolute deadlines, closes, and says how well it kept pace.
const { url, calls, frameMs, seconds, settleSeconds, opens, speech } = settingsOf<{
  url: string;
  calls: number;
  frameMs: number;
  seconds: number;
  /** Seconds of audio before the measurement begins. */
  settleSeconds: number;
  /** Calls that are only opened and closed, 50 at a time, in place of audio. */
  opens?: number;
  /** The share of the time in which the caller speaks; without it the line is silent. */
  speech?: number;
}>();

const SILENCE = new Uint8Array(frameMs * 8).fill(MULAW_SILENCE);

if (opens !== undefined) {
  tell({ ready: true });
  let left = opens;
  let unclean = 0;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const call = new BareCall(url);
      await call.open();
      if (!(await call.close())) unclean += 1;
    }
  };
  await Promise.all(Array.from({ length: 50 }, worker));
  tell({ done: true, unclean });
  process.exit(0);
}

const live: BareCall[] = [];
while (live.length < calls) {
  const batch = Array.from({ length: Math.min(50, calls - live.length) }, () => new BareCall(url));
  await Promise.all(batch.map((call) => call.open()));
  live.push(...batch);
}
const echo = createHistogram();
const late = createHistogram();
const frames = framesOf(speech ?? 0);

const startMs = performance.now() + 200;
const settledMs = startMs + settleSeconds * 1000;
const endMs = settledMs + seconds * 1000;
const sentAt: number[][] = live.map(() => []);
for (const [index, call] of live.entries()) {
  call.onEcho = () => {
    const at = sentAt[index]?.shift();
    if (at !== undefined) echo.record(Math.max(1, Math.round((performance.now() - at) * 1000)));
  };
}
// Calls are spread over the frame, in 5 ms slots, as calls that began at any time are.
const slots = Math.max(1, frameMs / 5);
await new Promise<void>((resolve) => {
  let tick = 0;
  let settled = false;
  const run = () => {
    const now = performance.now();
    if (!settled && now >= settledMs) {
      settled = true;
      tell({ ready: true });
      echo.reset();
      late.reset();
    }
    for (; startMs + tick * 5 <= now; tick++) {
      const due = startMs + tick * 5;
      const sent = Math.floor(tick / slots);
      for (let index = tick % slots; index < live.length; index += slots) {
        const call = live[index];
        if (!call) continue;
        late.record(Math.max(1, Math.round((performance.now() - due) * 1000)));
        sentAt[index]?.push(performance.now());
        // Each call is at another place, so that not all of them speak at once.
        call.audio(frames[(sent + index) % frames.length] ?? SILENCE);
        if (tick % 1000 === index % 1000) call.ping();
      }
    }
    if (now >= endMs) resolve();
    else setTimeout(run, Math.max(0, startMs + tick * 5 - performance.now()));
  };
  run();
});
tell({ measured: true });
const clean = await Promise.all(live.map((call) => call.close().catch(() => false)));
tell({
  done: true,
  unclean: clean.filter((one) => !one).length,
  echoMs: { p50: echo.percentile(50) / 1000, p99: echo.percentile(99) / 1000, frames: echo.count },
  lateMs: { p50: late.percentile(50) / 1000, p99: late.percentile(99) / 1000 },
});
process.exit(0);

/** What a caller says again and again: two seconds of a phrase, and as much silence as makes that its share. */
function framesOf(share: number): readonly Uint8Array[] {
  if (share === 0) return [SILENCE];
  const said = encodeMulaw(readWav(phrase('table').bytes).samples.slice(0, 16_000));
  const spoken = Array.from({ length: Math.floor(said.length / SILENCE.length) }, (_, index) =>
    said.subarray(index * SILENCE.length, (index + 1) * SILENCE.length),
  );
  const silent = Math.round(spoken.length / share) - spoken.length;
  return [...spoken, ...Array.from({ length: silent }, () => SILENCE)];
}
