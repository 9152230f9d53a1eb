import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@hookline/audio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AudioSource, pcm16, sequence, wav } from '../src/index.js';
import { audio, hangUp, idle, openCall } from './open-call.js';

const SAMPLES = new Int16Array(800).fill(1000);
const FILE = writeWav({ codec: 'pcm16', data: SAMPLES, rate: 8000, channels: 1 });

/** A pipe: reading it waits until something is written to it. */
function pipe(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-pipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

describe.skipIf(process.platform === 'win32')('a virtual clock stands still while a bot reads', () => {
  it.each<[string, Uint8Array, (path: string) => AudioSource]>([
    ['a WAV file by its path', FILE, (path) => wav(path)],
    ['a WAV file by the promise of its path', FILE, (path) => wav(Promise.resolve(path))],
    ['a WAV file as a stream', FILE, (path) => wav(createReadStream(path))],
    ['a file of µ-law as a stream', audio(100), (path) => createReadStream(path)],
    [
      'a file of PCM16 as a stream',
      new Uint8Array(SAMPLES.buffer),
      (path) => pcm16(createReadStream(path), { rate: 8000 }),
    ],
    ['a file of a sequence', FILE, (path) => sequence([wav(path)])],
  ])('%s', async (_, content, source) => {
    const path = pipe();
    const { clock, client } = await openCall((call) => {
      call.on('dtmf', () => void call.play(source(path)));
      return idle(call);
    });
    const fromMs = clock.now();
    client.send('dtmf', { digit: '1' });
    const advanced = clock.advance(1000);
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(fromMs);
    writeFileSync(path, content);
    await advanced;
    expect(client.frames[0]?.atMs).toBe(fromMs);
    await hangUp(clock, client);
  });
});
