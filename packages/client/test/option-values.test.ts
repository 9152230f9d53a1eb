import { describe, expect, it } from 'vitest';
import { type CallAudioConnectorOptions, callAudioConnector, defineIntegration } from '../src/index.js';
import { failure, openCall, scriptedCall } from './scripted-call.js';

const call = (options: object) => async () => scriptedCall(options).call;

describe('the error for the value of an option names the field and what was expected', () => {
  it.each<[object, string]>([
    [{ background: new Uint8Array(0) }, 'background is 0 bytes; expected a non-empty Uint8Array'],
    [{ internalAudio: [1, 2] }, 'internalAudio is an array of 2; expected a Uint8Array of 8 kHz µ-law'],
    [{ media: { format: 'OPUS' } }, 'media.format is "OPUS"; expected "PCMU" or "L16"'],
    [{ media: { byteOrder: 'middle' } }, 'media.byteOrder is "middle"; expected "le" or "be"'],
    [{ limits: 'none' }, 'limits is "none"; expected "genesys", "off", or an object of rates'],
    [{ outputs: ['a', ''] }, 'outputs is an array'],
    [{ signal: {} }, 'signal is an object; expected an AbortSignal'],
  ])('in %o', async (options, message) => {
    await expect(call(options)()).rejects.toThrow(message);
  });

  it.each<[Partial<CallAudioConnectorOptions>]>([
    [{ limits: 'genesys' }],
    [{ limits: 'off' }],
    [{ internalAudio: new Uint8Array(0) }],
    [{ outputs: [] }],
  ])('and accepts %o', async (options) => {
    const { call, clock } = await openCall(options);
    call.hangup();
    expect((await clock.run(call.result)).path).toBe('disconnected');
  });

  it('for an integration that is null or another object', () => {
    for (const integration of [null, {}, 'integration'])
      expect(() => Reflect.apply(callAudioConnector, undefined, [{ integration, connectorId: 'x' }])).toThrow(
        /^integration is .*expected the return value of defineIntegration\(\)/,
      );
  });

  it.each<[type: string, value: object]>([
    ['an object of type Map', new Map([['customerId', '42']])],
    ['an object of type URLSearchParams', new URLSearchParams('customerId=42')],
    ['an object of type Date', new Date(0)],
    ['an object of type Uint8Array', new Uint8Array(4)],
    ['a promise', Promise.resolve({ customerId: '42' })],
  ])('for %s, whose content would silently be ignored', async (type, value) => {
    const groups = [
      'inputs',
      'conversation',
      'media',
      'timers',
      'limits',
      'faults',
      'errorTypes',
      'wireStyle',
    ];
    for (const field of groups)
      await expect(call({ [field]: value })()).rejects.toMatchObject({
        code: 'CLIENT_BAD_ARGUMENT',
        message: expect.stringMatching(new RegExp(`^${field}: got ${type}.*; expected a`)),
      });
    const uri = { baseConnectionUri: 'wss://bots.example', apiKey: 'k' };
    for (const field of ['tls', 'customConfig'])
      expect(() => defineIntegration({ ...uri, [field]: value })).toThrow(`${field}: got ${type}`);
  });

  it('but accepts objects of classes, and an input with the name of a method of promises', async () => {
    class Conversation {
      ani = '+15550001';
    }
    const inputs = Object.fromEntries([['then', () => 'x']]);
    const { call, clock, server } = await openCall({ conversation: new Conversation(), inputs });
    const { participant, inputVariables = {} } = server.of('open')[0]?.parameters ?? {};
    expect(participant?.ani).toBe('tel:+15550001');
    expect(Object.entries(inputVariables)).toEqual([['then', 'x']]);
    call.hangup();
    await clock.run(call.result);
  });

  it('for nested data, with the beginning of its path', async () => {
    let inputs: object = {};
    for (let depth = 0; depth < 200; depth++) inputs = { inner: inputs };
    await expect(call({ media: inputs })()).rejects.toThrow(
      /^.{1,60}: it is nested too deeply, or contains itself/,
    );
  });
});

it('an expression that returns null takes the failure path, and its message says so', async () => {
  const { call, clock } = scriptedCall({ connectorId: (() => null) as never });
  expect(failure(await clock.run(call.result)).failureOutputs.errorMessage).toContain('returned null');
});
