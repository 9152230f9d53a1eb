import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type CallerSource, inTurn, liveCaller, withGain } from '../src/index.js';
import { audio, openCall } from './scripted-call.js';

/** Bytes as they are in a test environment that has its own globals. */
function foreign(bytes: Uint8Array): Uint8Array {
  const copy: Uint8Array = runInNewContext('new Uint8Array(length)', { length: bytes.length });
  copy.set(bytes);
  return copy;
}

describe('caller audio of another realm is sent', () => {
  const rows: [string, () => CallerSource][] = [
    ['as bytes', () => foreign(audio(400, 0x30))],
    ['piece by piece', () => [foreign(audio(200, 0x30)), foreign(audio(200, 0x30))]],
    ['in turn', () => inTurn(foreign(audio(400, 0x30)))],
    ['with another level', () => withGain(foreign(audio(400, 0x30)), 0)],
    [
      'from a live caller',
      () => {
        const live = liveCaller();
        live.push(foreign(audio(400, 0x30)));
        live.end();
        return live;
      },
    ],
  ];
  it.each(rows)('%s', async (_, caller) => {
    const { clock, server, call } = await openCall({ caller: caller() });
    await clock.advance(1000);
    const sent = Buffer.concat(server.audio.map(({ what }) => what));
    expect(sent.filter((byte) => byte === 0x30)).toHaveLength(3200);
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ reason: 'callerHangup' });
    await clock.run(call.closed);
  });

  it('as background', async () => {
    const { clock, server, call } = await openCall({ background: foreign(audio(200, 0x30)) });
    await clock.advance(1000);
    expect(server.audio.some(({ what }) => what.includes(0x30))).toBe(true);
    call.hangup();
    await clock.run(call.closed);
  });
});
