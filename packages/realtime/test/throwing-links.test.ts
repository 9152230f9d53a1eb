import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { describe, expect, it } from 'vitest';
import { prepareRealtime, RealtimeFailure, tool } from '../src/index.js';
import type { RealtimeService, ServiceHost, ServiceLink } from '../src/service/service.js';
import { scripted } from '../src/testing/index.js';
import { bridged, finish } from './bridged.js';
import { escapedErrors, turnOver } from './escaped-errors.js';

type Getter = 'bufferedBytes' | 'audioHeld';
type Methods = Exclude<keyof ServiceLink, Getter>;

/** A service whose link throws in one method, or in the getter. */
function throwing(method: keyof ServiceLink): { readonly service: RealtimeService; host(): ServiceHost } {
  const inner = scripted();
  let latest: ServiceHost | undefined;
  const service: RealtimeService = {
    name: 'broken',
    input: inner.input,
    output: inner.output,
    can: inner.can,
    async connect(host, start, signal) {
      latest = host;
      const link = await inner.connect(host, start, signal);
      const broken = () => {
        throw new TypeError(`${method} is broken`);
      };
      return Object.defineProperty(
        Object.create(link),
        method,
        method === 'bufferedBytes' || method === 'audioHeld' ? { get: broken } : { value: broken },
      );
    },
  };
  return {
    service,
    host() {
      if (!latest) throw new Error('not connected');
      return latest;
    },
  };
}

/** What makes the session use a method of its link. */
const USES: Readonly<
  Record<Exclude<Methods, 'close'> | Getter, (it: ReturnType<typeof bridged>, host: ServiceHost) => void>
> = {
  audio: () => {},
  bufferedBytes: () => {},
  audioHeld: () => {},
  ask: (it) => it.session.say('hello'),
  text: (it) => it.session.tell('hello'),
  toolResult: (_, host) => host.toolCall('1', 'nothing', '{}'),
  cancel: (it, host) => {
    host.replyStarted('r');
    host.audio('r', 'r-1', new Uint8Array(8000));
    it.session.interrupt();
  },
  interrupted: () => {},
  truncate: (it, host) => {
    host.replyStarted('r');
    host.audio('r', 'r-1', new Uint8Array(8000));
    it.clock.after(100, () => it.session.interrupt());
  },
};

describe('a service whose link breaks its promise not to throw', () => {
  it.each(Object.entries(USES).filter(([method]) => method !== 'interrupted'))(
    'ends its call, and nothing else, if %s throws',
    async (method, use) => {
      const { service, host } = throwing(method as Methods);
      const bridge = bridged({ limits: { callMs: 5000 } }, { on: service });
      bridge.clock.after(500, () => {
        if (bridge.session.state !== 'closed') use(bridge, host());
      });
      const result = await bridge.clock.run(bridge.call.result);
      expect(result.path).toBe('failure');
      const failure = await bridge.session.result.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(RealtimeFailure);
      expect(failure).toMatchObject({
        reason: 'SERVICE_LOST',
        cause: {
          message: expect.stringContaining(`broken: ${method}`),
          cause: { message: `${method} is broken` },
        },
      });
      await bridge.clock.run(bridge.call.closed);
    },
  );

  it('ends its call as usual if close throws', async () => {
    const { service } = throwing('close');
    const bridge = bridged({ limits: { callMs: 1000 } }, { on: service });
    expect((await bridge.clock.run(bridge.call.result)).path).toBe('success');
  });

  it.each([[undefined], [null], [5]])('fails to connect if its link is %s', async (link) => {
    const { service } = throwing('close');
    const bridge = bridged({}, { on: { ...service, connect: async () => link as never } });
    await bridge.clock.run(bridge.call.result);
    await expect(bridge.session.result).rejects.toMatchObject({ reason: 'SERVICE_UNREACHABLE' });
  });

  it('fails only its own call if a callback of scripted() throws or rejects', async () => {
    for (const onAsk of [
      () => {
        throw new Error('boom');
      },
      async () => {
        throw new Error('boom');
      },
    ]) {
      const bridge = bridged({ greeting: 'model' }, { service: { onAsk } });
      const result = await finish(bridge);
      expect(result.path).toBe('failure');
      const failure = await bridge.session.result.catch((error: unknown) => error);
      expect(failure).toMatchObject({ cause: { message: expect.stringContaining('onAsk') } });
    }
  });
});

const boom = () => {
  throw new Error('boom');
};

describe('an abort listener that throws ends nothing but itself', () => {
  it('if it is of a service that is being connected', async () => {
    const escaped = escapedErrors();
    const inner = scripted();
    const on: RealtimeService = {
      ...{ name: 'broken', input: inner.input, output: inner.output, can: inner.can },
      connect: (_host, _start, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', boom);
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    };
    const bridge = bridged({}, { on });
    await bridge.clock.advance(500);
    bridge.call.hangup();
    await bridge.clock.run(bridge.call.closed);
    await turnOver();
    expect(escaped).toEqual([]);
  });

  it('if it is of a tool', async () => {
    const escaped = escapedErrors();
    const wait = tool({
      description: 'Waits.',
      parameters: { type: 'object' },
      run: (_, { signal }) => {
        signal.addEventListener('abort', boom);
        return new Promise(() => {});
      },
    });
    const bridge = bridged({ tools: { wait } });
    await bridge.clock.advance(500);
    bridge.service.link.host.toolCall('1', 'wait', '{}');
    await bridge.clock.advance(100);
    bridge.call.hangup();
    await finish(bridge);
    await turnOver();
    expect(escaped).toEqual([]);
  });
});

it('a prepared service whose link and abort listeners throw ends nothing but its own call', async () => {
  const escaped = escapedErrors();
  const clock = new VirtualClock();
  const { service: closing } = throwing('close');
  const service: RealtimeService = {
    ...closing,
    connect(host, start, signal) {
      signal.addEventListener('abort', boom);
      return closing.connect(host, start, signal);
    },
  };
  const { call } = linkedCall(() => () => ({}), {
    clock,
    bot: { prepare: prepareRealtime(service, { clock }) } as never,
  });
  expect((await clock.run(call.result)).path).toBe('success');
  await clock.run(call.closed);
  await turnOver();
  expect(escaped).toEqual([]);
});
