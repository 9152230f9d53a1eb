import { demoSpeech, echo, quiet } from '@hookline/bots';
import { expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { RawClient } from './raw-client.js';
import { join, Recording } from './recording.js';
import { expectSameBytes } from './same-bytes.js';
import { serve } from './serve-bot.js';
import { spoken } from './signals.js';

const [hello] = demoSpeech().map(spoken);

test('echo sends every frame back at once, byte for byte', async () => {
  const recording = new Recording();
  const linked = linkedCall(echo, { call: { caller: [hello!.data], sink: recording } });
  linked.clock.after(4100, () => void linked.call.sendDtmf('12#'));
  const result = await finish(linked);
  expect(result).toMatchObject({ path: 'success', outputs: { digits: '12' }, dtmf: '12#', warnings: [] });

  const { in: echoed, out: sent } = recording.frames;
  expect(echoed.length).toBeGreaterThanOrEqual(20);
  if (result.path === 'success') expect(result.outputs['frames']).toBe(String(echoed.length));
  for (const [index, frame] of echoed.entries()) {
    expectSameBytes(frame.bytes, sent[index]!.bytes);
    expect(frame.t).toBe(sent[index]?.t);
  }
  const heard = join(recording.heardPieces);
  expectSameBytes(join(sent).subarray(0, heard.length), heard);
});

test.each([
  ['PCMU', 1000],
  ['L16', 200],
] as const)('echo handles %s in frames of %i ms', async (format, frameMs) => {
  const recording = new Recording();
  const linked = linkedCall(echo, {
    call: { caller: [hello!.data], media: { format, frameMs }, sink: recording },
  });
  linked.clock.after(4100, () => void linked.call.sendDtmf('#'));
  await finish(linked);
  expect(recording.frames.in.length).toBeGreaterThan(3);
  for (const [index, frame] of recording.frames.in.entries()) {
    expectSameBytes(frame.bytes, recording.frames.out[index]!.bytes);
  }
});

test('echo beyond the rate limits of the platform receives an error, and continues', async () => {
  const linked = linkedCall(echo, {
    call: { caller: [hello!.data], media: { frameMs: 20 }, onBreach: 'error' },
  });
  linked.clock.after(10_050, () => void linked.call.sendDtmf('#'));
  const result = await finish(linked);
  expect(result.path).toBe('success');
  expect(result.warnings.map(({ clause }) => clause)).toContain('AC-RATE-2');
});

test('echo continues after a frame that is longer than a bot may send', async (context) => {
  const client = await RawClient.open(await serve(context, echo()));
  client.transport.sendBinary(new Uint8Array(65_536));
  client.send('ping', {});
  await client.message('pong');
  expect(client.received.map(({ type }) => type)).toEqual(['opened', 'pong']);
  client.transport.terminate();
  await client.ended;
});

test('echo ignores invalid keys', async (context) => {
  const client = await RawClient.open(await serve(context, echo()));
  for (const digit of ['1', '', '23', 'x'.repeat(60_000), '4', '#']) client.send('dtmf', { digit });
  expect(await client.message('disconnect')).toMatchObject({
    parameters: { reason: 'completed', outputVariables: { frames: '0', digits: '14' } },
  });
  client.transport.terminate();
  await client.ended;
});

test('quiet sends only required answers', async () => {
  const recording = new Recording();
  const linked = linkedCall(quiet, { call: { sink: recording } });
  linked.clock.after(10_500, () => linked.call.hangup());
  expect(await finish(linked)).toMatchObject({ path: 'disconnected' });
  expect(recording.types('in')).toEqual(['opened', 'pong', 'pong', 'pong', 'closed']);
  expect(recording.frames.in).toEqual([]);
});
