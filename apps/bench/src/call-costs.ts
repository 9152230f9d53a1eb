import { encodeMulaw, MULAW_SILENCE, readWav } from '@hookline/audio';
import { resample } from '@hookline/audio/resample';
import { phrase } from '@hookline/bots';
import { VirtualClock } from '@hookline/runtime';
import { type Call, createBot, pcm16 } from '@hookline/server';
import { ScriptedClient } from '@hookline/server/testing';

/*
 * The CPU cost of parts of a call, in milliseconds per call-second: calls in memory and in virtual time, a third of it
 * caller speech and a third bot speech. The cost of the same calls without the part is subtracted.
 */
const CALLS = 20;
const CYCLES = 20;
const FRAME_MS = 200;
const REPETITIONS = Number(process.env['REPETITIONS'] ?? 5);

/** A phrase of 2 s: as caller frames, as µ-law, and in the format of a speech service. */
const samples = readWav(phrase('table').bytes).samples.slice(0, 16_000);
const mulaw = encodeMulaw(samples);
const pcm24k = await resample(samples, { from: 8000, to: 24_000 });
const silence = new Uint8Array(1600).fill(MULAW_SILENCE);
/** Two seconds of speech, then four seconds without. */
const frames = Array.from({ length: 30 }, (_, index) =>
  index < 10 ? mulaw.subarray(index * 1600, (index + 1) * 1600) : silence,
);

/** What a bot does at the start of a call, and at the start of each cycle of 6 s. */
interface Part {
  begin?(call: Call): void;
  cycle?(call: Call): void;
}

const playMulaw: Part = { cycle: (call) => void call.play(mulaw) };
const playPcm24k: Part = { cycle: (call) => void call.play(pcm16(pcm24k, { rate: 24_000 })) };
const listen: Part = { begin: (call) => void call.onAudio(() => {}) };

/** The work between a call and a speech service at 24 kHz, without its socket. */
const bridge: Part = {
  begin(call) {
    call
      .caller({ format: 'L16', rate: 24_000 })
      .onAudio(
        (bytes) => void JSON.stringify({ type: 'append', audio: Buffer.from(bytes).toString('base64') }),
      );
  },
  cycle(call) {
    const stream = call.stream({ rate: 24_000 });
    // Services send 100 ms per message.
    for (let at = 0; at < pcm24k.length; at += 2400) {
      const piece = Buffer.from(pcm24k.buffer, pcm24k.byteOffset + at * 2, 4800);
      const { audio } = JSON.parse(JSON.stringify({ type: 'delta', audio: piece.toString('base64') }));
      stream.write(Buffer.from(audio, 'base64'));
    }
    stream.end();
  },
};

const ROWS: readonly (readonly [string, Part, Part])[] = [
  ['speech detection (onSpeech)', { begin: (call) => void call.onSpeech({ start() {} }) }, {}],
  [
    'caller audio at 16 kHz',
    { begin: (call) => void call.caller({ format: 'L16', rate: 16_000 }).onAudio(() => {}) },
    listen,
  ],
  ['bot speech played as µ-law', playMulaw, {}],
  ['bot speech played as PCM of 24 kHz', playPcm24k, {}],
  ['bridge to a speech service, its socket apart', bridge, listen],
];

/** Milliseconds of CPU per call-second. */
async function cost({ begin, cycle }: Part): Promise<number> {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const bot = createBot({ auth: { 'test-key': null }, clock }, async (call) => {
    calls.push(call);
    begin?.(call);
    await call.ended;
  });
  const clients = await Promise.all(
    Array.from({ length: CALLS }, () => clock.run(ScriptedClient.dial(bot, { clock }))),
  );
  for (const client of clients) client.open();
  await clock.advance(1000);
  const before = process.cpuUsage();
  for (let count = 0; count < CYCLES; count++) {
    for (const call of calls) cycle?.(call);
    for (const frame of frames) {
      for (const client of clients) client.sendAudio(frame);
      await clock.advance(FRAME_MS);
    }
  }
  const { user, system } = process.cpuUsage(before);
  for (const client of clients) client.transport.close();
  await clock.advance(100);
  return (user + system) / 1000 / (CALLS * CYCLES * frames.length * (FRAME_MS / 1000));
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

for (const [name, part, without] of ROWS) {
  await cost(part);
  const added: number[] = [];
  for (let count = 0; count < REPETITIONS; count++) added.push((await cost(part)) - (await cost(without)));
  const range = `${Math.min(...added).toFixed(3)} to ${Math.max(...added).toFixed(3)}`;
  console.log(`${name.padEnd(46)} ${median(added).toFixed(3)} ms a call-second (${range})`);
}
process.exit();
