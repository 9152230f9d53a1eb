import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, sine } from '@hookline/audio';
import { defineIntegration } from '@hookline/client';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { afterAll, expect, vi } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { readScenarios, runScenario } from '../src/index.js';
import { similarity } from '../src/live/similarity.js';
import { SoundDetector } from '../src/live/sound-detector.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-scenario-bounds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const steps = (...lines: string[]) =>
  `version: 1\nname: a\nsteps:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const read = (text: string, command?: string) =>
  readScenarios(
    text,
    join(folder, 'a.call.yaml'),
    command === undefined ? {} : { speech: { command, folder } },
  );

/** A node program as a speech command. */
function speaker(name: string, program: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, program);
  return `'${process.execPath}' ${JSON.stringify(file)} {out}`;
}

const beep = (ms: number) => encodeMulaw(sine({ hz: 440, ms, dbfs: -20 }));

/** Runs steps against a bot that never stops speaking. */
async function runAgainstTalker(text: string) {
  const { scenarios, problems } = await read(text);
  expect(problems).toEqual([]);
  const [scenario] = scenarios;
  if (!scenario) throw new Error('no scenario');
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  const second = beep(1000);
  const talk = () => {
    if (server.ended) return;
    server.binary(second);
    clock.after(1000, talk);
  };
  void server.next('open').then(() => clock.after(50, talk));
  const integration = defineIntegration({
    baseConnectionUri: 'wss://bots.example',
    apiKey: 'key',
    clientSecret: null,
    dial: server.dial,
  });
  return clock.run(runScenario(scenario, { integration, clock, action: { limits: 'off' } }));
}

const inFiles = 'packages/scenario/test/invalid-files.test.ts';

everyBoundHolds({
  package: 'scenario',
  rows: [
    {
      bound: 'MAX_FILE_CHARS',
      holds: 'a longer file is not parsed',
      async drive(limit) {
        expect((await read(`${steps('- hangup')}#`.padEnd(limit, 'x'))).problems).toEqual([]);
        const { problems } = await read(`${steps('- hangup')}#`.padEnd(limit + 1, 'x'));
        expect(problems).toMatchObject([{ line: 1, message: `the file has ${limit + 1} characters` }]);
      },
    },
    {
      bound: 'MAX_SHOWN_CHARS',
      holds: 'a message shows the beginning of a longer text',
      async drive(limit) {
        const { problems } = await read(steps(`- dtmf: ${'x'.repeat(10_000)}`));
        expect(problems[0]?.message.length).toBeLessThan(limit + 20);
      },
    },
    {
      bound: 'MAX_SYNTHESIS_MS',
      holds: 'a speech command that takes longer is killed',
      async drive(limit) {
        const command = speaker('hangs', 'setInterval(() => {}, 1000);');
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
        try {
          const reading = read(steps('- say: { text: hi }'), command);
          await vi.waitUntil(() => vi.getTimerCount() > 0, { interval: 5 });
          await vi.advanceTimersByTimeAsync(limit);
          expect((await reading).problems[0]?.message).toContain('SIGKILL');
        } finally {
          vi.useRealTimers();
        }
      },
    },
    {
      bound: 'MAX_PRINTED_CHARS',
      holds: 'of what a program prints the end is told',
      async drive(limit) {
        const command = speaker(
          'prints',
          "process.stderr.write('x'.repeat(100_000) + ' the end', () => process.exit(1));",
        );
        const { problems } = await read(steps('- say: { text: hi }'), command);
        expect(problems[0]?.message).toMatch(/x the end\)$/);
        expect(problems[0]?.message.length).toBeLessThan(limit + 200);
      },
    },
    {
      bound: 'MAX_SPEECH_MS',
      holds: 'a caller who waits for their turn gives up',
      async drive(limit) {
        const { failure } = await runAgainstTalker(steps('- tone: { hz: 300, for: 1s }'));
        expect(failure?.got).toContain('2 minutes');
        expect(failure?.atMs).toBeGreaterThanOrEqual(limit);
        expect(failure?.atMs).toBeLessThan(limit + 2000);
      },
    },
    {
      bound: 'MAX_SOUND_MS',
      holds: 'what a bot says without an end is judged as it is',
      async drive(limit) {
        const text = steps('- expect: { audio: { duration: "> 5m" } }');
        const { failure } = await runAgainstTalker(text);
        expect(failure?.got).toMatch(/^duration (59|60|61)/);
        expect(failure?.atMs).toBeLessThan(limit + 2000);
      },
    },
    {
      bound: 'MAX_RECORDED_BYTES',
      holds: 'no more is kept of one thing that the bot says',
      drive(limit) {
        const ear = new SoundDetector(true);
        const second = beep(1000);
        for (let at = 0; at < 2 * limit; at += second.length) ear.push(at / 8, second);
        const [sound] = ear.sounds;
        expect(sound?.bytes).toBeLessThanOrEqual(limit + 160);
        expect(sound?.pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(sound?.bytes);
      },
    },
    {
      bound: 'MAX_SOUNDS',
      holds: 'the first are forgotten',
      drive(limit) {
        const ear = new SoundDetector(false);
        const short = beep(20);
        for (let index = 0; index < limit + 10; index++) ear.push(index * 1000, short);
        expect(ear.sounds).toHaveLength(limit);
        expect(ear.sounds[0]?.startMs).toBe(10_000);
      },
    },
    {
      bound: 'MAX_SHIFT',
      holds: 'audio that begins later is not found like any more',
      drive(limit) {
        const noise = Int16Array.from({ length: 16_000 }, (_, index) => 8000 * Math.sin(index * index));
        const later = (by: number) => Int16Array.from([...new Int16Array(by), ...noise]);
        expect(similarity(later(limit - 100), noise)).toBeGreaterThan(0.9);
        expect(similarity(later(limit + 2000), noise)).toBeLessThan(0.5);
      },
    },
    {
      bound: 'MAX_SAMPLES',
      holds: 'of longer audio the beginning is compared',
      drive(limit) {
        const wave = (length: number, hz: (at: number) => number) =>
          Int16Array.from({ length }, (_, at) => 8000 * Math.sin(at * at * 1e-7 + at * hz(at)));
        const same = wave(limit * 2, () => 0.3);
        const otherEnd = wave(limit * 2, (at) => (at < limit ? 0.3 : 0.7));
        expect(similarity(otherEnd, same)).toBeGreaterThan(0.95);
      },
    },
  ],
  elsewhere: { MAX_STEPS: inFiles, MAX_TIME_MS: inFiles, MAX_ALIASES: inFiles },
});
