import { EventEmitter } from 'node:events';
import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { describe, expect, it } from 'vitest';
import { prepareRealtime, type RealtimeOptions, type RealtimeService, tool } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import type { ServiceHost, ServiceLink } from '../src/service/service.js';
import { type ScriptedOptions, scripted } from '../src/testing/index.js';
import type { ServiceSocket } from '../src/wire/service-socket.js';
import type { ConnectSocket } from '../src/wire/wire-session.js';
import { type Bridged, bridged } from './bridged.js';
import { escapedErrors, turnOver } from './escaped-errors.js';

/** A function of the bot or of an adapter that fails. It returns `never`, so that it fits every type. */
type Fails = () => never;

/** The ways in which a function can fail. What fails late does so in an own task, long after the function returned. */
const WAYS: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error('boom');
  },
  rejects: () => Promise.reject(new Error('boom')),
  'rejects late': () => new Promise((_, reject) => setImmediate(() => reject(new Error('boom')))),
  'returns a thenable that rejects late': () => ({
    // biome-ignore lint/suspicious/noThenProperty: some libraries return such objects instead of promises.
    then: (_: unknown, reject: (error: Error) => void) => void setImmediate(() => reject(new Error('boom'))),
  }),
  'returns a thenable that throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: some libraries return such objects instead of promises.
    get then() {
      throw new Error('boom');
    },
  }),
};

interface Hook {
  options?(fails: Fails): RealtimeOptions;
  service?(fails: Fails): ScriptedOptions;
  on?(fails: Fails): RealtimeService;
  /** Once the session has begun. */
  use?(it: Bridged, fails: Fails): void;
  /** Whether nothing is to happen in the call. */
  readonly quiet?: boolean;
}

const EVENTS = ['text', 'interrupted', 'tool', 'state', 'problem', 'usage'] as const;

/** Has every event of a session happen, and every method of its link called. */
function everything({ session }: Bridged, host: ServiceHost, clock: VirtualClock): void {
  host.usage({ tokens: 1 });
  host.problem({ code: 'odd', message: 'an odd thing', fatal: false });
  host.toolCall('1', 'find', '{}');
  session.tell('The shop is open.');
  session.say('Hello.');
  host.replyStarted('r');
  host.audio('r', 'r-1', new Uint8Array(8000));
  host.text('bot', 'Hello there.', { final: true, replyId: 'r' });
  clock.after(300, () => session.interrupt());
}

const FIND = {
  find: tool({ description: 'Finds it.', parameters: { type: 'object' }, run: () => ({ at: 1 }) }),
};

const optionOf = (name: keyof RealtimeOptions, more: RealtimeOptions = {}): Hook => ({
  options: (fails) => ({ ...more, [name]: fails }),
});

const LINK_METHODS: readonly Exclude<keyof ServiceLink, 'bufferedBytes' | 'audioHeld'>[] = [
  ...(['audio', 'truncate', 'cancel', 'interrupted', 'text', 'ask', 'toolResult', 'close'] as const),
];

/** A scripted service, one method of whose links fails. */
function withLink(method: keyof ServiceLink, fails: Fails): RealtimeService {
  const inner = scripted();
  return {
    ...{ name: 'own', input: inner.input, output: inner.output, can: inner.can },
    connect: async (host, start, signal) => {
      const link = await inner.connect(host, start, signal);
      hosts.set(inner.name, host);
      return Object.defineProperty(Object.create(link), method, { value: fails });
    },
  };
}

/** The host of the last connection of a service of `withLink`. */
const hosts = new Map<string, ServiceHost>();

const HOOKS: Readonly<Record<string, Hook>> = {
  instructions: optionOf('instructions'),
  dtmf: optionOf('dtmf'),
  onSilence: { quiet: true, ...optionOf('onSilence', { limits: { silenceMs: 300, callMs: 3000 } }) },
  'onSilence of a silent service': optionOf('onSilence', {
    ...{ greeting: 'model', limits: { replyMs: 200, callMs: 3000 } },
  }),
  turns: optionOf('turns'),
  'metrics.count': { options: (fails) => ({ metrics: { count: fails, observe() {} } }) },
  'metrics.observe': { options: (fails) => ({ metrics: { count() {}, observe: fails } }) },
  'run of a tool': { options: (run) => ({ tools: { find: { ...FIND.find, run } } }) },
  'validate of a Standard Schema': {
    options: (validate) => ({
      tools: {
        find: {
          ...FIND.find,
          ...{
            schema: { type: 'object' },
            parameters: { '~standard': { version: 1, vendor: 'own', validate } },
          },
        },
      },
    }),
  },
  'onAsk of scripted': { service: (onAsk) => ({ onAsk }) },
  'onText of scripted': { service: (onText) => ({ onText }) },
  'onToolResult of scripted': { service: (onToolResult) => ({ onToolResult }) },
  'refuse of scripted': { service: (refuse) => ({ refuse }) },
  'connect of a service': { on: (connect) => ({ ...withLink('close', connect), connect }) },
};

for (const event of EVENTS)
  Object.assign(HOOKS, {
    [`a listener of ${event}`]: { use: (it: Bridged, f: Fails) => it.session.on(event, f) },
  });
for (const method of LINK_METHODS)
  Object.assign(HOOKS, { [`${method} of a link`]: { on: (fails: Fails) => withLink(method, fails) } });

const CASES = Object.entries(HOOKS).flatMap(([name, hook]) =>
  Object.entries(WAYS).map(([way, run]) => ({ name, hook, way, run })),
);

describe('code of the bot or of an adapter that fails ends at most its own call', () => {
  it.each(CASES)('$name $way', async ({ name, hook, run }) => {
    const escaped = escapedErrors();
    let calls = 0;
    const fails = (() => {
      calls += 1;
      return run();
    }) as Fails;
    const service = hook.service?.(fails);
    const on = hook.on?.(fails);
    const bridge = bridged(
      { tools: FIND, limits: { callMs: 3000 }, ...hook.options?.(fails) },
      { ...(service ? { service } : {}), ...(on ? { on } : {}) },
    );
    const { clock, call } = bridge;
    await clock.advance(100);
    hook.use?.(bridge, fails);
    const host = on ? hosts.get('scripted') : bridge.service.links.at(-1)?.host;
    if (host && bridge.session.state !== 'closed' && !hook.quiet) everything(bridge, host, clock);
    if (!hook.quiet) void call.sendDtmf('1');
    await clock.advance(500);
    await turnOver();
    await clock.run(call.result);
    await clock.run(call.closed);
    await turnOver();
    await turnOver();
    expect(escaped).toEqual([]);
    expect(calls, `calls of ${name}`).toBeGreaterThan(0);
    expect(bridge.session.state).toBe('closed');
  });
});

/** A socket that the bot has made itself; each of its methods can be replaced. */
class OwnSocket extends EventEmitter implements ServiceSocket {
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  addEventListener(event: 'close', listener: () => void): void {
    this.once(event, listener);
  }
  send(data: Uint8Array): void {
    const { type } = JSON.parse(Buffer.from(data).toString());
    if (type !== 'session.update') return;
    for (const type of ['session.created', 'session.updated'])
      queueMicrotask(() => this.emit('message', Buffer.from(JSON.stringify({ type, session: {} })), false));
  }
  ping(): void {}
  close(): void {}
  terminate(): void {}
}

const SOCKET_METHODS = ['send', 'ping', 'close', 'terminate'] as const;

describe('a socket of the option connect that fails ends at most its own call', () => {
  it.each(Object.entries(WAYS))('connect itself %s', async (_, run) => {
    const escaped = escapedErrors();
    const connect = run as ConnectSocket;
    const bridge = bridged({}, { on: openai({ apiKey: 'sk-1', connect }) });
    const result = await bridge.clock.run(bridge.call.result);
    await turnOver();
    await turnOver();
    expect(escaped).toEqual([]);
    expect(result.path).toBe('failure');
    await expect(bridge.session.result).rejects.toMatchObject({ reason: 'REALTIME_BAD_OPTION' });
  });

  it.each(
    SOCKET_METHODS.flatMap((method) => Object.entries(WAYS).map(([way, run]) => ({ method, way, run }))),
  )('$method $way', async ({ method, run }) => {
    const escaped = escapedErrors();
    const socket = new OwnSocket();
    const bridge = bridged(
      { limits: { callMs: 12_000 } },
      { on: openai({ apiKey: 'sk-1', connect: () => socket }) },
    );
    await bridge.clock.advance(100);
    let calls = 0;
    Object.assign(socket, {
      [method]: () => {
        calls += 1;
        return run();
      },
    });
    await bridge.clock.advance(6000);
    await turnOver();
    await bridge.clock.run(bridge.call.result);
    await bridge.clock.run(bridge.call.closed);
    await bridge.clock.advance(100);
    await turnOver();
    await turnOver();
    expect(escaped).toEqual([]);
    expect(calls, `calls of ${method}`).toBeGreaterThan(0);
    expect(bridge.session.state).toBe('closed');
  });
});

it.each(Object.entries(WAYS))('close of a link that was prepared for a call in vain: %s', async (_, run) => {
  const escaped = escapedErrors();
  const clock = new VirtualClock();
  const prepare = prepareRealtime(withLink('close', run as Fails), { clock });
  const { call } = linkedCall(() => () => ({}), { clock, bot: { prepare } as never });
  expect((await clock.run(call.result)).path).toBe('success');
  await clock.run(call.closed);
  await turnOver();
  await turnOver();
  expect(escaped).toEqual([]);
});
