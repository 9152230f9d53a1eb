import { expect, it, vi } from 'vitest';
import { audio, failure, openCall, scriptedCall } from './scripted-call.js';

/** What the CJS build is for a program of ES modules: the same modules, loaded once more. */
async function otherCopy(): Promise<typeof import('../src/index.js')> {
  vi.resetModules();
  return import('../src/index.js');
}

it('hears a live caller of another copy of the package, also through a transform', async () => {
  const { liveCaller, withGain } = await otherCopy();
  const caller = liveCaller({ dropBeforeOpened: true });
  const { clock, server, call } = await openCall({ caller: withGain(caller, 0) });
  await clock.advance(500);
  caller.push(audio(200, 0x2a));
  await clock.advance(1000);
  expect(server.audio.some(({ what }) => what.includes(0x2a))).toBe(true);
  call.hangup();
  await clock.run(call.closed);
});

it('takes a refused dial for one if the error is of another copy, whose class a bundler has renamed', async () => {
  const { DialError } = await otherCopy();
  const dial = async () => {
    const error = new DialError('DIAL_UNAUTHORIZED', 'answered HTTP 401', { status: 401 });
    throw Object.assign(error, { name: 'a' });
  };
  const { clock, call } = scriptedCall({ dial });
  const { cause, status, failureOutputs } = failure(await clock.run(call.result));
  expect([cause, status, failureOutputs.errorType]).toEqual(['unauthorized', 401, 'NoResourceError']);
});
