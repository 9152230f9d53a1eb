import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, expect, test, vi } from 'vitest';
import { simulateCall } from '../src/simulate-call.js';

const script = fileURLToPath(new URL('../scripts/simulate.mjs', import.meta.url));

// A misbehaving bot emits process warnings.
beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

/** The end of the output for a call that broke an invariant: the violations and the command that repeats the call. */
const SHOWN_CHARS = 4000;

/** Runs `npm run simulate`; fails with its output if a call broke an invariant. */
async function simulate(...flags: string[]): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)(process.execPath, [script, ...flags]);
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    expect.fail(`${output.slice(-SHOWN_CHARS)}\n${String(error)}`);
  }
}

/** 2,000 calls reach every outcome; CI takes the time for more. */
const CALLS = process.env['CI'] ? 5000 : 2000;

test(`every invariant holds in ${CALLS} simulated calls, which reach every outcome of a call`, async () => {
  const { stderr } = await simulate('--from', '0', '--count', `${CALLS}`, '--workers', '2');
  expect(stderr).toMatch(new RegExp(`^${CALLS} calls in .*: every invariant held$`, 'm'));
  expect(/^ends: (.*)$/m.exec(stderr)?.[1]?.split(', ')).toEqual(
    expect.arrayContaining([
      ...['success', 'disconnected', 'bot-error', 'max-duration', 'connection-lost', 'protocol-violation'],
      ...['upgrade-timeout', 'open-timeout', 'refused', 'unauthorized', 'http-status', 'rate-limited'],
      ...['caller-source', 'pong-timeout', 'internal'],
    ]),
  );
}, 300_000);

test('a seed produces the same call every time, also in another process', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const [first, second] = [await simulateCall(seed), await simulateCall(seed)];
    expect(second.trace()).toEqual(first.trace());
  }
  const { stdout } = await simulate('--seed', '7');
  expect(stdout.trimEnd().split('\n')).toEqual((await simulateCall(7)).trace());
}, 60_000);
