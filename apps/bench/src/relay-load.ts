import { once } from 'node:events';
import { createHistogram, performance } from 'node:perf_hooks';
import { type WebSocket, WebSocketServer } from 'ws';
import { BareCall } from './bare-call.js';
import { reportFact, SPEECH_PORT, settingsOf } from './settings.js';

// Both ends of a bridge: a speech service that speaks one second in four, and callers that speak all the time. Measures
// the time from a reply's first delta to its first byte at the caller.
const { url, calls, frameMs, seconds, settleSeconds } = settingsOf<{
  url: string;
  calls: number;
  frameMs: number;
  seconds: number;
  /** Seconds of audio before the measurement begins. */
  settleSeconds: number;
}>();

// The callers do not report playback: a reply counts as heard 2 s after its end.
const REPLY_EVERY_MS = 4000;
const DELTAS = 5;
const DELTA = Buffer.alloc(1600, 0x2a).toString('base64');

const sessions: WebSocket[] = [];
const service = new WebSocketServer({ port: SPEECH_PORT, host: '127.0.0.1', perMessageDeflate: false });
service.on('connection', (socket) => {
  sessions.push(socket);
  socket.on('message', (data) => {
    // Not parsed, because the service is not measured.
    if (String(data).startsWith('{"type":"session.update"')) socket.send('{"type":"session.updated"}');
  });
});
await once(service, 'listening');

const live: BareCall[] = [];
for (let index = 0; index < calls; index++) {
  const call = new BareCall(url);
  const connected = once(service, 'connection');
  await call.open();
  await connected;
  live.push(call);
}

const firstByte = createHistogram();
const sentAtMs = new Float64Array(calls);
for (const [index, call] of live.entries()) {
  call.onEcho = () => {
    const at = sentAtMs[index] ?? 0;
    if (at > 0) firstByte.record(Math.max(1, Math.round((performance.now() - at) * 1000)));
    sentAtMs[index] = 0;
  };
}

function say(index: number, reply: number): void {
  const socket = sessions[index];
  if (!socket) return;
  const id = `r${reply}`;
  socket.send(`{"type":"response.created","response":{"id":"${id}"}}`);
  sentAtMs[index] = performance.now();
  const delta = `{"type":"response.output_audio.delta","response_id":"${id}","item_id":"i${id}","delta":"${DELTA}"}`;
  for (let nth = 0; nth < DELTAS; nth++) socket.send(delta);
  socket.send(`{"type":"response.done","response":{"id":"${id}","status":"completed","output":[]}}`);
}

const frame = new Uint8Array(frameMs * 8).fill(0xff);
const startMs = performance.now() + 200;
const settledMs = startMs + settleSeconds * 1000;
const endMs = settledMs + seconds * 1000;
const replySlots = REPLY_EVERY_MS / frameMs;
await new Promise<void>((resolve) => {
  let tick = 0;
  let isSettled = false;
  const run = () => {
    const now = performance.now();
    if (!isSettled && now >= settledMs) {
      isSettled = true;
      reportFact({ ready: true });
      firstByte.reset();
    }
    for (; startMs + tick * frameMs <= now; tick++) {
      for (const [index, call] of live.entries()) {
        call.audio(frame);
        if (tick % replySlots === index % replySlots) say(index, tick);
      }
    }
    if (now >= endMs) resolve();
    else setTimeout(run, Math.max(0, startMs + tick * frameMs - performance.now()));
  };
  run();
});
reportFact({ measured: true });
const clean = await Promise.all(live.map((call) => call.close().catch(() => false)));
reportFact({
  done: true,
  unclean: clean.filter((one) => !one).length,
  firstByteMs: { p50: firstByte.percentile(50) / 1000, p99: firstByte.percentile(99) / 1000 },
});
process.exit(0);
