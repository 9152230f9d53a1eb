import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { openCall, scriptedCall } from './scripted-call.js';

const TURN = { entities: [{ type: 'bot_turn_response', data: { disposition: 'match' } }] };

describe('the client', () => {
  it(
    verifies('AC-EVENT-5', 'takes an event while it opens, while it is open, and while it closes'),
    async () => {
      const { clock, server, call } = scriptedCall({}, { latencyMs: 20 });
      server.auto.opened = undefined;
      server.auto.closed = false;
      await clock.run(server.next('open'));
      server.send('event', TURN);
      server.send('opened', { startPaused: false, media: [] });
      await clock.advance(100);
      expect(call.state).toBe('open');
      server.send('event', TURN);
      await clock.advance(100);
      call.hangup();
      await clock.advance(30);
      server.send('event', TURN);
      await clock.advance(30);
      expect(call.state).toBe('closing');
      server.send('closed', {});
      const { warnings } = await clock.run(call.result);
      await clock.run(call.closed);
      expect(server.of('error')).toEqual([]);
      // The first arrived before `opened`, which no server should do: a warning, and the call continued.
      expect(warnings.map(({ clause }) => clause)).toEqual(['AC-OPEN-6']);
    },
  );

  it(verifies('AC-UPDATE-2', 'sends the next language without `updated` for the one before'), async () => {
    const { clock, server, call } = await openCall();
    for (const language of ['fr', 'de', 'es-419']) call.setLanguage(language);
    await clock.advance(60_000);
    expect(server.of('update').map(({ parameters }) => parameters.language)).toEqual(['fr', 'de', 'es-419']);
    expect(server.timesOf('update')).toEqual([0, 0, 0]);
    expect(call.state).toBe('open');
    expect(server.of('error')).toEqual([]);
  });

  it(verifies('AC-TIME-4', 'answers `disconnect` at once'), async () => {
    const { clock, server } = await openCall();
    await clock.advance(1234);
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(1);
    expect(server.timesOf('close')).toEqual([1234]);
    expect(server.of('close')[0]?.parameters).toEqual({ reason: 'disconnect' });
  });
});
