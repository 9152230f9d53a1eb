import type { WireEvent } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import {
  type CallAudioConnectorOptions,
  callAudioConnector,
  type Dial,
  defineIntegration,
} from '../src/index.js';
import { DialError } from '../src/transport/dial-error.js';
import { rawServer } from './raw-server.js';
import { integration } from './scripted-call.js';

/** A dialler that ends only when it is aborted, or never. */
const stuck =
  (ends: boolean): Dial =>
  ({ signal }) =>
    new Promise((_, reject) => {
      if (!ends) return;
      signal.addEventListener('abort', () =>
        reject(new DialError('DIAL_BAD_UPGRADE', 'aborted', { requestHead: 'GET /v1 HTTP/1.1' })),
      );
    });

function stuckCall(ends: boolean, options: Partial<CallAudioConnectorOptions> = {}) {
  const clock = new VirtualClock();
  const events: WireEvent[] = [];
  const sink = { event: (event: WireEvent) => events.push(event) };
  const call = callAudioConnector({ integration, clock, dial: stuck(ends), sink, ...options });
  return { clock, events, call };
}

const GIVEN_UP = { kind: 'end', by: 'self', reason: 'the call ended before the connection was made' };

describe('a call that ends while it is being connected', () => {
  it('reports the request, the end and the rule that a late upgrade breaks', async () => {
    const { clock, events, call } = stuckCall(true);
    expect(await clock.run(call.result)).toMatchObject({ cause: 'upgrade-timeout', clause: 'AC-TIME-1' });
    await clock.run(call.closed);
    expect(events).toMatchObject([
      { kind: 'request', t: 0 },
      { ...GIVEN_UP, t: 5000 },
      { kind: 'violation', t: 5000, clause: 'AC-TIME-1', fatal: true },
    ]);
    expect(clock.pending).toBe(0);
  });

  it.each(['hangup', 'abort'] as const)('reports the request and the end after %s', async (how) => {
    const abort = new AbortController();
    const { clock, events, call } = stuckCall(true, { signal: abort.signal });
    await clock.advance(100);
    if (how === 'hangup') call.hangup();
    else abort.abort();
    await clock.run(call.closed);
    expect(events).toMatchObject([{ kind: 'request' }, { ...GIVEN_UP, t: 100 }]);
  });

  it('does not wait longer than a second for a dialler that never ends', async () => {
    const { clock, events, call } = stuckCall(false);
    await clock.run(call.closed);
    expect(clock.now()).toBe(5800);
    expect(events).toMatchObject([GIVEN_UP, { kind: 'violation', clause: 'AC-TIME-1' }]);
    expect(clock.pending).toBe(0);
  });

  it('reports the request to a real server that says nothing', async () => {
    const events: WireEvent[] = [];
    const silent = defineIntegration({ baseConnectionUri: await rawServer(() => {}), apiKey: 'k' });
    const call = callAudioConnector({
      integration: silent,
      sink: { event: (event) => events.push(event) },
      timers: { upgradeMs: 100 },
    });
    await call.closed;
    expect(events.map(({ kind }) => kind)).toEqual(['request', 'end', 'violation']);
  });

  it.each([
    // A sink that throws gets nothing more.
    ['throws', ['request']],
    ['hangs up', ['request', 'end']],
  ])(
    'reports the request while a real server lets it wait, also to a sink that then %s',
    async (what, kinds) => {
      const events: WireEvent[] = [];
      const silent = defineIntegration({ baseConnectionUri: await rawServer(() => {}), apiKey: 'k' });
      const event = (one: WireEvent) => {
        events.push(one);
        if (what === 'throws') throw new Error('of the sink');
        if (one.kind === 'request') call.hangup();
      };
      const call = callAudioConnector({ integration: silent, sink: { event } });
      await expect.poll(() => events[0]).toMatchObject({ kind: 'request', t: 0, dir: 'out' });
      call.hangup();
      await call.closed;
      expect(events.map(({ kind }) => kind)).toEqual(kinds);
    },
  );

  it('reports the request once although the dialler reports it again, also too late', async () => {
    let late = () => {};
    const dial: Dial = async ({ onRequest }) => {
      onRequest?.('GET /first HTTP/1.1');
      onRequest?.('GET /second HTTP/1.1');
      late = () => onRequest?.('GET /late HTTP/1.1');
      throw new DialError('DIAL_REFUSED', 'refused', { requestHead: 'GET /third HTTP/1.1' });
    };
    const { clock, events, call } = stuckCall(true, { dial });
    await clock.run(call.closed);
    late();
    expect(events).toMatchObject([{ kind: 'request', head: 'GET /first HTTP/1.1' }, { kind: 'end' }]);
  });
});
