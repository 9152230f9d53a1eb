import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phraseUrl } from '@hookline/bots';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { loadScenarios, readScenarios, renderGithub, renderSpec } from '../src/index.js';
import { runVirtual } from './run-virtual.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-other-files-'));
mkdirSync(join(folder, 'parts'));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
writeFileSync(join(folder, 'parts', 'hello.wav'), readFileSync(phraseUrl('hello')));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(path: string) {
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  const result = await runVirtual(await loadScenarios(path), server, clock);
  return { result, keys: server.of('dtmf').map(({ parameters }) => parameters.digit) };
}

describe('a step with use', () => {
  write('cases.csv', 'pin,day\n4711,friday\n');
  write(
    'parts/login.call.yaml',
    `version: 1\nname: login\nsteps:\n  - say: hello.wav\n    at: now\n  - dtmf: "\${row.pin}"\n    id: pin\n  - log: pressed \${row.pin}\n  - use: ../more.call.yaml\nend: { path: failure }\n`,
  );
  write('more.call.yaml', 'version: 1\nname: more\nsteps:\n  - dtmf: "#"\n');
  const main = write(
    'main.call.yaml',
    'version: 1\nname: orders\ndata: cases.csv\nsteps:\n  - use: parts/login.call.yaml\n  - dtmf: "9"\n    at: pin.end + 2s\n',
  );

  test('is replaced by the steps of the file, which may name files in its folder and use others', async () => {
    const { result, keys } = await run(main);
    expect(result.failure).toBeUndefined();
    expect(keys.join('')).toBe('4711#9');
    expect(result.steps.map(({ text }) => text)).toEqual([
      'say hello.wav at now',
      'dtmf "4711"',
      'log pressed 4711',
      'dtmf "#"',
      'dtmf "9" at pin.end + 2s',
    ]);
  });

  test('reports a failure in that file with its location there', async () => {
    write('parts/waits.call.yaml', 'version: 1\nname: waits\nsteps:\n  - expect: barge_in\n');
    const path = write(
      'fails.call.yaml',
      'version: 1\nname: fails\nsteps:\n  - use: parts/waits.call.yaml\n',
    );
    const { result } = await run(path);
    const place = join(folder, 'parts', 'waits.call.yaml');
    expect(result.failure?.place).toEqual({ file: place, line: 4, column: 5 });
    const report = { results: [result], durationMs: 0 };
    expect(renderSpec(report)).toContain(`${place}:4:5`);
    expect(renderGithub(report)).toContain(`file=${place},line=4,col=5`);
  });
});

test('a log step writes its line and its time into the report', async () => {
  const path = write(
    'log.call.yaml',
    'version: 1\nname: logs\nsteps:\n  - wait: 2s\n  - log: "now: the order"\n',
  );
  const { result } = await run(path);
  expect(renderSpec({ results: [result], durationMs: 0 })).toContain('log at 2.00 s  now: the order');
  expect(result.steps.at(-1)).toMatchObject({ logged: 'now: the order', outcome: 'passed' });
});

describe('a spoken text', () => {
  const speaker = write(
    'speak.mjs',
    `import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
const [, , how, out, given] = process.argv;
const text = given ?? readFileSync(0, 'utf8');
appendFileSync(${JSON.stringify(join(folder, 'spoken'))}, text + '\\n');
if (how === 'fails') { console.error('no such voice'); process.exit(3); }
if (how === 'hangs') setInterval(() => {}, 1000);
else if (how === 'junk') appendFileSync(out, 'no audio');
else if (how !== 'nothing') copyFileSync(${JSON.stringify(join(folder, 'parts', 'hello.wav'))}, out);
`,
  );
  const spoken = () => readFileSync(join(folder, 'spoken'), 'utf8').trim().split('\n');
  const read = (text: string, how: string, rest = ' {text}') =>
    readScenarios(
      `version: 1\nname: a\nsteps:\n  - say: { text: ${JSON.stringify(text)} }\n`,
      join(folder, 'a.call.yaml'),
      {
        speech: {
          command: `'${process.execPath}' ${JSON.stringify(speaker)} ${how} {out}${rest}`,
          folder: join(folder, `made-${how}`),
        },
      },
    );

  test('is synthesized once by a command, unchanged and without a shell', async () => {
    const text = `it's $(touch ${join(folder, 'shell')}) "two"; {out} costs $$5 or $&`;
    for (const _ of [1, 2]) {
      const { scenarios, problems } = await read(text, 'speaks');
      expect(problems).toEqual([]);
      expect(scenarios[0]?.steps[0]).toMatchObject({
        text: `say ${JSON.stringify(text)}`,
        action: { type: 'say', audio: expect.any(Uint8Array) },
      });
    }
    expect(spoken().filter((line) => line === text)).toHaveLength(1);
    expect(existsSync(join(folder, 'shell'))).toBe(false);
  });

  test('is passed to the standard input of a command without {text}', async () => {
    const { problems } = await read('good morning', 'reads', '');
    expect(problems).toEqual([]);
    expect(spoken()).toContain('good morning');
  });

  test.each([
    ['fails', /could not be synthesized \(.*ended with 3: no such voice\)/],
    ['nothing', /could not be synthesized \(ENOENT/],
    ['junk', /could not be synthesized \(/],
  ])('is a problem if the command does this: %s', async (how, message) => {
    const { problems } = await read('good morning', how);
    expect(problems).toMatchObject([{ line: 4, column: 18, message: expect.stringMatching(message) }]);
  });

  test('is a problem if the program does not exist, or its output cannot be stored', async () => {
    const from = (command: string) =>
      readScenarios('version: 1\nname: a\nsteps:\n  - say: { text: hi }\n', 'a.call.yaml', {
        speech: { command, folder },
      });
    const { problems } = await from('no-such-speaker {out}');
    expect(problems[0]?.message).toContain('ENOENT');
    await expect(from('espeak-ng {text}')).rejects.toMatchObject({
      code: 'SCENARIO_BAD_OPTION',
      isUsage: true,
      message: expect.stringContaining('{out}'),
    });
  });
});
