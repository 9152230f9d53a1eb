import { quiet } from '@hookline/bots';
import { wsDial } from '@hookline/client';
import { describe, expect, test } from 'vitest';
import { inMemoryDial, linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { tampering } from './modified-messages.js';
import { serve } from './serve-bot.js';

/** A call in memory with a bot whose messages are modified in transit. */
function tampered(change: (text: string) => string | undefined) {
  return linkedCall(quiet, { dial: (bot) => tampering(inMemoryDial(bot), change) });
}

const isType = (text: string, type: string) => JSON.parse(text).type === type;

describe('the client ends a call whose bot', () => {
  test('skips a seq', async () => {
    const linked = tampered((text) =>
      isType(text, 'pong') && JSON.parse(text).seq === 2 ? undefined : text,
    );
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'pong-timeout' });
  });

  test('counts wrongly', async () => {
    const linked = tampered((text) => (isType(text, 'pong') ? text.replace(/"seq":\d+/, '"seq":17') : text));
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'protocol-violation' });
  });

  test('sends text that is not JSON', async () => {
    const linked = tampered((text) => (isType(text, 'pong') ? text.slice(1) : text));
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'protocol-violation' });
  });

  test('selects two formats', async () => {
    const linked = tampered((text) =>
      isType(text, 'opened') ? text.replace(/"media":\[(.*?\})\]/, '"media":[$1,$1]') : text,
    );
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'bad-opened' });
  });

  test('does not open in time', async () => {
    const linked = tampered((text) => (isType(text, 'opened') ? undefined : text));
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'failure', cause: 'open-timeout' });
    expect(result.durationMs).toBeLessThanOrEqual(10_000);
  });

  test('omits parameters', async () => {
    const linked = tampered((text) => (isType(text, 'pong') ? text.replace(',"parameters":{}', '') : text));
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'protocol-violation' });
  });

  test('counts wrongly over a socket', async (context) => {
    const served = await serve(context, quiet());
    const call = served.call({
      dial: tampering(wsDial, (text) =>
        isType(text, 'pong') ? text.replace(/"seq":\d+/, '"seq":17') : text,
      ),
    });
    expect(await call.result).toMatchObject({ path: 'failure', cause: 'protocol-violation' });
    await call.closed;
  });
});

test('a completed call without closed still succeeds', async () => {
  const linked = linkedCall(() => () => ({ done: 'yes' }), {
    dial: (bot) => tampering(inMemoryDial(bot), (text) => (isType(text, 'closed') ? undefined : text)),
  });
  const result = await finish(linked);
  expect(result).toMatchObject({ path: 'success', outputs: { done: 'yes' } });
  expect(result.warnings).not.toEqual([]);
});
