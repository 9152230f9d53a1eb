import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { peak, readWav, rmsDbfs } from '@hookline/audio';
import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { readTraceDir } from '@hookline/trace/node';
import { describe, expect, test } from 'vitest';
import { VOCABULARY } from './booking.js';
import { bookingHandler } from './bot.js';
import { bookTable, prepareCaller } from './caller.js';
import { pocketsphinx, type Recogniser } from './recogniser.js';
import { createReservationService } from './service.js';
import { Voice } from './voice.js';

const recogniser = await pocketsphinx(VOCABULARY);
const voice = new Voice('kal');
const lines = await prepareCaller(new Voice('slt'));

/** Runs a booking. Returns its result, and the audio heard before and after the interruption. */
async function runBooking(recogniser: Recogniser | undefined, latencyMs: number) {
  const clock = new VirtualClock();
  const wordsUnderstood = recogniser !== undefined;
  const understood: string[] = [];
  const interruptedMs: number[] = [];
  const heard: { t: number; bytes: Uint8Array }[] = [];
  let bargeInAtMs = Number.POSITIVE_INFINITY;
  const observer = {
    onUnderstood: (text: string) => understood.push(text),
    onInterrupted: (ms: number) => interruptedMs.push(ms),
  };
  const available = { service: createReservationService({ voice, recogniser }), wordsUnderstood };
  const { call } = linkedCall(() => bookingHandler(available, clock, observer), {
    clock,
    latencyMs,
    call: {
      sink: {
        event(event) {
          if (event.kind === 'message' && event.dir === 'in' && event.text.includes('"barge_in"')) {
            bargeInAtMs = Math.min(bargeInAtMs, event.t);
          }
        },
        heard: (t, bytes) => heard.push({ t, bytes: Uint8Array.from(bytes) }),
      },
    },
  });
  void bookTable(call, clock, lines, wordsUnderstood);
  const result = await clock.run(call.result);
  const before = heard.filter(({ t }) => t < bargeInAtMs).map(({ bytes }) => bytes);
  const after = heard.filter(({ t }) => t >= bargeInAtMs).map(({ bytes }) => bytes);
  return { result, understood, interruptedMs, before: Buffer.concat(before), after: Buffer.concat(after) };
}

const synthesise = async (...texts: string[]) =>
  Buffer.concat(await Promise.all(texts.map((text) => voice.speak(text))));

const QUESTIONS = [
  ['Harbour restaurant, good evening.', 'For how many people shall I book?'],
  ['A table for four.', 'On which day?'],
  ['On friday.', 'At what time?'],
];
const DETAILS = 'A table for four on friday at seven.';

/** Synthesis and recognition take real time, and longer on a busy machine. */
const OPTIONS = { timeout: 60_000 };

describe.concurrent.each([0, 150])('over a line of %i ms one way', OPTIONS, (latencyMs) => {
  test.skipIf(!recogniser)('a caller who speaks books a table, and talks over the bot once', async () => {
    const { result, understood, interruptedMs, before, after } = await runBooking(recogniser, latencyMs);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { reservation: '4 people, Friday at 7 pm' },
      bargeIns: 1,
      underruns: 0,
      warnings: [],
    });
    expect(understood).toEqual(['a table for four please', 'on friday', 'at seven', 'yes please']);
    // Byte for byte: the reply up to the interruption, and after it only the goodbye.
    const said = await synthesise(
      ...QUESTIONS.flat(),
      DETAILS,
      'Shall I book it? Say yes, or press one. To start again, say no, or press two.',
    );
    expect(before.equals(said.subarray(0, before.length))).toBe(true);
    expect(after.equals(await synthesise('Your table is booked.', 'Goodbye.'))).toBe(true);
    const cutMs = (before.length - (await synthesise(...QUESTIONS.flat(), DETAILS)).length) / 8;
    expect(interruptedMs).toHaveLength(1);
    expect(Math.abs((interruptedMs[0] ?? 0) - cutMs)).toBeLessThanOrEqual(20);
    expect(cutMs).toBeGreaterThan(300);
  });

  test('a caller who presses keys books the same table, and any speech over the bot counts as a yes', async () => {
    const { result, understood, interruptedMs, before, after } = await runBooking(undefined, latencyMs);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { reservation: '4 people, Friday at 7 pm' },
      bargeIns: 1,
      dtmf: '457',
      warnings: [],
    });
    expect(understood).toEqual([]);
    expect(interruptedMs).toHaveLength(1);
    expect(before.length / 8).toBeGreaterThan(10_000);
    expect(after.equals(await synthesise('Your table is booked.', 'Goodbye.'))).toBe(true);
  });
});

test.concurrent(
  'npm start books a table by itself, exits with 0 and leaves a recording of it',
  OPTIONS,
  async ({ onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), 'voice-bot-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const dir = join(folder, 'call');
    const script = fileURLToPath(new URL('../dist/book.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, dir]);
    expect(stdout).toContain('outputs    {"reservation":"4 people, Friday at 7 pm"}');
    expect(stdout).toContain('barge-ins  1\n');
    expect(stdout).toContain(join(dir, 'call.wav'));
    expect(stdout.match(/understood: .*/g) ?? []).toHaveLength(recogniser ? 4 : 0);

    const { rows } = await readTraceDir(dir);
    const playbacks = rows.flatMap((row) => (row.kind === 'playback' ? [row] : []));
    expect(playbacks.map(({ ended }) => ended)).toEqual([
      'completed',
      'completed',
      'completed',
      'bargeIn',
      'completed',
    ]);
    const cut = playbacks[3];
    const goodbye = playbacks[4];
    if (!cut || !goodbye) throw new Error('the trace has no such playbacks');
    const recording = readWav(await readFile(join(dir, 'call.wav')));
    const lane = (channel: number, fromMs: number, toMs: number) =>
      recording.samples
        .subarray(Math.round(fromMs * 8) * 2, Math.round(toMs * 8) * 2)
        .filter((_, index) => index % 2 === channel);
    // The bot's speech has telephone level and never clips; trace rows may be slightly late.
    const botAudio = lane(1, cut.t - cut.heardMs, cut.t);
    expect(rmsDbfs(botAudio)).toBeGreaterThan(-30);
    expect(peak(botAudio)).toBeLessThan(0x7fff);
    expect(rmsDbfs(lane(1, goodbye.t - goodbye.heardMs, goodbye.t))).toBeGreaterThan(-30);
    // The old reply is silent once the interruption has taken effect; the trace row may be slightly early.
    expect(peak(lane(1, cut.t + 60, cut.t + 420))).toBeLessThan(16);
    // The caller talks while the bot is still talking; a busy detector hears that late.
    expect(rmsDbfs(lane(0, cut.t - 600, cut.t + 200))).toBeGreaterThan(-40);
  },
);
