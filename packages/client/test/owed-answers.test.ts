import { encodeServerMessage, type WireEvent } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import type { CallResult, CallWarning } from '../src/index.js';
import { openCall, scriptedCall } from './scripted-call.js';

const noted = ({ warnings }: CallResult) => warnings.map(({ clause, message }) => [clause, message]);

describe('the end of a call', () => {
  it('notes that pings were never answered, although the next one was not due yet', async () => {
    for (const end of ['hangup', 'disconnect'] as const) {
      const { clock, server, call } = await openCall();
      server.auto.pong = false;
      await clock.advance(3000);
      if (end === 'hangup') call.hangup();
      else server.send('disconnect', { reason: 'completed' });
      expect(noted(await clock.run(call.result))).toEqual([
        [
          undefined,
          expect.stringMatching(/^the first ping had not been answered .* 2.0 s after .* the bot has 5.0 s$/),
        ],
      ]);
    }
  });

  it('does not note a ping that has just been sent, nor answered pings', async () => {
    for (const ms of [500, 1300, 7000]) {
      const { clock, server, call } = await openCall();
      if (ms < 2000) server.auto.pong = false;
      await clock.advance(ms);
      call.hangup();
      expect(noted(await clock.run(call.result))).toEqual([]);
    }
  });

  it('does not note a ping if the client has stopped reading', async () => {
    const { clock, call } = await openCall({ faults: { stopReadingAfterMs: 500 } });
    await clock.advance(3000);
    call.hangup();
    const texts = noted(await clock.run(call.result)).map(([, message]) => message);
    expect(texts.filter((message) => message?.includes('ping'))).toEqual([]);
  });

  it('notes that `opened` did not arrive', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.advance(1800);
    call.hangup();
    expect(noted(await clock.run(call.result))).toEqual([
      [undefined, expect.stringMatching(/^opened had not arrived .* 1.8 s after open; the bot has 5.0 s$/)],
    ]);
  });

  it('notes that the handshake was not complete', async () => {
    const { clock, call } = scriptedCall({}, { upgradeMs: 60_000 });
    await clock.advance(2500);
    call.hangup();
    expect(noted(await clock.run(call.result))).toEqual([
      [undefined, expect.stringMatching(/handshake was not complete .* 2.5 s after dialling; .* 5.0 s$/)],
    ]);
  });

  it('notes that `closed` did not arrive before the result was due', async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    call.hangup();
    expect(noted(await clock.run(call.result))).toEqual([
      [undefined, expect.stringContaining('closed had not arrived')],
    ]);
  });

  it('breaks no rule before its deadline', async () => {
    const violations: WireEvent[] = [];
    const sink = { event: (event: WireEvent) => void (event.kind === 'violation' && violations.push(event)) };
    const { clock, server, call } = await openCall({ sink });
    const warnings: CallWarning[] = [];
    call.on('warning', (warning) => warnings.push(warning));
    server.auto.pong = false;
    server.auto.closed = false;
    await clock.advance(3000);
    call.hangup();
    await clock.run(call.result);
    expect([violations, warnings]).toEqual([[], []]);
    await clock.run(call.closed);
    expect(violations).toMatchObject([{ clause: 'AC-CLOSE-2' }]);
  });
});

describe('a `clientseq`', () => {
  it.each<[string, (made: Awaited<ReturnType<typeof openCall>>) => Promise<void>, RegExp]>([
    [
      'that goes back',
      async ({ clock, server }) => {
        await clock.advance(1200);
        server.send('event', { entities: [] }, { clientseq: 1 });
      },
      /event has clientseq 1 after a message with \d; it must not decrease/,
    ],
    [
      'that stands still',
      async ({ clock, server }) => {
        server.auto.pong = false;
        await clock.advance(3500);
        server.send('event', { entities: [] }, { clientseq: 1 });
      },
      /event has clientseq 1, but the client had sent seq 2 at least 2 s earlier/,
    ],
    [
      'that stands still while more is sent',
      async ({ clock, server, call }) => {
        server.auto.pong = false;
        await clock.advance(3400);
        void call.sendDtmf('1');
        await clock.advance(100);
        server.send('event', { entities: [] }, { clientseq: 1 });
      },
      /event has clientseq 1, but the client had sent seq 2 at least 2 s earlier/,
    ],
    [
      'that stands still after it has covered a part of what was sent',
      async ({ clock, server, call }) => {
        server.auto.pong = false;
        await clock.advance(1200);
        void call.sendDtmf('1');
        await clock.advance(100);
        server.send('event', { entities: [] }, { clientseq: 2 });
        await clock.advance(2400);
        server.send('event', { entities: [] }, { clientseq: 2 });
      },
      /event has clientseq 2, but the client had sent seq 3 at least 2 s earlier/,
    ],
    [
      'of `closed` from before `close`',
      async ({ clock, server, call }) => {
        server.auto.closed = false;
        call.hangup();
        await clock.settle();
        server.send('closed', {}, { clientseq: 1 });
      },
      /closed has clientseq 1; expected 2 or more, since close had that seq/,
    ],
    [
      'of a message that was not sent yet',
      async ({ server }) => server.send('event', { entities: [] }, { clientseq: 99 }),
      /event has clientseq 99, but the client has sent only 1 messages/,
    ],
    [
      'of `disconnect` that was not sent yet',
      async ({ server }) => server.send('disconnect', { reason: 'completed' }, { clientseq: 99 }),
      /disconnect has clientseq 99, but the client has sent only 1 messages/,
    ],
    [
      'of an unknown message',
      async ({ clock, server }) => {
        await clock.advance(1200);
        const envelope = { ...server.envelope(), clientseq: 1 };
        server.text(encodeServerMessage('disconnect', envelope, { reason: 'completed' }));
      },
      /disconnect has clientseq 1/,
    ],
  ])('%s causes a warning, and does not affect the call', async (_, act, text) => {
    const made = await openCall();
    await act(made);
    await made.clock.settle();
    expect(made.server.of('error')).toEqual([]);
    made.call.hangup();
    const result = await made.clock.run(made.call.result);
    expect(result.path).not.toBe('failure');
    expect(noted(result)).toContainEqual(['AC-MSG-7', expect.stringMatching(text)]);
  });

  it('of `closed` that is that of `disconnect` before it shows that the bot did not wait for `close`', async () => {
    const closedWith = async (clientseq: number) => {
      const { clock, server, call } = await openCall();
      server.auto.closed = false;
      server.send('disconnect', { reason: 'completed' }, { clientseq });
      server.send('closed', {}, { clientseq });
      return noted(await clock.run(call.result));
    };
    expect(await closedWith(1)).toEqual([
      [
        'AC-CLOSE-4',
        expect.stringMatching(/^closed has clientseq 1, like disconnect before it, .* had seq 2;/),
      ],
    ]);
    // A counter that is never set.
    expect(await closedWith(0)).not.toContainEqual(['AC-CLOSE-4', expect.anything()]);
  });

  it('of `closed` says nothing of `close` if that of `disconnect` was too old already', async () => {
    const { clock, server, call } = await openCall();
    await clock.advance(12_000);
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' }, { clientseq: 1 });
    server.send('closed', {}, { clientseq: 1 });
    const found = noted(await clock.run(call.result)).map(([clause]) => clause);
    expect(found).toContain('AC-MSG-7');
    expect(found).not.toContain('AC-CLOSE-4');
  });

  it('that is too high acknowledges nothing: correct ones may follow it', async () => {
    const { clock, server, call } = await openCall();
    for (const clientseq of [99, 1]) server.send('event', { entities: [] }, { clientseq });
    await clock.advance(3000);
    call.hangup();
    expect((await clock.run(call.result)).warnings).toEqual([
      expect.objectContaining({ clause: 'AC-MSG-7', count: 1 }),
    ]);
  });

  it('of `updated` is compared with the first of several quick updates', async () => {
    const { clock, server, call } = await openCall();
    void call.setLanguage('fr-CA');
    void call.setLanguage('de-DE');
    await clock.settle();
    const seqs = server.of('update').map(({ seq }) => seq);
    for (const clientseq of seqs) server.send('updated', {}, { clientseq });
    await clock.settle();
    call.hangup();
    expect(seqs).toHaveLength(2);
    expect(noted(await clock.run(call.result))).toEqual([]);
  });

  it('of `updated` from before the update causes a warning', async () => {
    const { clock, server, call } = await openCall();
    void call.setLanguage('fr-CA');
    await clock.settle();
    server.send('updated', {}, { clientseq: 1 });
    await clock.settle();
    call.hangup();
    expect(noted(await clock.run(call.result))).toEqual([
      ['AC-MSG-7', 'updated has clientseq 1; expected 2 or more, since update had that seq'],
    ]);
  });

  it('that stays back counts each time', async () => {
    const { clock, server, call } = await openCall();
    server.auto.pong = false;
    void call.sendDtmf('12');
    await clock.advance(600);
    for (const clientseq of [3, 1, 2]) server.send('event', { entities: [] }, { clientseq });
    call.hangup();
    expect((await clock.run(call.result)).warnings).toEqual([
      expect.objectContaining({ clause: 'AC-MSG-7', count: 2 }),
    ]);
  });

  it('may take 2 s to cover a message', async () => {
    for (const [ms, warned] of [
      [2000, false],
      [2001, true],
    ] as const) {
      const { clock, server, call } = await openCall();
      server.auto.pong = false;
      void call.sendDtmf('1');
      await clock.advance(ms);
      server.send('event', { entities: [] }, { clientseq: 1 });
      call.hangup();
      const warnings = noted(await clock.run(call.result)).filter(([clause]) => clause === 'AC-MSG-7');
      expect(warnings).toHaveLength(warned ? 1 : 0);
    }
  });

  it('that covers the message that waited longest is valid, however late', async () => {
    const { clock, server, call } = await openCall();
    server.auto.pong = false;
    await clock.advance(3500);
    server.send('event', { entities: [] }, { clientseq: 2 });
    await clock.settle();
    call.hangup();
    expect(noted(await clock.run(call.result)).filter(([clause]) => clause === 'AC-MSG-7')).toEqual([]);
  });

  it('has another 2 s for the next message once it has covered one', async () => {
    const { clock, server, call } = await openCall();
    server.auto.pong = false;
    await clock.advance(1200);
    void call.sendDtmf('1');
    await clock.advance(300);
    server.send('event', { entities: [] }, { clientseq: 2 });
    await clock.advance(1900);
    server.send('event', { entities: [] }, { clientseq: 2 });
    await clock.settle();
    call.hangup();
    expect(noted(await clock.run(call.result)).filter(([clause]) => clause === 'AC-MSG-7')).toEqual([]);
  });

  it('of 0 in `opened` causes a warning', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    server.send('opened', { startPaused: false, media: [] }, { clientseq: 0 });
    await clock.settle();
    call.hangup();
    expect(noted(await clock.run(call.result))).toEqual([
      ['AC-MSG-7', expect.stringContaining('opened has clientseq 0; expected 1 or more')],
    ]);
  });

  it('from before the arrival of the last message is valid', async () => {
    const { clock, server, call } = await openCall();
    void call.sendDtmf('12');
    await clock.advance(100);
    server.send('event', { entities: [] }, { clientseq: 1 });
    await clock.advance(100);
    call.hangup();
    expect(noted(await clock.run(call.result))).toEqual([]);
  });
});
