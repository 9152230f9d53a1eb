import { PCMU_EXTERNAL, type WireEvent } from '@hookline/protocol';
import { linkedTransports, VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { callAudioConnector, type Dial } from '../src/index.js';
import { audio, failure, integration, openCall, scriptedCall, success } from './scripted-call.js';

/** JSON that is nested too deeply to be printed recursively. */
const DEEP = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

describe('a value with unbounded nesting', () => {
  it('becomes an output as text, and does not crash the client', async () => {
    const { clock, server, call } = await openCall();
    const parameters = `{"reason":"completed","outputVariables":{"deep":${DEEP},"plain":"yes"}}`;
    const message = JSON.stringify({ ...server.envelope(), type: 'disconnect', parameters: 0 });
    server.text(message.replace('"parameters":0', `"parameters":${parameters}`));
    const result = success(await clock.run(call.result));
    expect(result.outputs).toEqual({ deep: '[nested too deeply to be shown]', plain: 'yes' });
  });

  it('is not part of a turn in the result', async () => {
    const { clock, server, call } = await openCall();
    const data = `{"disposition":"match","text":"Hi","more":${DEEP}}`;
    const parameters = `{"entities":[{"type":"bot_turn_response","data":${data}}]}`;
    const message = JSON.stringify({ ...server.envelope(), type: 'event', parameters: 0 });
    server.text(message.replace('"parameters":0', `"parameters":${parameters}`));
    await clock.advance(10);
    server.send('disconnect', { reason: 'completed' });
    const result = success(await clock.run(call.result));
    expect(result.turns).toEqual([{ disposition: 'match', text: 'Hi', t: expect.any(Number) }]);
    expect(() => JSON.stringify(result)).not.toThrow();
  });
});

describe('an unbounded number of values from a bot', () => {
  it('is listed in a warning for up to ten outputs and counted beyond', async () => {
    const { clock, server, call } = await openCall();
    const outputVariables = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    server.send('disconnect', { reason: 'completed', outputVariables });
    const { warnings } = success(await clock.run(call.result));
    const text = warnings.find(({ clause }) => clause === 'AC-OUT-2')?.message;
    expect(text).toContain('"k9" and 4990 more');
  });

  it('is recorded for up to a thousand turns and counted beyond', async () => {
    const { clock, server, call } = await openCall({ limits: 'off' });
    for (let turn = 0; turn < 1002; turn += 1) {
      server.send('event', {
        entities: [{ type: 'bot_turn_response', data: { disposition: 'match', text: 'Hi' } }],
      });
    }
    await clock.advance(10);
    server.send('disconnect', { reason: 'completed' });
    const result = success(await clock.run(call.result));
    expect(result.turns).toHaveLength(1000);
    expect(result.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('2 turns exceed'),
    );
  });

  it('emits each warning once, besides the final violation', async () => {
    const violations: WireEvent[] = [];
    const sink = { event: (event: WireEvent) => void (event.kind === 'violation' && violations.push(event)) };
    const { clock, server, call } = await openCall({ limits: 'off', sink });
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(10);
    for (let frame = 0; frame < 500; frame += 1) server.binary(audio(20));
    await clock.run(call.closed);
    expect(violations).toMatchObject([{ clause: 'AC-AUDIO-3' }, { clause: 'AC-CLOSE-2' }]);
  });
});

describe('a session that is broken', () => {
  it('ends with `closed` although the previous message could not be read', async () => {
    const { clock, server, call } = await openCall();
    server.text(JSON.stringify({ ...server.envelope(), id: 'me', type: 'updated', parameters: {} }));
    expect(failure(await clock.run(call.result))).toMatchObject({ clause: 'AC-MSG-4' });
    await clock.run(call.closed);
    expect(server.timesOf('close')[0]).toBe(clock.now());
  });

  it('refuses to skip beyond the maximum position', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL], discardTo: 'PT9007199.2S' });
    const result = failure(await clock.run(call.result));
    expect(result).toMatchObject({ cause: 'bad-opened', clause: 'AC-DUR-1' });
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('fails with cause `connection-lost`, and drops the connection, if nothing can be sent', async () => {
    const clock = new VirtualClock();
    const [near, far] = linkedTransports(clock);
    const ended: number[] = [];
    far.listen({ text() {}, binary() {}, closed: ({ code }) => void ended.push(code) });
    near.sendText = () => {
      throw new Error('no way out');
    };
    const dial: Dial = async () => ({ transport: near, requestHead: '', responseHead: '', status: 101 });
    const call = callAudioConnector({ integration, clock, dial });
    expect(failure(await clock.run(call.result))).toMatchObject({
      cause: 'connection-lost',
      failureOutputs: { errorMessage: expect.stringContaining('no way out') },
    });
    await clock.run(call.closed);
    await clock.settle();
    expect(ended).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('reports what was heard of a playback just before its end', async () => {
    const events: string[] = [];
    const sink = {
      event: (event: WireEvent) => void events.push(event.kind === 'message' ? `${event.type}` : event.kind),
    };
    const { clock, server, call } = await openCall({ sink });
    server.binary(audio(100));
    await clock.advance(500);
    call.hangup();
    await clock.run(call.result);
    const at = events.indexOf('playback_completed');
    expect(at).toBeGreaterThan(0);
    expect(events[at - 1]).toBe('playback');
  });
});
