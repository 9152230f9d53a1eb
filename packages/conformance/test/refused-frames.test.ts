import { type CheckReport, runChecks } from '@hookline/conformance';
import { expect, test } from 'vitest';
import { serveBot } from './serve-bot.js';

/** Checks a bot that keeps every rule, except that it writes these bytes at a message of this type. */
async function checkBot(at: string, bytes: readonly number[] | string): Promise<CheckReport> {
  const url = await serveBot(({ socket }) => {
    let isOpen = false;
    return ({ type, parameters }, send) => {
      if (type === at) socket.write(typeof bytes === 'string' ? bytes : Buffer.from(bytes));
      else if (type === 'open' && !isOpen) {
        isOpen = true;
        send('opened', { startPaused: false, media: parameters.media.slice(0, 1) });
      } else if (type === 'ping') send('pong');
      else if (type === 'close') send('closed');
    };
  });
  const target = { url, apiKey: 'key' };
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
