import { createHistogram, performance } from 'node:perf_hooks';
import { encodeMulaw, MULAW_SILENCE, readWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { BareCall } from './bare-call.js';
import { repeatCalls } from './repeat-calls.js';
import { reportFact, settingsOf } from './settings.js';

// The independent generator: opens calls, sends frames on absolute deadlines, closes, and reports how late it was.
const { url, calls, frameMs, seconds, settleSeconds, opens, speech } = settingsOf<{
  url: string;
  calls: number;
  frameMs: number;
  seconds: number;
  /** Seconds of audio before the measurement starts. */
  settleSeconds: number;
  /** The number of calls that are only opened and closed instead of sending audio; as many go before. */
  opens?: number;
  /** The share of the time in which the caller speaks; by default the line is silent. */
  speech?: number;
}>();

const SILENCE = new Uint8Array(frameMs * 8).fill(MULAW_SILENCE);

if (opens !== undefined) {
  // Once before the measurement, like the seconds of audio before the others: the JIT compiler works most at first.
  await repeatCalls(opens, openAndClose);
  reportFact({ ready: true });
  reportFact({ done: true, unclean: await repeatCalls(opens, openAndClose) });
  // Stays until it is stopped, because its CPU time is read after this report.
  await new Promise(() => setInterval(() => {}, 60_000));
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
// Calls are spread over the frame duration in slots of 5 ms, like calls that start at random times.
const slots = Math.max(1, frameMs / 5);
await new Promise<void>((resolve) => {
  let tick = 0;
  let settled = false;
  const run = () => {
    const now = performance.now();
    if (!settled && now >= settledMs) {
      settled = true;
      reportFact({ ready: true });
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
        // Each call has a different offset, so that not all callers speak at the same time.
        call.audio(frames[(sent + index) % frames.length] ?? SILENCE);
        if (tick % 1000 === index % 1000) call.ping();
      }
    }
    if (now >= endMs) resolve();
    else setTimeout(run, Math.max(0, startMs + tick * 5 - performance.now()));
  };
  run();
});
reportFact({ measured: true });
const clean = await Promise.all(live.map((call) => call.close().catch(() => false)));
reportFact({
  done: true,
  unclean: clean.filter((one) => !one).length,
  echoMs: { p50: echo.percentile(50) / 1000, p99: echo.percentile(99) / 1000, frames: echo.count },
  lateMs: { p50: late.percentile(50) / 1000, p99: late.percentile(99) / 1000 },
});
process.exit(0);

/** A loop of caller audio: a phrase of two seconds, and enough silence to reach the share of speech. */
function framesOf(share: number): readonly Uint8Array[] {
  if (share === 0) return [SILENCE];
  const speech = encodeMulaw(readWav(phrase('table').bytes).samples.slice(0, 16_000));
  const spoken = Array.from({ length: Math.floor(speech.length / SILENCE.length) }, (_, index) =>
    speech.subarray(index * SILENCE.length, (index + 1) * SILENCE.length),
  );
  const silent = Math.round(spoken.length / share) - spoken.length;
  return [...spoken, ...Array.from({ length: silent }, () => SILENCE)];
}

async function openAndClose(): Promise<boolean> {
  const call = new BareCall(url);
  await call.open();
  return call.close();
}
