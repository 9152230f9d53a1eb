import { isProbe } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import type { ProbeOptions } from '../src/index.js';
import { DialError } from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { integration } from './scripted-call.js';

function probe(options: ProbeOptions = {}) {
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  return { clock, server, report: integration.probe({ clock, dial: server.dial, ...options }) };
}

describe('the probe of an integration', () => {
  it(
    verifies('AC-PROBE-1', 'opens a session with null ids at the base URI, closes it, and finds nothing'),
    async () => {
      const { clock, server, report } = probe();
      expect(await clock.run(report)).toMatchObject({ ok: true, problems: [], url: 'wss://bots.example/v1' });
      expect(server.requests[0]?.url).toBe('wss://bots.example/v1');
      const [open] = server.of('open');
      expect(isProbe(open!.parameters)).toBe(true);
      expect(open?.parameters.participant).toMatchObject({ ani: '', aniName: '', dnis: '' });
      expect(server.of('close')[0]?.parameters.reason).toBe('end');
      expect(server.audio).toEqual([]);
      expect(clock.pending).toBe(0);
    },
  );

  it('takes `media: []` and one of three offers', async () => {
    const empty = probe();
    empty.server.auto.opened = () => ({ media: [], startPaused: false });
    expect(await empty.clock.run(empty.report)).toMatchObject({ ok: true });
    const three = probe({ offer: 'three-way' });
    expect(await three.clock.run(three.report)).toMatchObject({ ok: true });
    expect(three.server.of('open')[0]?.parameters.media.map(({ channels }) => channels)).toEqual([
      ['external', 'internal'],
      ['external'],
      ['internal'],
    ]);
  });

  it('lists languages when it asked for them', async () => {
    const { clock, server, report } = probe({ supportedLanguages: true });
    server.auto.opened = ({ parameters }) => ({
      media: parameters.media as [],
      startPaused: false,
      supportedLanguages: ['en-US', 'de'],
    });
    expect(await clock.run(report)).toMatchObject({ ok: true, supportedLanguages: ['en-US', 'de'] });
  });

  it(verifies('AC-PROBE-3', 'fails when the bot disconnects'), async () => {
    const { clock, server, report } = probe();
    server.auto.opened = undefined;
    await clock.settle();
    server.send('disconnect', { reason: 'completed' });
    expect(await clock.run(report)).toMatchObject({
      ok: false,
      problems: [{ fatal: true, clause: 'AC-PROBE-3', text: expect.stringContaining('disconnected') }],
    });
  });

  it('fails when `closed` does not come', async () => {
    const { clock, server, report } = probe();
    server.auto.closed = false;
    expect(await clock.run(report)).toMatchObject({
      ok: false,
      problems: [{ fatal: true, clause: 'AC-CLOSE-2' }],
    });
  });

  it('says in the words of an administrator what to do', async () => {
    const dial = () => Promise.reject(new DialError('unauthorized', 'HTTP 401', { status: 401 }));
    const { clock, report } = probe({ dial });
    expect(await clock.run(report)).toMatchObject({
      ok: false,
      problems: [
        {
          cause: 'unauthorized',
          status: 401,
          text: expect.stringContaining('The bot refused the credentials'),
        },
      ],
    });
  });

  it.each([
    [404, 'http-status', 'mayFail'],
    [426, 'http-status', 'mayFail'],
    [200, 'http-status', 'mayFail'],
    [503, 'http-status', 'fails'],
    [403, 'unauthorized', 'fails'],
    [302, 'redirect', 'fails'],
  ] as const)('takes HTTP %i at the base path, %s, for %s', async (status, cause, verdict) => {
    const dial = () => Promise.reject(new DialError(cause, `HTTP ${status}`, { status }));
    const { clock, report } = probe({ dial });
    const { ok, problems, ...rest } = await clock.run(report);
    expect(rest.verdict).toBe(verdict);
    expect(ok).toBe(verdict !== 'fails');
    expect(problems[0]).toMatchObject({ cause, status, fatal: verdict === 'fails' });
    if (verdict === 'mayFail') expect(problems[0]?.text).toMatch(/may fail to activate/);
  });

  it('tells what is unwise without failing', async () => {
    const { clock, server, report } = probe();
    server.auto.opened = ({ parameters }) => ({ media: parameters.media as [] });
    expect(await clock.run(report)).toMatchObject({
      ok: true,
      problems: [{ fatal: false, clause: 'AC-OPEN-5' }],
    });
  });

  it('ends at once when it is aborted', async () => {
    const { clock, report } = probe({ signal: AbortSignal.abort() });
    expect(await clock.run(report)).toMatchObject({ ok: false, durationMs: 0 });
  });
});
