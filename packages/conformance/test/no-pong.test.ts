import { runChecks } from '@hookline/conformance';
import { expect, test } from 'vitest';
import { type CallerMessage, serveBot } from './serve-bot.js';

const choose = (offers: CallerMessage['parameters']['media']) =>
  offers.find(({ format, channels }) => format === 'PCMU' && channels.length === 1) ?? offers[0];

test('a bot that never sends `pong` is not waited for in every call', { timeout: 120_000 }, async () => {
  let longWaits = 0;
  const url = await serveBot(() => {
    let isOpen = false;
    let pingedMs = Number.POSITIVE_INFINITY;
    return ({ type, parameters }, send) => {
      if (type === 'open' && !isOpen) {
        isOpen = true;
        send('opened', { startPaused: false, media: [choose(parameters.media)] });
      } else if (type === 'ping') pingedMs = Math.min(pingedMs, performance.now());
      else if (type === 'close') {
        if (performance.now() - pingedMs > LONG_WAIT_MS) longWaits += 1;
        send('closed');
      }
    };
  });
  const { findings, calls } = await runChecks({
    target: { url, apiKey: 'key' },
    deadlines: { pongMs: 2000 },
    only: ['AC-MEDIA-4'],
    parallel: 1,
  });
  expect(findings).toEqual([]);
  expect(calls).toBeGreaterThan(9);
  expect(longWaits).toBe(2);
});

/** The check waits for 3.2 s, or for 0.5 s if it knows the bot. */
const LONG_WAIT_MS = 2000;
