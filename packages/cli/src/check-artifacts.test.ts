import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkArtifacts, checkReportFiles, checkTracesFolder } from './check-artifacts.js';

let dir: string;
const at = (name: string) => join(dir, name);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hookline-check-'));
  writeFileSync(at('a.wav'), 'content');
  symlinkSync(at('a.wav'), at('link.wav'));
  linkSync(at('a.wav'), at('hard.wav'));
  mkdirSync(at('real'));
  symlinkSync(at('real'), at('folder'));
  symlinkSync('to/new.wav', at('dangling.wav'));
  symlinkSync('real', at('to'));
  symlinkSync(at('loop.wav'), at('loop.wav'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('output paths of a call', () => {
  test.each<[string, () => Parameters<typeof checkArtifacts>[0]]>([
    [
      'in another notation',
      () => ({ record: at('x.wav'), out: relative(process.cwd(), at('real/../x.wav')) }),
    ],
    ['through a symbolic link', () => ({ record: at('link.wav'), out: at('a.wav') })],
    ['through a hard link', () => ({ record: at('hard.wav'), out: at('a.wav') })],
    ['through a link to nothing', () => ({ record: at('real/new.wav'), out: at('dangling.wav') })],
    ['through a linked folder', () => ({ record: at('folder/new.wav'), out: at('real/new.wav') })],
    ['as the speech of the caller', () => ({ record: at('a.wav'), wav: [at('link.wav')] })],
    ['as a barge-in', () => ({ out: at('a.wav'), bargeIn: [`${at('a.wav')}@playback+1s`] })],
    ['as the noise', () => ({ out: at('a.wav'), noise: `${at('a.wav')}@10dB` })],
    ['as an input', () => ({ out: at('a.wav'), input: [`x=@${at('a.wav')}`] })],
    ['as the client secret', () => ({ record: at('a.wav'), clientSecretFile: at('a.wav') })],
    ['inside the trace', () => ({ record: at('t/call.wav'), trace: at('t') })],
    ['as the trace', () => ({ out: at('t'), trace: at('t') })],
    ['below a linked trace', () => ({ out: at('folder/deep/x.wav'), trace: at('real') })],
    ['as a parent of the trace', () => ({ out: at('t'), trace: at('t/u') })],
  ])('are refused if two options name the same file %s', async (_, flags) => {
    await expect(checkArtifacts(flags())).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: expect.stringMatching(/name the same file|is (inside|below)/),
    });
    expect(readFileSync(at('a.wav'), 'utf8')).toBe('content');
  });

  test('are accepted if all differ', async () => {
    await checkArtifacts({ record: at('1.wav'), out: at('2.wav'), trace: at('t'), wav: [at('a.wav')] });
    await checkArtifacts({ record: at('..x.wav'), trace: 'off' });
  });

  test('are refused if one is a link without end', async () => {
    await expect(checkArtifacts({ record: at('loop.wav'), out: at('2.wav') })).rejects.toThrow('ELOOP');
  });
});

test('a report through a symbolic link to a file that does not exist yet leaves the link, and no file', async () => {
  symlinkSync(at('today.xml'), at('latest.xml'));
  await checkReportFiles([{ option: '--reporter', path: at('latest.xml') }], []);
  expect(readlinkSync(at('latest.xml'))).toBe(at('today.xml'));
  expect(existsSync(at('today.xml'))).toBe(false);
});

test('the traces of a check are refused in a folder with calls of the same scenarios, and accepted beside others', async () => {
  const scenarios = new Set(['talk']);
  for (const name of ['keys--the-caller-completes', 'talk--no-trace', '2026-11-22-1150-3f2a'])
    mkdirSync(at(name));
  for (const name of ['keys--the-caller-completes', '2026-11-22-1150-3f2a'])
    writeFileSync(at(`${name}/trace.ndjson`), '');
  await checkTracesFolder(dir, scenarios);
  await checkTracesFolder(at('new/folder'), scenarios);
  writeFileSync(at('talk--no-trace/trace.ndjson'), '');
  await expect(checkTracesFolder(dir, scenarios)).rejects.toMatchObject({
    code: 'CLI_USAGE',
    message: expect.stringMatching(
      /^--trace ".*" already contains traces of a check, such as "talk--no-trace"/,
    ),
  });
  await expect(checkTracesFolder(at('a.wav'), scenarios)).rejects.toThrow('--trace cannot write');
});
