import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { audio, openCall, scriptedCall, success } from './scripted-call.js';

describe('a bot that sends empty binary frames', () => {
  it(verifies('AC-AUDIO-10', 'exceeds no limit with any number of them'), async () => {
    const { clock, server, call } = await openCall();
    for (let sent = 0; sent < 200; sent++) server.binary(new Uint8Array(0));
    server.binary(audio(200));
    await clock.advance(1000);
    server.send('disconnect', { reason: 'completed' });
    const result = success(await clock.run(call.result));
    expect(result).toMatchObject({ heardMs: 200, underruns: 0, warnings: [] });
    expect(server.of('error')).toEqual([]);
  });

  it(verifies('AC-AUDIO-10', 'may send them before opened and after disconnect'), async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    server.auto.closed = false;
    await clock.settle();
    server.binary(new Uint8Array(0));
    server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL] });
    await clock.advance(500);
    server.send('disconnect', { reason: 'completed' });
    server.binary(new Uint8Array(0));
    await clock.advance(1);
    server.send('closed', {});
    expect(success(await clock.run(call.result)).warnings).toEqual([]);
    expect(server.of('error')).toEqual([]);
  });

  it('has each of them reported to the sink', async () => {
    const frames: [string, number][] = [];
    const sink = {
      event() {},
      audio: (dir: string, _: number, bytes: Uint8Array) => frames.push([dir, bytes.length]),
    };
    const { clock, server, call } = await openCall({ sink });
    server.binary(new Uint8Array(0));
    server.binary(audio(20));
    await clock.settle();
    expect(frames.filter(([dir]) => dir === 'in')).toEqual([
      ['in', 0],
      ['in', 160],
    ]);
    call.hangup();
    await clock.run(call.closed);
  });
});
