import { encodeServerMessage } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { ScriptedServer } from '../src/testing/index.js';
import { audio, failure, integration, openCall, scriptedCall } from './scripted-call.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Sends a message in a binary frame, as libraries do that are given bytes. */
function sendBinary(server: ScriptedServer, type: 'opened' | 'closed' | 'event', end = ''): void {
  const envelope = server.envelope();
  const parameters = type === 'event' ? { entities: [] } : { startPaused: false, media: [] };
  server.binary(bytesOf(encodeServerMessage(type, envelope, parameters) + end));
}

describe('a message in a binary frame', () => {
  it.each(['', '\n'])('is named as the reason why the session does not open (end %j)', async (end) => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    sendBinary(server, 'opened', end);
    expect(failure(await clock.run(call.result))).toMatchObject({
      cause: 'bad-opened',
      clause: 'AC-AUDIO-1',
      failureOutputs: {
        errorMessage: expect.stringContaining(
          'the message "opened" arrived in a binary frame, which is audio; send messages as text frames',
        ),
      },
    });
    expect(server.of('error')[0]?.parameters.code).toBe(400);
  });

  it('ends an open session, is not played, and leaves no gap in the sequence', async () => {
    const { clock, server, call } = await openCall();
    sendBinary(server, 'event');
    const result = failure(await clock.run(call.result));
    expect(result).toMatchObject({ cause: 'protocol-violation', clause: 'AC-AUDIO-1', heardMs: 0 });
    await clock.run(call.closed);
    expect(result.warnings).toEqual([]);
    expect(clock.now()).toBeLessThan(1000);
  });

  it('is not audio of a bot that was started for a probe', async () => {
    const clock = new VirtualClock();
    const server = new ScriptedServer(clock);
    server.auto.opened = undefined;
    const report = integration.probe({ clock, dial: server.dial });
    await clock.settle();
    sendBinary(server, 'opened');
    const { problems } = await clock.run(report);
    expect(problems.map(({ clause }) => clause)).toEqual(['AC-AUDIO-1']);
  });
});

describe('a binary frame of audio', () => {
  const braced = (inside: string) => bytesOf(`{${inside}}`);

  it.each([
    ['begins and ends like JSON', braced('\u0001'.repeat(158))],
    ['contains JSON without a type', braced('"a":1')],
    ['contains JSON whose type is no string', braced('"type":1')],
    ['begins with a brace', Uint8Array.from([0x7b, ...audio(20)])],
  ])('that %s is played', async (_, bytes) => {
    const { clock, server, call } = await openCall();
    server.binary(bytes);
    await clock.advance(9000);
    call.hangup();
    const result = await clock.run(call.result);
    expect(result.path).toBe('disconnected');
    expect(result.heardMs).toBe(bytes.length / 8);
  });
});
