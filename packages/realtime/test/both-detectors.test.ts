import { readFileSync } from 'node:fs';
import { inTurn, silenceCaller, wavCaller } from '@hookline/client';
import { expect, test, vi } from 'vitest';
import { bridged } from './bridged.js';
import { peer } from './peer.js';
import { VENDORS } from './vendors.js';

const table = readFileSync(new URL('../../bots/speech/table.wav', import.meta.url));

const SECONDS = 8;

test.each(VENDORS)(
  '$name: speech that the call finds first and the service afterwards interrupts once',
  async ({ connect, accept, greet, say, interrupt, transcribe, once }) => {
    const service = await peer(accept, greet ?? (() => {}));
    const it = bridged(
      { interruption: { by: 'first' } },
      {
        on: connect(service.url),
        call: { caller: inTurn(silenceCaller(1500), wavCaller(table)) },
      },
    );
    await it.clock.advanceUntil(() => it.bot.sessions > 0);
    await it.clock.settle();
    // Time stands still while sockets work.
    await vi.waitFor(() => expect(it.session.state).toBe('listening'), 5000);
    const interrupted: string[] = [];
    let words = '';
    it.session.on('interrupted', ({ by }) => interrupted.push(by));
    it.session.on('text', ({ who, text }) => {
      if (who === 'caller') words += text;
    });
    for (let second = 0; second < SECONDS; second++) say(service);
    await vi.waitFor(() => expect(it.session.state).toBe('speaking'), 5000);

    await it.clock.advanceUntil(() => it.session.stats.interruptions > 0, 5000);
    // The service goes on until it has found the speech as well.
    say(service);
    interrupt(service);
    transcribe(service);
    await vi.waitFor(() => expect(words).toBe('A table'), 5000);
    await it.clock.advance(1000);

    expect(interrupted).toEqual(['local']);
    expect(it.session.stats).toMatchObject({
      interruptions: 1,
      falseInterruptions: 0,
      lateAudioMs: 1000,
    });
    expect(it.recorder.entities('barge_in')).toBe(1);
    for (const type of once) {
      expect(
        service.received.filter((message) => message['type'] === type),
        type,
      ).toHaveLength(1);
    }

    it.call.hangup();
    await it.clock.run(it.call.closed);
    await vi.waitFor(() => expect(it.clock.pending).toBe(0), 5000);
  },
);
