import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phraseUrl } from '@hookline/bots';
import { inTurn, silenceCaller, wavCaller, withGain } from '@hookline/client';
import { systemClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

/** A WAV file that takes 100 ms of real time to read: a pipe with a late writer. */
function lateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-late-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'late.wav');
  execFileSync('mkfifo', [path]);
  systemClock.after(100, () => createWriteStream(path).end(readFileSync(phraseUrl('hello'))));
  return path;
}

describe.skipIf(process.platform === 'win32')(
  'on a virtual clock, a file that is read slowly is heard in time',
  () => {
    const callers = {
      'by itself': () => wavCaller(lateFile()),
      'after another source': () => inTurn(silenceCaller(500), wavCaller(lateFile())),
      'made louder': () => withGain(wavCaller(lateFile()), 1),
    };

    it.each(Object.entries(callers))('%s', async (_, caller) => {
      const { call, clock } = linkedCall(
        () => async (call) => {
          const said = await call.utterance({ timeoutMs: 5000 });
          return { fromMs: String(Math.round(said?.fromMs ?? -1)) };
        },
        { call: { caller: caller(), outputs: ['fromMs'] } },
      );
      const result = await clock.run(call.result);
      expect(result.callerLateMs).toBe(0);
      expect(result).toMatchObject({ path: 'success', outputs: { fromMs: expect.stringMatching(/^\d+$/) } });
    });
  },
);
