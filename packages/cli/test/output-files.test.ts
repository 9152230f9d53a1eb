import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@hookline/audio';
import { createBot, type Listening } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-outputs-'));
writeFileSync(join(cwd, 'file'), 'content');
mkdirSync(join(cwd, 'folder'));
mkdirSync(join(cwd, 'kept/talk--the-caller-speaks'), { recursive: true });
writeFileSync(join(cwd, 'kept/talk--the-caller-speaks/trace.ndjson'), '');
writeFileSync(join(cwd, 'one.call.yaml'), 'version: 1\nname: one\nsteps:\n  - hangup\n');
afterAll(() => rmSync(cwd, { recursive: true }));

const SILENCE = new Uint8Array(800).fill(255);
const NOBODY = 'ws://127.0.0.1:1/x';

describe.concurrent('a file that cannot be written', () => {
  test.each([
    [
      ['record', '--forward-to', 'ws://127.0.0.1:1', '--listen', ':0', '--trace', 'file'],
      '--trace cannot write "file"',
    ],
    [['run', 'one.call.yaml', '--target', NOBODY, '--trace', 'file'], '--trace cannot write "file"'],
    [['check', NOBODY, '--trace', 'kept'], '--trace "kept" already contains traces of a check'],
    [['check', NOBODY, '--trace', 'file'], '--trace cannot write "file"'],
    [['load', NOBODY, '--calls', '1', '--out', 'file/run.json'], '--out cannot write'],
    [['load', NOBODY, '--calls', '1', '--html', 'file/run.html'], '--html cannot write'],
    [['check', NOBODY, '--reporter', 'junit=file/check.xml'], '--reporter junit cannot write'],
    [
      ['run', 'one.call.yaml', '--target', NOBODY, '--reporter', 'junit=file/run.xml'],
      '--reporter junit cannot write',
    ],
  ])('is refused before the run: %j', async (args, words) => {
    const run = await hookline(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });

  test('is not confused with a folder that does not exist yet, which is created', async () => {
    const run = await hookline(['load', NOBODY, '--calls', '1', '--out', 'new/run.json', '--quiet'], { cwd });
    expect(run.code).toBe(4);
    expect(JSON.parse(readFileSync(join(cwd, 'new/run.json'), 'utf8'))).toBeTypeOf('object');
  });
});

describe('a command with an argument that is refused', () => {
  const before = join(cwd, 'before');
  beforeAll(async () => {
    mkdirSync(before);
    writeFileSync(join(before, 'keep.wav'), 'content');
    cpSync(join(cwd, 'one.call.yaml'), join(before, 'one.call.yaml'));
    const bot = await createBot({ auth: 'none', path: '/' }, () => ({})).listen(0, { host: '127.0.0.1' });
    const call = await hookline(['call', bot.url, '--silence', '--trace', 'recorded'], { cwd: before });
    expect(call.code).toBe(0);
    await bot.close();
  });

  test.each([
    ...['call', 'replay recorded --to'].flatMap((verb) => [
      `${verb} ${NOBODY} --trace new/t --conversation-id nope`,
      `${verb} ${NOBODY} --conversation-id nope`,
      `${verb} ${NOBODY} --trace new/t --language x_y`,
      `${verb} ${NOBODY} --trace new/t --language=`,
    ]),
    `call ${NOBODY} --record keep.wav --out new/out.wav --conversation-id nope`,
    `call ${NOBODY} --record new/call.wav --trace new/t --org-id nope`,
    `call ${NOBODY} --out keep.wav --trace off --input =x`,
    `run one.call.yaml --target ${NOBODY} --trace new/t --reporter junit=new/run.xml --input x`,
    `check ${NOBODY} --trace new/t --reporter junit=new/check.xml --only NO-CHECK`,
    `load ${NOBODY} --out keep.wav --html new/load.html --rate 0`,
    'record --forward-to ws://127.0.0.1:1 --listen :0 --trace new/t --rotate 0',
    'record --forward-to ws://127.0.0.1:1 --listen :0 --trace new/t --cert one.call.yaml --key one.call.yaml',
  ])('neither creates nor changes a file: %s', async (args) => {
    const folder = mkdtempSync(join(cwd, 'refused-'));
    cpSync(before, folder, { recursive: true });
    const run = await hookline(args.split(' '), { cwd: folder });
    expect([run.code, run.stdout]).toEqual([2, '']);
    const paths = (dir: string) => readdirSync(dir, { recursive: true }).sort();
    expect(paths(folder)).toEqual(paths(before));
    expect(readFileSync(join(folder, 'keep.wav'), 'utf8')).toBe('content');
  });
});

// A disk that is full fits in no folder, so the device stands for it.
const FULL = '/dev/full';

describe.skipIf(!existsSync(FULL))('a report that cannot be written after the run', () => {
  const REPORTERS = ['--reporter', 'spec', '--reporter', `junit=${FULL}`];
  const UNWRITTEN = `--reporter junit=${FULL} cannot be written: ENOSPC`;
  let bot: Listening;
  beforeAll(async () => {
    bot = await createBot({ auth: 'none', path: '/' }, () => ({})).listen(0, { host: '127.0.0.1' });
  });
  afterAll(() => bot.close());

  test.each([
    [['run', 'one.call.yaml', '--target', 'ws://127.0.0.1:1'], '1 of 1 scenario failed: "one"'],
    [['check', NOBODY], 'connect'],
  ])('changes neither the exit code of a failure nor the other reports: %j', async (args, reason) => {
    const json = `${args[0]}.after.json`;
    const run = await hookline([...args, ...REPORTERS, '--reporter', `json=${json}`], { cwd });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain(reason);
    expect(run.stderr).toContain(`; ${UNWRITTEN}`);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(cwd, json), 'utf8').trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'result',
    });
  });

  test.each([
    [(url: string) => ['run', 'one.call.yaml', '--target', url, '--trace', 'off']],
    [(url: string) => ['check', url, '--only', 'AC-OPEN-8', '--allow-inconclusive', '--trace', 'off']],
  ])('fails a run that is otherwise a success, with exit code 8', async (args) => {
    const run = await hookline([...args(bot.url), ...REPORTERS], { cwd });
    expect([run.code, run.stderr]).toEqual([8, expect.stringMatching(`^hookline: ${UNWRITTEN}`)]);
  });
});

test('run exits with 8 if all calls passed, but a trace of --trace became impossible to write', async () => {
  const traces = join(cwd, 'lost');
  mkdirSync(traces);
  const bot = await createBot({ auth: 'none', path: '/' }, () => {
    renameSync(traces, join(cwd, 'moved'));
    writeFileSync(traces, '');
    return {};
  }).listen(0, { host: '127.0.0.1' });
  const run = await hookline(['run', 'one.call.yaml', '--target', bot.url, '--trace', 'lost'], { cwd });
  await bot.close();
  expect([run.code, run.stdout]).toEqual([8, expect.stringContaining('1 passed')]);
  expect(run.stderr).toMatch(/^hookline: --trace "lost": 1 trace could not be written completely$/m);
});

describe.concurrent('a report with the path of another file', () => {
  writeFileSync(join(cwd, 'check.json'), '{}');
  writeFileSync(join(cwd, 'said.wav'), writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: SILENCE }));
  writeFileSync(join(cwd, 'speaks.json'), '{"triggers":{"speak":{"say":"said.wav"}}}');
  writeFileSync(join(cwd, 'nightly.load.yaml'), `url: ${NOBODY}\ncalls: 1\nwav: said.wav\n`);
  const RUN = ['run', 'one.call.yaml', '--target', NOBODY];
  const LOAD = ['load', NOBODY, '--calls', '1'];
  test.each([
    [[...RUN, '--reporter', 'junit=one.call.yaml'], 'the scenario file "one.call.yaml"'],
    [
      [...RUN, '--reporter', 'junit=same.out', '--reporter', 'json=./same.out'],
      '--reporter json "./same.out"',
    ],
    [[...RUN, '--input', 'a=@said.wav', '--reporter', 'spec=said.wav'], '--input "said.wav"'],
    [
      ['check', NOBODY, '--profile', './check.json', '--reporter', 'json=check.json'],
      '--profile "./check.json"',
    ],
    [
      ['check', NOBODY, '--profile', './speaks.json', '--reporter', 'github=said.wav'],
      'triggers.speak.say of the profile "',
    ],
    [
      ['check', NOBODY, '--reporter', 'junit=same.out', '--reporter', 'spec=same.out'],
      '--reporter spec "same.out"',
    ],
    [[...LOAD, '--out', 'l.x', '--html', 'l.x'], '--html "l.x"'],
    [[...LOAD, '--wav', 'said.wav', '--html', 'said.wav'], '--wav "said.wav"'],
    [[...LOAD, '--scenario', 'one.call.yaml', '--out', 'one.call.yaml'], '--scenario "one.call.yaml"'],
    [['load', 'nightly.load.yaml', '--out', 'nightly.load.yaml'], 'the load file "nightly.load.yaml"'],
    [['load', 'nightly.load.yaml', '--html', 'said.wav'], 'wav of the load file "'],
    [['load', 'merge', 'file', '--out', 'file'], 'the file "file"'],
    [['calibrate', 'file', '--out', 'file'], 'the trace "file"'],
    [['calibrate', 'folder', '--out', 'folder/trace.ndjson'], 'the trace "folder/trace.ndjson"'],
    [['calibrate', 'folder', '--events', 'file', '--out', 'file'], '--events "file"'],
  ])('is refused before the run: %j', async (args, words) => {
    const before = files();
    const run = await hookline(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(`${words}`);
    expect(run.stderr).toContain('name the same file; choose a different file for each.');
    expect(files()).toEqual(before);
  });
});

/** The content of every input. */
const files = () =>
  ['file', 'one.call.yaml', 'check.json', 'speaks.json', 'said.wav', 'nightly.load.yaml'].map((name) =>
    readFileSync(join(cwd, name), 'latin1'),
  );

describe.concurrent('hookline sign', () => {
  const SECRET = 'c2VjcmV0LXNlY3JldC0xMjM0';
  const SIGN = ['sign', 'wss://bots.example/x', '--api-key', 'k', '--client-secret', SECRET];

  test.each(['--session-id', '--org-id'])('refuses a %s that is no UUID', async (option) => {
    const run = await hookline([...SIGN, option, 'x\r\nInjected: 1'], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(`${option} takes a UUID`);
  });
});
