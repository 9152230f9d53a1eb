import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ErrorLine, VERB_LINES } from '../scripts/verb-lines.js';
import { EXIT } from '../src/exit-codes.js';
import { VERBS } from '../src/verbs/verbs.js';
import { type Finished, hookline, start } from './hookline.js';
import { lineFault } from './line-fault.js';

const API_KEY = 'key/of+a=bot"1&e';
const SECRET = Buffer.from('>>>a client secret of a bot???').toString('base64');
const TOKEN = 'token-of-the-url';
const env = { HOOKLINE_API_KEY: API_KEY, HOOKLINE_CLIENT_SECRET: SECRET };

/** All encodings in which a secret could be printed. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    hex,
    hex.toUpperCase(),
  ];
}

const cwd = mkdtempSync(join(tmpdir(), 'hookline-verbs-'));
let server: Server;
let host = '';
beforeAll(async () => {
  const steps = 'steps:\n  - dtmf: "#"\nend: { path: success, outputs: { order: R-17 } }\n';
  writeFileSync(join(cwd, 'books.call.yaml'), `version: 1\nname: books\n${steps}`);
  writeFileSync(join(cwd, 'wrong.call.yaml'), `version: 1\nname: books\n${steps.replace('dtmf', 'dtmv')}`);
  writeFileSync(
    join(cwd, 'head.txt'),
    'GET /v2 HTTP/1.1\r\nHost: bots.example\r\nSignature-Input: sig1=x\r\nSignature: sig1=:eA==:\r\n\r\n',
  );
  server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/refuses')) {
      const said = forms(API_KEY).join(' ');
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: ${said.length}\r\nConnection: close\r\n\r\n${said}`,
      );
    } else sockets.handleUpgrade(request, socket, head, (ws) => answer(ws, request.url ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  host = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  await hookline(['call', at('/book'), '--trace', 'recorded', '--dtmf', '#@300ms'], { cwd, env });
  // The same call as the trace of a server.
  const swapped = { in: 'out', out: 'in' } as const;
  const rows = readFileSync(join(cwd, 'recorded', 'trace.ndjson'), 'utf8')
    .replace('"vantage":"client"', '"vantage":"server"')
    .replace(/"dir":"(in|out)"/g, (_, dir: 'in' | 'out') => `"dir":"${swapped[dir]}"`);
  mkdirSync(join(cwd, 'served'));
  writeFileSync(join(cwd, 'served', 'trace.ndjson'), rows);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(cwd, { recursive: true });
});

const at = (path: string) => `${host}${path}?token=${TOKEN}`;

/** A bot that sends the credentials back in every text, in all encodings. */
function answer(socket: WebSocket, path: string): void {
  let seq = 0;
  const said = [API_KEY, SECRET].flatMap(forms).join(' | ');
  socket.on('message', (bytes: Buffer, binary) => {
    if (binary) return;
    const { type, id, seq: clientseq, parameters: given } = JSON.parse(String(bytes));
    const send = (what: string, parameters: object | undefined = {}) => {
      seq += 1;
      socket.send(JSON.stringify({ version: '2', type: what, id, seq, clientseq, parameters }));
    };
    if (type === 'open') {
      send(
        'opened',
        path.startsWith('/breaks')
          ? { startPaused: said }
          : { startPaused: false, media: given.media.slice(0, 1) },
      );
      const data = { disposition: 'match', text: said, confidence: 1 };
      send('event', { entities: [{ type: 'bot_turn_response', data }] });
      if (path.startsWith('/fails')) send('disconnect', { reason: 'error', info: said });
    } else if (type === 'dtmf')
      send('disconnect', {
        reason: 'completed',
        outputVariables: { order: path.startsWith('/other') ? 'R-18' : 'R-17' },
        info: said,
      });
    else if (type === 'ping') send('pong');
    else if (type === 'close') send('closed');
  });
}

interface Row {
  readonly verb: string;
  readonly code: number;
  readonly args: () => readonly string[];
  /** Sent after the first line of output. */
  readonly signal?: NodeJS.Signals;
}

const row = (code: number, line: string | (() => readonly string[]), signal?: NodeJS.Signals): Row => {
  const args = typeof line === 'string' ? () => line.split(' ') : line;
  const verb = typeof line === 'string' ? (line.split(' ')[0] ?? '') : '';
  return { verb, code, args, ...(signal ? { signal } : {}) };
};
const of = (verb: string, code: number, args: () => readonly string[], signal?: NodeJS.Signals): Row => ({
  ...row(code, () => [verb, ...args()], signal),
  verb,
});

const ROWS: readonly Row[] = [
  row(0, 'demo --bot quiet'),
  row(2, 'demo --bot nobody'),
  row(0, 'init --force'),
  row(2, 'init'),
  of('call', 0, () => [at('/book'), '--dtmf', '#@300ms', '--ladder']),
  of('call', 1, () => [at('/book'), '--dtmf', '#@300ms', '--expect-output', 'order=R-18']),
  row(2, 'call'),
  of('call', 3, () => [at('/refuses'), '--ladder']),
  row(4, 'call ws://127.0.0.1:9/book'),
  of('call', 5, () => [at('/fails'), '--ladder']),
  of('call', 6, () => [at('/breaks'), '--ladder']),
  of('call', 8, () => [at('/book'), '--dtmf', '#@300ms', '--record', '/dev/full']),
  of('call', 130, () => [at('/book'), '--ladder'], 'SIGINT'),
  row(0, 'serve parrot --port 0', 'SIGTERM'),
  row(2, 'serve nobody'),
  row(4, 'serve parrot --port 0 --nonces redis://user:secret@127.0.0.1:9'),
  of('serve', 8, () => ['parrot', '--port', new URL(host).port]),
  of('load', 0, () => [
    at('/book'),
    '--calls',
    '2',
    '--rate',
    '20',
    '--hold',
    '200ms',
    '--silence',
    '--out',
    'one.hdr.json',
    '--html',
    'one.html',
    '--max-late',
    '10s',
  ]),
  of('load', 1, () => [at('/fails'), '--calls', '2', '--rate', '20', '--max-late', '10s']),
  row(2, 'load nowhere.load.yaml'),
  of('load', 3, () => [at('/refuses'), '--calls', '1', '--max-late', '10s']),
  row(4, 'load ws://127.0.0.1:9/book --calls 1 --max-late 10s'),
  of('load', 7, () => [at('/book'), '--calls', '2', '--rate', '20', '--hold', '500ms', '--max-late', '0ms']),
  of('load', 8, () => [
    at('/book'),
    '--calls',
    '1',
    '--hold',
    '0s',
    '--max-late',
    '10s',
    '--html',
    '/dev/full',
  ]),
  of('load', 130, () => [at('/book'), '--rate', '5', '--json'], 'SIGINT'),
  row(0, 'load merge one.hdr.json one.hdr.json'),
  row(1, 'load merge one.hdr.json --threshold opened.p50=0ms'),
  row(2, 'load merge nowhere'),
  of('run', 0, () => ['books.call.yaml', '--target', at('/book')]),
  of('run', 1, () => ['books.call.yaml', '--target', at('/other')]),
  row(0, 'run --list books.call.yaml'),
  row(2, 'run'),
  of('run', 2, () => ['wrong.call.yaml', '--target', at('/book')]),
  of('run', 3, () => ['books.call.yaml', '--target', at('/refuses')]),
  row(4, 'run books.call.yaml --target ws://127.0.0.1:9/book'),
  of('run', 5, () => ['books.call.yaml', '--target', at('/fails')]),
  of('run', 6, () => ['books.call.yaml', '--target', at('/breaks')]),
  row(0, 'check --list'),
  row(0, 'check --explain AC-MSG-3'),
  row(0, 'serve --list'),
  row(0, 'serve never-pongs --port 0 --no-auth', 'SIGTERM'),
  of('check', 0, () => [at('/book'), '--only', 'AC-CONN-5', '--allow-inconclusive']),
  of('check', 1, () => [at('/breaks'), '--only', 'AC-OPEN-4', '--strict']),
  row(2, 'check'),
  of('probe', 0, () => [at('/book')]),
  row(2, 'probe'),
  of('probe', 3, () => [at('/refuses')]),
  row(4, 'probe ws://127.0.0.1:9/book'),
  row(0, 'studio --no-open', 'SIGINT'),
  of('studio', 0, () => [at('/book'), '--no-open'], 'SIGTERM'),
  row(2, 'studio nowhere'),
  of('studio', 8, () => ['--no-open', '--port', new URL(host).port]),
  of('record', 0, () => ['--listen', ':0', '--forward-to', host], 'SIGTERM'),
  row(2, 'record'),
  of('replay', 0, () => ['recorded', '--to', at('/book')]),
  of('replay', 1, () => ['recorded', '--to', at('/other'), '--ladder']),
  row(2, 'replay recorded'),
  of('replay', 5, () => ['recorded', '--to', at('/fails'), '--ladder']),
  row(0, 'show recorded'),
  row(2, 'show nowhere'),
  row(0, 'inspect recorded'),
  row(0, 'inspect diff recorded recorded'),
  row(1, 'inspect diff recorded served'),
  row(2, 'inspect nowhere'),
  row(0, 'calibrate served'),
  row(2, 'calibrate recorded'),
  row(0, 'explain AC-MSG-3'),
  row(0, 'explain bot-error'),
  row(0, 'explain 429'),
  row(2, 'explain nothing'),
  row(0, 'sign wss://bots.example/v1'),
  row(1, 'sign wss://bots.example/v1 --verify head.txt'),
  row(2, 'sign nowhere'),
  row(0, 'schema opened'),
  row(2, 'schema nothing'),
  row(0, 'config show'),
  row(2, 'config show --profile nobody'),
  row(0, 'completion bash'),
  row(2, 'completion csh'),
];

/** The first row of each verb and of each exit code runs the real binary, with text output. All others run in this process. */
const REAL = new Set(
  ROWS.filter(
    (one, index) =>
      !ROWS.slice(0, index).some(({ verb }) => verb === one.verb) ||
      !ROWS.slice(0, index).some(({ code }) => code === one.code),
  ),
);

const takesJson = async (verb: string) => /--json\b/.test((await hookline(['help', verb], { cwd })).stdout);

async function run(one: Row, json: boolean): Promise<Finished> {
  const words = [...one.args(), ...(json ? ['--json'] : [])];
  if (!one.signal && (json || !REAL.has(one))) return hookline(words, { cwd, env });
  const running = start(words, { cwd, env });
  if (one.signal) {
    await running.firstLine;
    running.child.kill(one.signal);
  }
  return running.finished;
}

/** The runs of a row: with text output and with `--json`. */
type Ways = readonly (readonly [json: boolean, finished: Finished])[];

async function runBoth(one: Row): Promise<Ways> {
  const ways: [boolean, Finished][] = [[false, await run(one, false)]];
  if (await takesJson(one.verb)) ways.push([true, await run(one, true)]);
  return ways;
}

/** The number of concurrent verbs; they mostly wait. */
const SIDE_BY_SIDE = 5;
const runs = new Map<Row, Promise<Ways>>();

/** The rows of a verb run in order, because some read files of earlier ones; `init` runs first. */
async function runAll(): Promise<void> {
  const rowsOf = (verb: string) => ROWS.filter((one) => one.verb === verb);
  const runInOrder = async (rows: readonly Row[]) => {
    for (const one of rows) await started(one);
  };
  const started = (one: Row) => {
    const ways = runBoth(one);
    runs.set(one, ways);
    return ways.catch(() => {});
  };
  await runInOrder(rowsOf('init'));
  const verbs = VERBS.map(({ name }) => name).filter((name) => name !== 'init');
  const lane = async () => {
    for (let verb = verbs.shift(); verb !== undefined; verb = verbs.shift()) await runInOrder(rowsOf(verb));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
}

test.each(VERBS.map(({ name }) => name))('the help of %s ends with three examples', async (verb) => {
  const { stdout } = await hookline(['help', verb], { cwd });
  const lines = stdout.split('\nExamples:\n')[1]?.trimEnd().split('\n') ?? [];
  expect(lines.map((line) => line.includes(`hookline ${verb}`))).toEqual([true, true, true]);
});

test('the table contains every verb and every exit code', () => {
  const codes = (verb?: string) =>
    new Set(ROWS.flatMap((one) => (verb === undefined || one.verb === verb ? [one.code] : [])));
  for (const { name } of VERBS)
    expect([name, [...codes(name)]]).toEqual([name, expect.arrayContaining([0, 2])]);
  expect([...codes()].sort()).toEqual(Object.values(EXIT).sort());
});

describe('a run of the command', () => {
  beforeAll(runAll, 300_000);

  test.each(ROWS.map((one) => ({ one, line: `${one.verb} exits with ${one.code}` })))(
    '$line with text and with JSON output, and prints no secret',
    async ({ one }) => {
      const ways = (await runs.get(one)) ?? [];
      expect(ways.length).toBeGreaterThan(0);
      for (const [json, { code, stdout, stderr }] of ways) {
        if (json) expect(await lineFaults(one, stdout, stderr)).toEqual([]);
        expect([code, stderr]).toEqual([one.code, stderr]);
        if (code === 0 || code === 130) expect(stderr).not.toMatch(/internal error/);
        else expect(stderr).not.toBe('');
        if (json)
          for (const line of stdout.split('\n').filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
        if (json && code === 2) expect(stdout).toBe('');
        // `sign` prints the headers of a signed handshake, which contain the API key.
        const secrets = one.verb === 'sign' ? [SECRET] : [API_KEY, SECRET, TOKEN];
        expectNoneOf(secrets, 'stdout', stdout);
        expectNoneOf(secrets, 'stderr', stderr);
      }
    },
  );

  test('writes no secret to disk', () => {
    const texts = traceFiles();
    expect(texts.length).toBeGreaterThan(3);
    for (const [path, text] of texts) expectNoneOf([API_KEY, SECRET, TOKEN], path, text);
  });
});

function expectNoneOf(secrets: readonly string[], place: string, text: string): void {
  for (const form of secrets.flatMap(forms))
    expect([place, text.includes(form) && form]).toEqual([place, false]);
}

/** All JSON files of all traces. */
function traceFiles(): [string, string][] {
  const folders = [
    'recorded',
    ...(existsSync(join(cwd, '.hookline'))
      ? readdirSync(join(cwd, '.hookline')).map((name) => join('.hookline', name))
      : []),
  ];
  return folders.flatMap((folder) =>
    readdirSync(join(cwd, folder))
      .filter((name) => statSync(join(cwd, folder, name)).isFile() && /json$/.test(name))
      .map((name): [string, string] => [join(folder, name), readFileSync(join(cwd, folder, name), 'utf8')]),
  );
}

/** The lines of a run that do not match the schema of its verb. */
async function lineFaults({ verb, args }: Row, stdout: string, stderr: string): Promise<string[]> {
  const words = args();
  const name = [`${verb} ${words[0]}`, `${verb} ${words[1]}`, verb].find((one) => one in VERB_LINES) ?? verb;
  const lines = VERB_LINES[name]?.lines;
  if (lines === undefined) return [`${name} takes --json and has no schema`];
  const objects = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  const errors = objects(stderr).filter((line) => 'error' in line);
  return [
    ...objects(stdout).flatMap((line) => lineFault(lines, line) ?? []),
    ...errors.flatMap((line) => lineFault([ErrorLine], line) ?? []),
  ];
}
