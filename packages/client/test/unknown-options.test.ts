import { X509Certificate } from 'node:crypto';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { snapshot } from '../src/action/snapshot.js';
import {
  callAudioConnector,
  createWsDial,
  defineIntegration,
  hostedDial,
  liveCaller,
  noiseCaller,
  silenceCaller,
  toneCaller,
  withGain,
} from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { integration, openCall } from './scripted-call.js';
import { CERT } from './self-signed.js';

const clock = new VirtualClock();
const { dial } = new ScriptedServer(clock);
const set = (options: object) => () =>
  defineIntegration({ baseConnectionUri: 'wss://bots.example', apiKey: 'key', ...options });
const call = (options: object) => () => callAudioConnector({ integration, clock, dial, ...options });
const probe = (options: object) => () => integration.probe({ clock, dial, ...options });
const loose =
  <Args extends unknown[]>(make: (...args: Args) => unknown, ...args: unknown[]) =>
  () =>
    Reflect.apply(make, undefined, args);

describe('the error for an unknown option suggests the intended one', () => {
  it.each<[() => unknown, string, string | undefined]>([
    [set({ aktive: true }), 'aktive', undefined],
    [set({ enable: false }), 'enable', 'enabled'],
    [set({ tls: { insecur: true } }), 'tls.insecur', 'insecure'],
    [call({ conectorId: 'book' }), 'conectorId', 'connectorId'],
    [call({ Inputs: {} }), 'Inputs', 'inputs'],
    [call({ offer: 'external' }), 'offer', undefined],
    [call({ conversation: { anni: '+1' } }), 'conversation.anni', 'ani'],
    [call({ media: { frameMS: 20 } }), 'media.frameMS', 'frameMs'],
    [call({ timers: { openMs: 1 } }), 'timers.openMs', 'openedMs'],
    [call({ limits: { texts: { perSecond: 1, burst: 1 } } }), 'limits.texts', 'text'],
    [call({ limits: { text: { perSec: 1, burst: 1 } } }), 'limits.text.perSec', 'perSecond'],
    [call({ faults: { dropPing: 1 } }), 'faults.dropPing', 'dropPings'],
    [call({ faults: { discard: { atMs: 0, sm: 1 } } }), 'faults.discard.sm', 'ms'],
    [call({ wireStyle: { signature: { lable: 'a' } } }), 'wireStyle.signature.lable', 'label'],
    [call({ errorTypes: { dn: 'X' } }), 'errorTypes.dn', 'dns'],
    [probe({ supportedLanguage: true }), 'supportedLanguage', 'supportedLanguages'],
    [probe({ caller: [] }), 'caller', undefined],
    [loose(toneCaller, { frequency: 440 }), 'frequency', 'frequencyHz'],
    [loose(noiseCaller, { leveldb: -50 }), 'leveldb', 'levelDb'],
    [loose(liveCaller, { maxBuffered: 1 }), 'maxBuffered', 'maxBufferedMs'],
    [loose(hostedDial, { allowHost: [] }), 'allowHost', 'allowHosts'],
    [loose(createWsDial, { agnet: {} }), 'agnet', 'agent'],
    [() => new ScriptedServer(clock, { latency: 1 } as object), 'latency', 'latencyMs'],
  ])('in row %#', async (make, field, meant) => {
    const words = meant === undefined ? 'expected one of ' : `you may have meant ${meant}.`;
    await expect((async () => make())()).rejects.toThrow(`${field}: there is no such option; ${words}`);
  });

  it('for `sendDtmf` too', async () => {
    const made = await openCall();
    await expect(made.call.sendDtmf('1', { interval: 1 } as object)).rejects.toThrow(
      /^interval: .*meant intervalMs/,
    );
    made.call.hangup();
    await made.clock.run(made.call.closed);
  });
});

describe('a mistake in the program', () => {
  it('is distinguished from failures of a call by its code and by `isUsage`', () => {
    for (const make of [set({ aktive: true }), set({ join: 'comma' }), call({ timers: { openedMs: -1 } })]) {
      expect(make).toThrow(expect.objectContaining({ code: 'CLIENT_BAD_ARGUMENT', isUsage: true }));
    }
  });
});

describe('the error for an invalid value names its field', () => {
  it.each<[() => unknown, RegExp]>([
    ...[Number.NaN, -1, 1.5, '440', null].flatMap((wrong): [() => unknown, RegExp][] => [
      [loose(toneCaller, { frequencyHz: wrong }), /^frequencyHz is /],
    ]),
    ...[Number.NaN, -1, '1', null].flatMap((wrong): [() => unknown, RegExp][] => [
      [loose(toneCaller, { durationMs: wrong }), /^durationMs is /],
      [loose(noiseCaller, { durationMs: wrong }), /^durationMs is /],
      [loose(silenceCaller, wrong), /^durationMs is /],
      [loose(liveCaller, { maxBufferedMs: wrong }), /^maxBufferedMs is /],
      [() => new ScriptedServer(clock, { upgradeMs: wrong } as object), /^upgradeMs is /],
    ]),
    ...[Number.NaN, Number.POSITIVE_INFINITY, '3', undefined].flatMap((wrong): [() => unknown, RegExp][] => [
      [loose(withGain, new Uint8Array(1), wrong), /^db is /],
    ]),
    [loose(toneCaller, { levelDb: Number.NaN }), /^levelDb is /],
    [loose(noiseCaller, { levelDb: -4 }), /^levelDb is /],
    [loose(noiseCaller, { levelDb: Number.NEGATIVE_INFINITY }), /^levelDb is /],
    [loose(noiseCaller, { seed: 0.5 }), /^seed is /],
    [loose(liveCaller, { maxBufferedMs: Number.POSITIVE_INFINITY }), /^maxBufferedMs is /],
    [set({ enabled: 'no' }), /^enabled is .*true or false/],
    [set({ featureEnabled: 0 }), /^featureEnabled is /],
    [set({ allowWs: 'yes' }), /^allowWs is /],
    [set({ join: 'comma' }), /^join is .*"slash" or "raw"/],
    [set({ name: 7 }), /^name is /],
    [set({ dial: 'ws' }), /^dial is /],
    [set({ tls: 'insecure' }), /^tls is /],
    [set({ tls: { insecure: 'true' } }), /^tls.insecure is /],
    [set({ tls: { ca: [1] } }), /^tls.ca\[0\] is /],
    [set({ tls: { ca: [] } }), /^tls.ca: got an empty array; leave ca out/],
    ...['./ca.pem', '', 'garbage'].flatMap((ca): [() => unknown, RegExp][] => [
      [
        set({ tls: { ca } }),
        /^tls.ca: got a string without a certificate .*the content of the file, not its path/,
      ],
      [set({ tls: { ca: [ca] } }), /^tls.ca\[0\]: got a string without a certificate/],
    ]),
    [
      set({ tls: { ca: new X509Certificate(CERT).raw } }),
      /^tls.ca: got \d+ bytes without .* convert DER to PEM/,
    ],
    [
      set({ tls: { ca: `${CERT}\n${CERT.replace(/M[A-Z]/, '!!')}` } }),
      /^tls.ca: it contains a certificate that cannot be read/,
    ],
    [set({ tls: { ca: CERT.slice(0, 200) } }), /^tls.ca: it contains a certificate that cannot be read/],
    [set({ customConfig: 7 }), /^customConfig is /],
    [set({ customConfig: { big: 1n } }), /^customConfig: it cannot be converted to JSON/],
    [
      () => {
        const config: Record<string, unknown> = {};
        config['self'] = config;
        return set({ customConfig: config })();
      },
      /^customConfig: it cannot be converted to JSON/,
    ],
    [
      () => {
        const inputs: Record<string, unknown> = {};
        inputs['self'] = inputs;
        return call({ inputs })();
      },
      /nested too deeply, or contains itself/,
    ],
  ])('in row %#', (make, text) => {
    expect(make).toThrow(text);
  });

  it('options without a prototype are copied when they are given', () => {
    const inputs = Object.assign(Object.create(null), { customerId: '42' });
    const taken = snapshot({ inputs });
    inputs.customerId = '43';
    expect(taken.inputs).toEqual({ customerId: '42' });
    expect(Object.getPrototypeOf(taken.inputs)).toBeNull();
  });

  it('lists in options are copied when they are given, and objects of a class are used as they are', () => {
    const ca = [new Uint8Array([1])];
    const taken = snapshot({ tls: { ca } });
    expect(taken.tls.ca[0]).toBe(ca[0]);
    ca.pop();
    expect(taken.tls.ca).toHaveLength(1);
  });

  it('an undefined option has its default', async () => {
    const made = await openCall({
      timers: { openedMs: undefined } as object,
      media: { frameMs: undefined } as object,
    });
    await made.clock.advance(450);
    expect(made.server.audio.map(({ what }) => what.length)).toEqual([1600, 1600]);
    made.call.hangup();
    await made.clock.run(made.call.closed);
  });
});
