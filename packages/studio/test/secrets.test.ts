import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { resolveTarget } from '../src/call/target.js';
import { PageRedactor } from '../src/page/page-redactor.js';
import { Page, startTestStudio } from './page.js';

const API_KEY = 'key/of+a=bot"1&e';
const SECRET_TEXT = '>>>a client secret of a bot???';
const SECRET = Buffer.from(SECRET_TEXT).toString('base64');

let server: Server;
let host = '';
const signatures: string[] = [];

/** Encodings in which a secret may be repeated. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
}

/** A bot that repeats credentials and signature in every text field. */
function echoCredentials(socket: WebSocket, said: string, path: string): void {
  let seq = 0;
  socket.on('message', (bytes: Buffer, binary) => {
    if (binary) return;
    const { type, id, seq: clientseq, parameters: given } = JSON.parse(String(bytes));
    const send = (what: string, parameters: object = {}) => {
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
      send('event', {
        entities: [{ type: 'bot_turn_response', data: { disposition: 'match', text: said, confidence: 1 } }],
      });
      send(API_KEY, { [said]: said });
      if (path.startsWith('/fails')) send('disconnect', { reason: 'error', info: said });
      else
        send('disconnect', {
          reason: 'completed',
          outputVariables: { kind: said, id: API_KEY, [SECRET]: said },
          info: said,
        });
    } else if (type === 'ping') send('pong');
    else if (type === 'close') send('closed');
  });
}

beforeAll(async () => {
  server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const signature = /:([^:]+):/.exec(String(request.headers['signature']))?.[1] ?? '';
    signatures.push(signature);
    const said = [API_KEY, SECRET, SECRET_TEXT, signature].flatMap(forms).join(' | ');
    if (request.url?.startsWith('/refuses')) {
      const length = Buffer.byteLength(said);
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\nX-Said: ${API_KEY}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${said}`,
      );
    } else sockets.handleUpgrade(request, socket, head, (ws) => echoCredentials(ws, said, request.url ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  host = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Every byte that the page can receive: from the socket, and from every request. */
async function receivedBytes(page: Page, ids: readonly string[]): Promise<[string, Buffer][]> {
  const paths = ids.flatMap((id) =>
    ['', '/rows', '/trace.zip', '/call.wav', '/call.md', '/ladder.txt', '/report.html'].map(
      (part) => `/api/calls/${id}${part}`,
    ),
  );
  const compares = ids.slice(1).map((id) => `/api/compare?a=${ids[0]}&b=${id}`);
  const answers: [string, Buffer][] = page.texts.map((text, index) => [
    `message ${index}`,
    Buffer.from(text),
  ]);
  for (const path of ['/', '/api/calls', ...paths, ...compares]) {
    const response = await page.get(path);
    const body = Buffer.from(await response.arrayBuffer());
    const head = JSON.stringify([...response.headers]);
    answers.push([path, Buffer.concat([Buffer.from(head), body])]);
    if (path.endsWith('.zip')) answers.push([`${path}, unpacked`, unpacked(body)]);
  }
  return answers;
}

/** The files of an archive, decompressed. */
function unpacked(zip: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = zip.indexOf('PK\u0003\u0004'); at >= 0; at = zip.indexOf('PK\u0003\u0004', at + 4)) {
    const [method, size] = [zip.readUInt16LE(at + 8), zip.readUInt32LE(at + 18)];
    const from = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const bytes = zip.subarray(from, from + size);
    pieces.push(method === 8 ? inflateRawSync(bytes) : bytes);
  }
  return Buffer.concat(pieces);
}

const expectNoSecrets = (answers: readonly [string, Buffer][]) => {
  const secrets = [API_KEY, SECRET, SECRET_TEXT, ...signatures].filter(Boolean);
  const found = answers.flatMap(([place, bytes]) => {
    const text = bytes.toString('latin1');
    return secrets.flatMap(forms).flatMap((form) => (text.includes(form) ? [[place, form]] : []));
  });
  expect(found).toEqual([]);
};

const given = { baseUri: '', apiKey: API_KEY, clientSecret: SECRET };
const PATHS = ['/book', '/fails', '/breaks', '/refuses'];

test('no byte that a page receives holds an API key, a client secret or a signature, even if the bot repeats them', {
  timeout: 60_000,
}, async () => {
  const page = await Page.open(await startTestStudio());
  const ids: string[] = [];
  for (const path of PATHS) {
    const from = page.messages.length;
    page.send({
      type: 'dial',
      integration: { ...given, baseUri: host },
      connectorId: `${path.slice(1)}?token=${encodeURIComponent(API_KEY)}`,
      caller: { kind: 'tone' },
      inputs: [['key', API_KEY]],
    });
    const { callId } = await page.next('result', () => true, from);
    ids.push(callId);
    await page.next('history', ({ calls }) => calls.some(({ id, live }) => id === callId && !live), from);
  }
  page.send({ type: 'probe', integration: { ...given, baseUri: `${host}/refuses` } });
  await page.next('probe-result');
  page.send({
    type: 'check',
    integration: { ...given, baseUri: host },
    connectorId: 'breaks',
    only: ['AC-OPEN'],
  });
  const { clauses } = await page.next('check-result');
  ids.push(...clauses.flatMap(({ traceId }) => traceId ?? []));
  expect(ids.length).toBeGreaterThan(PATHS.length);
  const answers = await receivedBytes(page, [...new Set(ids)]);
  expect(answers.length).toBeGreaterThan(50);
  expect(signatures.length).toBeGreaterThan(PATHS.length);
  expectNoSecrets(answers);
});

test('nor do the credentials of the command line, nor those in the wrong field', async () => {
  const page = await Page.open(
    await startTestStudio({ launch: { baseUri: host, apiKey: API_KEY, clientSecret: SECRET } }),
  );
  expect((await page.next('welcome')).launch).toEqual({
    baseUri: host,
    connectorId: '',
    hasApiKey: true,
    hasClientSecret: true,
  });
  page.send({
    type: 'dial',
    integration: { baseUri: host },
    connectorId: 'fails',
    caller: { kind: 'silence' },
  });
  const { callId } = await page.ended();
  for (const junk of [
    { type: 'dial', apiKey: API_KEY },
    { type: 'dial', integration: { ...given, baseUri: API_KEY }, caller: { kind: 'mic' } },
    { type: 'dial', integration: { ...given, apiKey: `${API_KEY} ${SECRET}` }, caller: { kind: 'mic' } },
    {
      type: 'dial',
      integration: { ...given, baseUri: host, clientSecret: `${SECRET}*` },
      caller: { kind: 'mic' },
    },
    { type: 'dial', integration: { baseUri: [SECRET] }, caller: { kind: 'mic' } },
    { type: 'keys', digits: API_KEY },
    { type: 'dial', integration: { ...given, baseUri: host }, caller: { kind: API_KEY } },
  ]) {
    page.ws.send(JSON.stringify(junk));
  }
  page.ws.send(`{"type":"dial","apiKey":"${SECRET}"`);
  await page.next('refused', () => page.of('refused').length === 8);
  // The bot was called with the credentials of the launch.
  expect(signatures.at(-1)).not.toBe('');
  expectNoSecrets(await receivedBytes(page, [callId]));
});

test('the key that is sent if none was entered is masked in the request only, not in what the bot says', () => {
  const { apiKey, secrets } = resolveTarget({ baseUri: 'ws://localhost' }, {});
  const redactor = new PageRedactor();
  redactor.addSecrets(secrets);
  redactor.addHandshake(`GET / HTTP/1.1\r\nX-API-KEY: ${apiKey}\r\n\r\n`);
  const said = {
    type: 'turn',
    callId: 'a',
    t: 0,
    disposition: 'match',
    text: `made with ${apiKey}`,
  } as const;
  expect(JSON.parse(redactor.stringify(said))).toEqual(said);
});
