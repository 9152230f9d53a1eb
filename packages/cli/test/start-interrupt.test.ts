import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Running, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-start-interrupt-'));
writeFileSync(join(cwd, 'one.call.yaml'), 'version: 1\nname: one\nsteps: [hangup]\n');
afterAll(() => rmSync(cwd, { recursive: true }));

const VERBS: [string, string[]][] = [
  ['run', ['run', 'one.call.yaml', '--target', 'ws://127.0.0.1:9']],
  ['check', ['check', 'ws://127.0.0.1:9/x']],
];

/** A command that never listens, and that says its process id, and when it is told to stop. */
const server = (onSigterm: string) =>
  `exec "${process.execPath}" -e 'process.on("SIGTERM", () => { console.log("told to stop"); ${onSigterm} }); console.log(process.pid, "up"); setInterval(() => {}, 1000)'`;

/** Waits until the server has said the words, and returns what it said before them. */
function said({ child }: Running, words: string): Promise<string> {
  return new Promise((resolve) => {
    let all = '';
    child.stderr.on('data', (bytes) => {
      all += bytes;
      if (all.includes(words)) resolve(all.slice(0, all.indexOf(words)));
    });
  });
}

describe.concurrent.each(VERBS)('hookline %s --start', (_, args) => {
  test('stops a starting server that ignores SIGTERM, also on a second SIGINT', {
    timeout: 30_000,
  }, async () => {
    const run = start([...args, '--start', server('')], { cwd });
    const [up, told] = [said(run, ' up'), said(run, 'told to stop')];
    const pid = Number(await up);
    run.child.kill('SIGINT');
    await told;
    run.child.kill('SIGINT');
    expect((await run.finished).code).toBe(130);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('stops a starting server if the terminal closes, which can send SIGHUP twice', {
    timeout: 30_000,
  }, async () => {
    const run = start([...args, '--start', server('process.exit()')], { cwd });
    const pid = Number(await said(run, ' up'));
    run.child.kill('SIGHUP');
    run.child.kill('SIGHUP');
    const { code, stderr } = await run.finished;
    // The reason is printed only if the second one did not force the exit.
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/interrupted; 1 scenario not|was stopped after 0/),
    ]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
