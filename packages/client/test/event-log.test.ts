import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { type CallEvent, liveCaller, recordEvents, withGain } from '../src/index.js';
import { audio, openCall, scriptedCall } from './scripted-call.js';

const BARGE_IN = { entities: [{ type: 'barge_in', data: {} }] };
const turn = (text: string) => ({
  entities: [{ type: 'bot_turn_response', data: { disposition: 'match', text } }],
});

/** A call to a scripted server with a log from its start. */
function logged(...[options, link]: Parameters<typeof scriptedCall>) {
  const made = scriptedCall(options, link);
  return { ...made, log: recordEvents(made.call, made.clock) };
}

describe('the log of a call', () => {
  it('contains the events in order, with the time since dialling', async () => {
    const { clock, server, call, log } = logged({}, { latencyMs: 10 });
    await clock.advance(1000);
    server.binary(audio(600));
    await clock.advance(200);
    server.send('event', BARGE_IN);
    server.send('event', turn('which day'));
    await clock.advance(100);
    server.send('pause', {});
    await clock.advance(100);
    server.send('resume', {});
    await clock.advance(1000);
    server.send('disconnect', { reason: 'completed', outputVariables: { day: 'friday' }, info: 'done' });
    const result = await clock.run(call.result);
    const told = log.events.filter(({ name }) => name !== 'pong');
    expect(told.map(({ name }) => name)).toEqual([
      'opened',
      'playbackStarted',
      'bargeIn',
      'playbackCompleted',
      'turn',
      'paused',
      'resumed',
      'disconnect',
      'ended',
    ]);
    const [opened, started, bargeIn, completed] = told;
    expect(opened?.t).toBe(20);
    expect(started?.t).toBe(1010);
    expect(bargeIn).toMatchObject({ t: 1210, droppedMs: 400 });
    expect(completed).toMatchObject({ ended: 'bargeIn', heardMs: 200 });
    expect(told.at(-2)).toMatchObject({ reason: 'completed', info: 'done', outputs: { day: 'friday' } });
    expect(told.at(-1)).toMatchObject({ name: 'ended', result });
    expect(log.events.find(({ name }) => name === 'pong')).toMatchObject({ rttMs: 20 });
  });

  it('contains an error that was sent to the bot, and a warning', async () => {
    const { clock, server, call, log } = logged({ onBreach: 'error' });
    await clock.settle();
    for (let sent = 0; sent < 30; sent++) server.send('event', turn('again'));
    await clock.settle();
    expect(log.events.find(({ name }) => name === 'error')).toMatchObject({ code: 429 });
    server.send('reconnect', { new: 1 } as object);
    await clock.settle();
    expect(log.events.some(({ name }) => name === 'warning')).toBe(true);
    call.hangup();
    await clock.run(call.result);
  });

  it('contains a barge-in that dropped nothing because nothing was playing', async () => {
    const { clock, server, log } = logged();
    await clock.settle();
    server.send('event', BARGE_IN);
    await clock.settle();
    expect(log.events.at(-1)).toMatchObject({ name: 'bargeIn', droppedMs: 0 });
  });
});

describe('nextEvent', () => {
  it('finds past and future events, each once, and skips the events between', async () => {
    const { clock, server, log } = logged();
    await clock.settle();
    server.send('event', turn('one'));
    server.send('event', turn('two'));
    await clock.settle();
    const says = (text: string) => (event: CallEvent) => event.name === 'turn' && event.text === text;
    expect(await log.nextEvent(says('two'))).toMatchObject({ text: 'two' });
    const missed = log.nextEvent(says('one'), { within: 500 });
    await clock.advance(500);
    expect(await missed).toBeUndefined();
    const later = log.nextEvent('turn');
    server.send('event', turn('three'));
    await clock.settle();
    expect(await later).toMatchObject({ text: 'three' });
    log.cursor = 0;
    expect(await log.nextEvent(says('one'))).toMatchObject({ text: 'one' });
  });

  it('waits at most for the given time, and not beyond the end of the call', async () => {
    const { clock, call, log } = logged();
    await clock.settle();
    const timers = clock.pending;
    let over = false;
    void log.nextEvent('disconnect', { within: 2000 }).then(() => {
      over = true;
    });
    await clock.advance(1999);
    expect(over).toBe(false);
    await clock.advance(1);
    expect(over).toBe(true);
    expect(clock.pending).toBe(timers);
    const never = log.nextEvent('disconnect');
    call.hangup();
    expect(await clock.run(never)).toBeUndefined();
    expect(await clock.run(log.nextEvent('ended'))).toMatchObject({ result: { path: 'disconnected' } });
    expect(await log.nextEvent('turn')).toBeUndefined();
  });

  it('rejects with what the predicate throws, and for an invalid time', async () => {
    const { clock, log } = logged();
    await clock.settle();
    const fails = log.nextEvent(() => {
      throw new Error('no such field');
    });
    await expect(fails).rejects.toThrow('no such field');
    await expect(log.nextEvent('turn', { within: -1 })).rejects.toThrow('within');
    await expect(log.nextEvent('turn', { witin: 1 } as object)).rejects.toThrow('within');
  });

  it('rejects a name that no event of a log has, instead of waiting for the end of the call', async () => {
    const { log } = logged();
    for (const name of ['playback_started', 'state', 'toString'])
      await expect(log.nextEvent(name as 'turn')).rejects.toThrow(
        `nextEvent: name is "${name}"; expected an event: playbackStarted, playbackCompleted, `,
      );
  });
});

describe('call.botFrames', () => {
  it('yields the time of each frame, also to a later reader', async () => {
    const { clock, server, call } = await openCall();
    await clock.advance(1000);
    server.binary(audio(40));
    const frames: [t: number, loud: boolean][] = [];
    const read = (async () => {
      for await (const { t, bytes } of call.botFrames) frames.push([t, bytes[0] !== 0xff]);
    })();
    await clock.advance(60);
    expect(frames).toEqual([
      [1000, true],
      [1020, true],
      [1040, false],
    ]);
    expect(call.elapsedMs).toBe(1060);
    call.hangup();
    await clock.run(read);
  });
});

describe('a live caller that drops audio from before the session is open', () => {
  const spoken = (frames: readonly { readonly what: Uint8Array }[]) =>
    frames.findIndex(({ what }) => what.some((byte) => byte !== 0xff));

  it.each([
    ['as it is', (caller: ReturnType<typeof liveCaller>) => caller],
    ['made louder', (caller: ReturnType<typeof liveCaller>) => withGain(caller, 3)],
  ])('sends later audio at once, %s', async (_, made) => {
    const live = liveCaller({ dropBeforeOpened: true });
    const { clock, server, call } = scriptedCall({ caller: made(live) });
    server.auto.opened = undefined;
    live.push(audio(1500));
    await clock.advance(1500);
    live.push(audio(400));
    server.send('opened', {
      startPaused: false,
      media: [PCMU_EXTERNAL],
    });
    await clock.advance(1000);
    expect(spoken(server.audio)).toBe(-1);
    live.push(audio(200));
    await clock.advance(200);
    expect(server.audio.at(-1)?.what.some((byte) => byte !== 0xff)).toBe(true);
    call.hangup();
    await clock.run(call.result);
  });

  it('accepts audio if the session is already open', async () => {
    const { clock, server, call } = await openCall();
    const live = liveCaller({ dropBeforeOpened: true });
    live.push(audio(1000, 0x11));
    void call.say(live);
    live.push(audio(200, 0x22));
    await clock.advance(400);
    const heard = server.audio.flatMap(({ what }) => [...what]);
    expect([heard.includes(0x11), heard.includes(0x22)]).toEqual([false, true]);
  });
});
