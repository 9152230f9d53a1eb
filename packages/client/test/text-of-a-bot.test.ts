import { PCMU_EXTERNAL } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { ScriptedServer } from '../src/testing/index.js';
import { integration, openCall, scriptedCall } from './scripted-call.js';

/** Text that clears a screen, reverses what follows, and takes almost a whole message. */
const HOSTILE = `\u001b[2J\u009b31m\u202e${'x'.repeat(60_000)}`;
const OTHER_ID = '11111111-2222-4333-8444-555555555555';
const READABLE = /^[^\p{C}\p{Zl}\p{Zp}]{1,1200}$/u;

type Opened = Awaited<ReturnType<typeof openCall>>;

/** A message with a correct envelope and any fields. */
function send({ server }: Pick<Opened, 'server'>, fields: Readonly<Record<string, unknown>>): void {
  server.text(JSON.stringify({ ...server.envelope(), parameters: {}, ...fields }));
}

describe('text of a bot, however long and unprintable', () => {
  it.each<[string, (made: Opened) => void]>([
    ['the type of a message of another session', (made) => send(made, { type: HOSTILE, id: OTHER_ID })],
    ['the type of a message out of sequence', (made) => send(made, { type: HOSTILE, seq: 99 })],
    ['the type of a message with a wrong clientseq', (made) => send(made, { type: HOSTILE, clientseq: 99 })],
    ['an unknown type', (made) => send(made, { type: HOSTILE })],
    ['the name of an unknown field', (made) => send(made, { type: 'resume', parameters: { [HOSTILE]: 1 } })],
    [
      'the type of an entity',
      ({ server }) => server.send('event', { entities: [{ type: 'barge\u009bin', data: {} }] }),
    ],
    ['the info of an error', ({ server }) => server.send('disconnect', { reason: 'error', info: HOSTILE })],
    [
      'the info of a refusal',
      ({ server }) => server.send('disconnect', { reason: 'unauthorized', info: HOSTILE }),
    ],
  ])('is short and printable in each text about %s', async (_, act) => {
    const made = await openCall();
    act(made);
    await made.clock.advance(100);
    made.call.hangup();
    const result = await made.clock.run(made.call.result);
    const texts = [
      ...result.warnings.map(({ message }) => message),
      ...made.server.of('error').map(({ parameters }) => parameters.message),
      ...(result.path === 'failure' ? [result.failureOutputs.errorMessage] : []),
    ];
    expect(texts).not.toEqual([]);
    for (const text of texts) expect(text).toMatch(READABLE);
    expect(made.server.garbage).toEqual([]);
  });

  it.each<[string, object]>([
    ['media', { media: [{ ...PCMU_EXTERNAL, format: 'L16', note: HOSTILE }] }],
    ['discardTo', { media: [PCMU_EXTERNAL], discardTo: `PT${'0'.repeat(60_000)}9000000S` }],
  ])('is short and printable in the text about the %s of `opened`', async (_, parameters) => {
    const made = scriptedCall();
    made.server.auto.opened = undefined;
    await made.clock.settle();
    send(made, { type: 'opened', parameters: { startPaused: false, ...parameters } });
    const result = await made.clock.run(made.call.result);
    expect(result).toMatchObject({
      cause: 'bad-opened',
      failureOutputs: { errorMessage: expect.stringMatching(READABLE) },
    });
    expect(made.server.garbage).toEqual([]);
  });

  it('is short and printable in the report of a probe', async () => {
    const clock = new VirtualClock();
    const server = new ScriptedServer(clock);
    server.auto.opened = undefined;
    const report = integration.probe({ clock, dial: server.dial });
    await clock.settle();
    server.send('disconnect', { reason: 'error', info: HOSTILE });
    const { problems } = await clock.run(report);
    expect(problems).not.toEqual([]);
    for (const { text } of problems) expect(text).toMatch(READABLE);
  });

  it('is not quoted if it is the name of a message', async () => {
    const { clock, server, call } = await openCall();
    server.send('resume', {}, { clientseq: 99 });
    await clock.advance(100);
    call.hangup();
    const { warnings } = await clock.run(call.result);
    expect(warnings[0]?.message).toBe('resume has clientseq 99, but the client has sent only 1 messages');
  });
});
