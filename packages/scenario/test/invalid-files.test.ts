import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadScenarios, readScenarioFile, readScenarios, type ScenarioProblem } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-wrong-'));
beforeAll(() => {
  writeFileSync(join(folder, 'hello.wav'), phrase('hello').bytes);
  writeFileSync(join(folder, 'noise.wav'), 'no audio at all');
  writeFileSync(join(folder, 'cases.csv'), 'pin,name\n0123,Ann\n');
  writeFileSync(join(folder, 'semicolons.csv'), 'pin;name\n0123;Ann\n');
  writeFileSync(join(folder, 'ragged.csv'), 'pin,name\n0123\n');
  writeFileSync(join(folder, 'empty.csv'), 'pin,name\n');
  write('twice.csv', 'pin,pin\n1,2\n');
  writeFileSync(
    join(folder, 'still.wav'),
    writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: new Uint8Array(0) }),
  );
  write('login.call.yaml', 'version: 1\nname: login\nsteps:\n  - dtmf: "1"\n    id: pin\n');
  write('again.call.yaml', steps('- use: back.call.yaml'));
  write('back.call.yaml', steps('- hangup', '- use: again.call.yaml'));
  write('two.call.yaml', `${steps('- hangup')}---\n${steps('- hangup')}`);
  write('rows.call.yaml', `data: cases.csv\n${steps('- hangup')}`);
  for (let depth = 1; depth < 40; depth++) {
    const next = depth === 1 ? '- hangup' : `- use: many${depth - 1}.call.yaml`;
    write(`many${depth}.call.yaml`, steps(next, next));
  }
});
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true }));

const read = async (text: string) => (await readScenarios(text, join(folder, 'a.call.yaml'))).problems;

/** A file with these steps; the first stands in line 4. */
const steps = (...lines: string[]) =>
  `version: 1\nname: a\nsteps:\n${lines.map((line) => `  ${line}\n`).join('')}`;

type Row = readonly [
  what: string,
  text: string,
  place: string,
  message: string,
  expected: string,
  suggestion: string,
];

const WRONG: readonly Row[] = [
  // Keys of a telephone
  ['a number for keys', steps('- dtmf: 1234'), '4:11', 'the number 1234', 'in quotes', '"1234"'],
  [
    'a number that loses its 0',
    steps('- dtmf: 0123'),
    '4:11',
    '0123, which YAML reads as 123',
    'in quotes',
    '"0123"',
  ],
  [
    'a number in another base',
    steps('- dtmf: 0x1F'),
    '4:11',
    '0x1F, which YAML reads as 31',
    'keys',
    '"1234#"',
  ],
  ['an octal number', steps('- dtmf: 0o17'), '4:11', '0o17, which YAML reads as 15', 'keys', '"1234#"'],
  [
    'a number with an exponent',
    steps('- dtmf: 1e3'),
    '4:11',
    '1e3, which YAML reads as 1000',
    'keys',
    '"1234#"',
  ],
  ['keys that a comment truncates', steps('- dtmf: 12 #'), '4:11', 'the number 12', 'in quotes', '"12"'],
  ['keys that are a comment', steps('- dtmf: #'), '4:5', 'got nothing', 'in quotes', 'comment'],
  ['keys that are an alias', steps('- dtmf: *1'), '4:11', 'Unresolved alias', 'anchor', 'quotes'],
  ['an invalid key', steps('- dtmf: "12x"'), '4:11', '"12x"', '0 to 9, *, #', '"1234#"'],
  // Keys of a map
  [
    'a list that contains itself',
    'version: 1\nname: a\nsteps: &all\n  - hangup\n  - parallel: *all\n',
    '5:15',
    'the alias *all contains itself',
    'ends before its alias',
    'without & and *',
  ],
  [
    'a misspelt key',
    steps('- expect: opened', '  witin: 2s'),
    '5:5',
    'no key "witin"',
    'within',
    'write within',
  ],
  ['a misspelt action', steps('- dtmv: "1"'), '4:5', 'no key "dtmv"', 'say, silence, tone', 'write dtmf'],
  [
    'two actions in one step',
    steps('- say: hello.wav', '  dtmf: "1"'),
    '5:5',
    'no key "dtmf"',
    'say, id, at',
    'keep one of say and dtmf',
  ],
  [
    'the same key twice',
    steps('- say: hello.wav', '  say: hello.wav'),
    '5:5',
    'unique',
    'each key once',
    'leave one',
  ],
  [
    'a key of the end at the top',
    `${steps('- hangup')}never: [error]\n`,
    '5:1',
    'no key "never"',
    'end',
    'right place',
  ],
  ['a missing name', 'version: 1\nsteps: []\n', '1:1', 'name is missing', 'name', 'add name'],
  ['a missing time', steps('- expect: { absent: turn }'), '4:13', 'for is missing', 'a time', 'add for: 2s'],
  // Values
  ['another version', 'version: 2\nname: a\nsteps: []\n', '1:10', 'got 2', '1', 'write 1'],
  [
    'steps that are not a list',
    'version: 1\nname: a\nsteps: { say: hello.wav }\n',
    '3:8',
    'got a map',
    'a list',
    '"- "',
  ],
  ['a time without a unit', steps('- wait: 2'), '4:11', 'the number 2', '500ms', '2s'],
  ['a time in another unit', steps('- wait: 2 sec'), '4:11', '"2 sec"', '500ms', '2s'],
  [
    'a misspelt event',
    steps('- expect: playback_startd'),
    '4:13',
    '"playback_startd"',
    'playback_started',
    'write playback_started',
  ],
  [
    'an unknown value',
    steps('- expect: { turn: { disposition: matched } }'),
    '4:36',
    '"matched"',
    'no_input, no_match, match',
    'write match',
  ],
  [
    'a comparison without a sign',
    steps('- expect: { reply: 500ms }'),
    '4:22',
    '"500ms"',
    '>= 400ms',
    '>= 400ms',
  ],
  [
    'a level without a unit',
    steps('- expect: { audio: { level: "> -30" } }'),
    '4:31',
    '"> -30"',
    'dB',
    '-30dB',
  ],
  [
    'a broken pattern',
    steps('- expect: { turn: { text: "/which (day/" } }'),
    '4:29',
    'not a regular expression',
    'JavaScript',
    '\\',
  ],
  [
    'an input that is a number',
    'version: 1\nname: a\ncall: { inputs: { customerId: 0042 } }\nsteps: []\n',
    '3:31',
    '0042, which YAML reads as 42',
    'in quotes',
    '"0042"',
  ],
  [
    'an output that is a boolean',
    'version: 1\nname: a\nsteps: []\nend: { outputs: { ok: true } }\n',
    '4:23',
    'the truth value true',
    'a string',
    '"true"',
  ],
  ['an invalid language', steps('- language: english please'), '4:15', '"english please"', 'en-US', 'en-US'],
  // Moments
  [
    'a moment without an event',
    steps('- hangup: true', '  at: playback_start + 1s'),
    '5:9',
    'unknown event playback_start',
    'playback_started',
    'playback_started',
  ],
  [
    'a moment without a unit',
    steps('- hangup: true', '  at: playback_started + 700'),
    '5:9',
    '"playback_started + 700"',
    '700ms',
    '700ms',
  ],
  [
    'a step that has no id',
    steps('- dtmf: "1"', '  id: key', '- hangup: true', '  at: keys.end + 1s'),
    '7:9',
    'has the id keys',
    'an earlier step',
    'key.end',
  ],
  // Files
  [
    'a file that does not exist',
    steps('- say: helo.wav'),
    '4:10',
    'cannot be read',
    'WAV',
    'write hello.wav',
  ],
  ['a file that is not audio', steps('- say: noise.wav'), '4:10', 'no audio', 'a WAV file', 'ffmpeg'],
  [
    'data that does not exist',
    `data: case.csv\n${steps('- hangup')}`,
    '1:7',
    'case.csv cannot be read',
    'a CSV file',
    'path',
  ],
  [
    'data with a short row',
    `data: ragged.csv\n${steps('- hangup')}`,
    '1:7',
    'line 2 has 1 fields',
    'a CSV file',
    'fix',
  ],
  [
    'data without a row',
    `data: empty.csv\n${steps('- hangup')}`,
    '1:7',
    'has no row',
    'a CSV file',
    'add a row',
  ],
  [
    'a table whose columns are separated by semicolons',
    `data: semicolons.csv\n${steps(`- dtmf: "\${row.pin}"`)}`,
    '5:11',
    'row.pin} is not defined',
    'data whose columns are separated by commas',
    'the columns are separated by ";"; save the file with commas',
  ],
  [
    'a column that does not exist',
    `data: cases.csv\n${steps(`- dtmf: "\${row.pn}"`)}`,
    '5:11',
    'row.pn',
    'pin, name',
    'row.pin',
  ],
  [
    'a text that begins like a column',
    `data: cases.csv\n${steps(`- say: { text: "A \${b}" }`)}`,
    '5:18',
    'b} is not defined',
    'pin, name',
    `for the text \${ itself, write \${$}{`,
  ],
  ['a row without data', steps(`- dtmf: "\${row.pin}"`), '4:11', 'row.pin', 'data', 'add data'],
  // Other files, and texts
  [
    'a used file that does not exist',
    steps('- use: logon.call.yaml'),
    '4:10',
    'cannot be read',
    'a scenario file',
    'write login.call.yaml',
  ],
  [
    'a used file with two scenarios',
    steps('- use: two.call.yaml'),
    '4:10',
    'contains 2 scenarios',
    'one scenario',
    'separate file',
  ],
  [
    'a used file that has rows',
    steps('- use: rows.call.yaml'),
    '4:10',
    'has its own data',
    'without data',
    'put data into this file',
  ],
  [
    'another key next to use',
    steps('- use: login.call.yaml', '  within: 2s'),
    '5:5',
    'no key "within"',
    'use',
    'remove it',
  ],
  [
    'a step of a used file that has no id',
    steps('- use: login.call.yaml', '- hangup: true', '  at: pi.end'),
    '6:9',
    'has the id pi',
    'an earlier step',
    'write pin.end',
  ],
  [
    'a disposition in place of a turn',
    steps('- expect: { turn: match }'),
    '4:21',
    'got "match"',
    'disposition, text, confidence',
    'write { disposition: match }',
  ],
  [
    'a text in place of a turn',
    steps('- expect: { turn: Friday }'),
    '4:21',
    'got "Friday"',
    'disposition, text, confidence',
    'write a map, as in { disposition: … }',
  ],
  ['a line for the report that is a number', steps('- log: 12'), '4:10', 'the number 12', 'a string', '"12"'],
  [
    'a text without a speech command',
    steps('- say: { text: good morning }'),
    '4:18',
    'no speech command',
    'a command',
    '--tts',
  ],
  [
    'a misspelt key of a text',
    steps('- say: { txt: good morning }'),
    '4:12',
    'no key "txt"',
    'WAV file, or { text',
    'write text',
  ],
  // What says nothing, or nothing that could be met
  [
    'a time outside of a call',
    steps('- wait: 99999999999m'),
    '4:11',
    '99999999999m',
    '60m at most',
    '60m or less',
  ],
  ['a time that is a number', steps('- wait: 1500'), '4:11', 'the number 1500', '500ms', '1500ms or 1500s'],
  [
    'an empty range',
    steps('- expect: { audio: { duration: 5s..1s } }'),
    '4:34',
    'the range 5s..1s is empty',
    'the smaller',
    'write 1s..5s',
  ],
  [
    'two expectations at once',
    steps('- expect: { turn: {}, playback: {} }'),
    '4:25',
    'no key "playback"',
    'turn',
    'keep one of turn and playback',
  ],
  [
    'a cause on the success path',
    `${steps('- hangup')}end: { path: success, cause: refused }\n`,
    '5:23',
    'cause applies only to the failure path',
    'path: failure',
    'leave cause out',
  ],
  [
    'outputs on the failure path',
    `${steps('- hangup')}end: { path: failure, outputs: { a: b } }\n`,
    '5:23',
    'outputs applies only to the success path',
    'path: success',
    'write path: success',
  ],
  [
    'outputs with a text of the failure path',
    `${steps('- hangup')}end: { outputs: { a: b }, errorType: x }\n`,
    '5:8',
    'outputs applies only to the success path',
    'path: success',
    'leave outputs out',
  ],
  [
    'a duplicate id',
    steps('- dtmf: "1"', '  id: a', '- dtmf: "2"', '  id: a'),
    '7:9',
    'an earlier step has the id',
    'a unique id',
    'a2',
  ],
  [
    'events that are not a list',
    `${steps('- hangup')}end: { never: error }\n`,
    '5:15',
    'got "error"',
    'a list of events',
    '[error]',
  ],
  [
    'a WAV file without audio',
    steps('- say: still.wav'),
    '4:10',
    'it contains no audio',
    'a WAV file with audio in it',
    'silence: 1s',
  ],
  [
    'data with a duplicate column',
    `data: twice.csv\n${steps('- hangup')}`,
    '1:7',
    'the column "pin" twice',
    'a CSV file',
    'fix',
  ],
  // YAML
  [
    'endlessly nested maps',
    steps(`- expect: ${'{ absent: '.repeat(5000)}`),
    '4:',
    'nested too deeply',
    'fewer levels',
    'reduce the nesting',
  ],
  ['a tag', steps("- !!js/function 'x'"), '4:5', 'Unresolved tag', 'without a tag', 'leave out !'],
  [
    'a key that is a list',
    'version: 1\n? [a, b]\n: c\n',
    '2:3',
    'a key that is a list',
    'a string',
    'quotes',
  ],
  [
    'JSON without a comma',
    '{ "version": 1, "steps": [] "end": {} }',
    '1:29',
    'Unexpected',
    'a key',
    'missing comma',
  ],
  ['a tab', 'version: 1\nname: a\nsteps:\n\t- hangup\n', '4:1', 'Tabs', 'spaces', 'two spaces'],
  ['a quote that is not closed', steps('- dtmf: "12'), '5:1', 'Missing closing', 'closing', 'close'],
  [
    'a pattern whose braces YAML interprets',
    steps('- expect: { turn: { text: /\\d{4}/ } }'),
    '4:32',
    'Unexpected',
    'a key',
    'in quotes',
  ],
  ['an empty file', '', '1:1', 'no scenario', 'version', 'version: 1'],
  ['a list instead of a scenario', '- say: hello.wav\n', '1:1', 'got a list', 'version', 'write'],
  [
    'endless aliases',
    `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n`,
    '1:1',
    'aliases',
    '100',
    'without & and *',
  ],
];

describe('a problem names its location, the found and the expected value, and the fix', () => {
  test.each(WRONG)('%s', async (_, text, place, message, expected, suggestion) => {
    const problems = await read(text);
    const at = ({ line, column }: ScenarioProblem) => `${line}:${column}`;
    expect(problems.map(at)).toContainEqual(expect.stringMatching(new RegExp(`^${place}`)));
    const found = problems.find((problem) => at(problem).startsWith(place));
    expect(found?.message).toContain(message);
    expect(found?.expected).toContain(expected);
    expect(found?.suggestion).toContain(suggestion);
  });

  test('all at once, in order, each only once for two rows', async () => {
    writeFileSync(join(folder, 'two.csv'), 'pin\n1\n2\n');
    const text = `data: two.csv\n${steps('- dtmf: 12', '- say: nothing.wav', '- wait: 3', '- expect: nonsense')}`;
    expect((await read(text)).map(({ line }) => line)).toEqual([5, 6, 7, 8]);
  });

  test.each([
    [
      'a file that uses itself through another one',
      'back',
      'again.call.yaml',
      '4:10',
      'back.call.yaml uses itself (back.call.yaml, then again.call.yaml, then back.call.yaml)',
    ],
    ['endless steps', 'many39', 'many14.call.yaml', '5:10', 'there are 16384 steps'],
  ])('%s, in its file', async (_, name, file, place, message) => {
    const problems = await read(steps('- hangup', `- use: ${name}.call.yaml`));
    const told = problems.map((one) => `${one.file}:${one.line}:${one.column}  ${one.message}`);
    expect(told.join()).toContain(`${join(folder, file)}:${place}`);
    expect(told.join()).toContain(message);
  });

  test('a placeholder that a row does not fill, once', async () => {
    const text = `data: cases.csv\n${steps(`- dtmf: "\${row.PIN}"`)}`;
    expect((await read(text)).map(({ message }) => message)).toEqual([`\${row.PIN} is not defined`]);
  });

  test('a file in another encoding than UTF-8', async () => {
    const path = join(folder, 'latin.call.yaml');
    writeFileSync(path, Buffer.from('version: 1\nname: caf\xe9\nsteps: []\n', 'latin1'));
    expect((await readScenarioFile(path)).problems).toMatchObject([
      { line: 2, column: 10, expected: 'a scenario file in UTF-8', suggestion: 'save it as UTF-8' },
    ]);
  });

  test('as an error that prints file, line and column', async () => {
    const path = join(folder, 'wrong.call.yaml');
    writeFileSync(path, steps('- dtmf: 12'));
    await expect(loadScenarios(path)).rejects.toMatchObject({
      code: 'SCENARIO_BAD_FILE',
      isUsage: true,
      message: `${path}:4:11  got the number 12\n    expected    keys of a telephone in quotes: 0 to 9, *, #, A to D\n    suggestion  put it in quotes: "12"`,
      problems: [{ line: 4, column: 11 }],
    });
    await expect(loadScenarios(join(folder, 'nowhere.call.yaml'))).rejects.toThrow('cannot be read');
  });
});

test('a fault of a row names the line of the data, and one of the file is named once', async () => {
  // Old programs end lines with CR only.
  writeFileSync(join(folder, 'keys.csv'), 'keys,note\r12,a\r1x,b\r\r99,c\r');
  const text = `version: 1\nname: a\ndata: keys.csv\nsteps:\n  - dtmf: "\${row.keys}"\n  - hangupp\n`;
  const { problems } = await readScenarios(text, join(folder, 'rows-of.call.yaml'));
  const messages = problems.map(({ message }) => message);
  expect(messages).toHaveLength(2);
  expect(messages[0]).toMatch(/1x.*, with the row in line 3 of keys\.csv$/);
  expect(messages[1]).not.toContain('keys.csv');
});

test('a pattern without quotes is one problem, and not one of every line behind it', async () => {
  const text = `${steps('- expect: { turn: { text: /[a/ } }', '- say: hello.wav', '- dtmf: "1"')}end:\n  path: success\n`;
  const problems = await read(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ line: 4, suggestion: "put the pattern in quotes, such as '/[ab]/'" });
});

test('an absolute path is not taken for a pattern', async () => {
  const problems = await read(steps('- say: { file: /srv/a.wav, file: /srv/b.wav }'));
  expect(problems).toHaveLength(1);
  expect(problems[0]?.suggestion).not.toContain('pattern');
});
