import { once } from 'node:events';
import { type CheckReport, runChecks } from '@hookline/conformance';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';

/** Checks a bot that keeps every rule, except that it writes these bytes at a message of this type. */
async function checkBot(at: string, bytes: readonly number[] | string): Promise<CheckReport> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket, request) => {
    let seq = 0;
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const { type, id, seq: clientseq, parameters } = JSON.parse(String(data));
      const send = (reply: string, given: object) => {
        seq += 1;
        socket.send(JSON.stringify({ version: '2', type: reply, id, seq, clientseq, parameters: given }));
      };
      if (type === at) request.socket.write(typeof bytes === 'string' ? bytes : Buffer.from(bytes));
      else if (type === 'open' && seq === 0)
        send('opened', { startPaused: false, media: [parameters.media[0]] });
      else if (type === 'ping') send('pong', {});
      else if (type === 'close') send('closed', {});
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const target = { url: `ws://127.0.0.1:${port}/bot`, apiKey: 'key' };
  return runChecks({ target, only: ['talk'], deadlines: { pongMs: 500 }, allowInconclusive: true });
}

const broken = ({ findings }: CheckReport) => findings.map(({ id, finding }) => `${id}: ${finding.got}`);

const INVALID_TEXT = [0x81, 0x02, 0xff, 0xfe];
/** The beginning of a message, and another one inside of it. */
const INTERLEAVED = [0x01, 0x01, 0x7b, 0x81, 0x01, 0x7b];

test('text that is not UTF-8 breaks AC-MSG-1, and the end that the check made is no act of the bot', async () => {
  const { ok, problem, ...report } = await checkBot('ping', INVALID_TEXT);
  expect(broken({ ok, ...report })).toEqual([
    'AC-MSG-1: an invalid WebSocket frame, refused with close code 1007 (Invalid WebSocket frame: invalid UTF-8 sequence)',
  ]);
  expect([ok, problem]).toEqual([false, undefined]);
});

test('a frame that breaks only the WebSocket protocol is named, blames no rule and fails the check', async () => {
  const report = await checkBot('ping', INTERLEAVED);
  expect(broken(report)).toEqual([]);
  expect(report.ok).toBe(false);
  expect(report.problem).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(
      / sent an invalid WebSocket frame, refused with close code 1002 \(.*invalid opcode 1\) in \d+ calls?, first in talk: .*; check the WebSocket library of the bot/,
    ),
  });
});

test('text in place of frames in the first call is called what it is, and nothing else', async () => {
  const report = await checkBot('open', 'HTTP/1.1 500 Internal Server Error\r\n\r\n');
  expect(broken(report)).toEqual([]);
  expect(report.problem).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/ sent bytes that are no WebSocket frame, refused with close code 1002/),
  });
});
