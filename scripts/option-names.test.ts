import { createEnergyVad, createUtteranceDetector, dtmf, Framer, sine } from '@hookline/audio';
import { Resampler, resample } from '@hookline/audio/resample';
import { echo } from '@hookline/bots';
import {
  callAudioConnector,
  createWsDial,
  defineIntegration,
  hostedDial,
  liveCaller,
  sayInTurn,
  toneCaller,
} from '@hookline/client';
import { renderSpec, runChecks, serveFault } from '@hookline/conformance';
import { behaviourOf, callTarget, conversation, measureCall, runLoad } from '@hookline/load';
import { sign, verify } from '@hookline/protocol/signature';
import { endCall, realtime, tool, transfer } from '@hookline/realtime';
import { deepgram } from '@hookline/realtime/deepgram';
import { elevenlabs } from '@hookline/realtime/elevenlabs';
import { gemini } from '@hookline/realtime/gemini';
import { openai } from '@hookline/realtime/openai';
import { scripted } from '@hookline/realtime/testing';
import { voiceLive } from '@hookline/realtime/voice-live';
import { linkedTransports, VirtualClock } from '@hookline/runtime';
import { parseExpectation, runScenario } from '@hookline/scenario';
import { createBot, pcm16 } from '@hookline/server';
import { fastifyBot } from '@hookline/server/fastify';
import { instrument } from '@hookline/server/otel';
import { redisNonces } from '@hookline/server/redis';
import { startStudio } from '@hookline/studio';
import { inMemoryDial, linkedCall, openTestCall } from '@hookline/testing';
import { createLadder, createRowDescriber, createStereoRecording, renderLadder } from '@hookline/trace';
import { createHeardRecorder, createTraceWriter } from '@hookline/trace/node';
import { createVad } from '@hookline/vad';
import { describe, expect, it } from 'vitest';

/** A value as untyped JavaScript passes it. */
const js = <T>(value: T): never => value as never;
const secret = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';
const integration = () =>
  defineIntegration({ baseConnectionUri: 'ws://localhost', apiKey: 'key', clientSecret: null });
const bot = () => createBot({ auth: 'none' }, async () => {});
const call = (options: object) => callAudioConnector(js({ integration: integration(), ...options }));
const loadTarget = { baseConnectionUri: 'ws://127.0.0.1:9/', apiKey: 'key' };
const service = scripted();
const target = { url: 'ws://127.0.0.1:9', apiKey: 'key' };

/** Each options object of the public API, with a misspelt name and the name that the error must suggest. */
const CALLS: readonly (readonly [meant: string, given: string, use: () => unknown])[] = [
  ['latencyMs', 'linkedTransports', () => linkedTransports(new VirtualClock(), js({ latncyMs: 1 }))],
  ['silence', 'Framer', () => new Framer(js({ frameBytes: 160, silnce: 1 }), () => {})],
  ['minDbfs', 'createEnergyVad', () => createEnergyVad(js({ minDbf: 1 }))],
  ['releaseMs', 'createUtteranceDetector', () => createUtteranceDetector(() => false, js({ relaseMs: 1 }))],
  ['gapMs', 'dtmf', () => dtmf('1', js({ gapMS: 1 }))],
  ['dbfs', 'sine', () => sine(js({ hz: 440, ms: 10, dbf: -20 }))],
  ['from', 'resample', () => resample(new Int16Array(1), js({ frm: 8000, to: 8000 }))],
  ['to', 'Resampler.create', () => Resampler.create(js({ from: 8000, too: 8000 }))],
  ['mode', 'createVad', () => createVad(js({ mod: 1 }))],
  ['lifetimeSeconds', 'sign', () => sign(js({ lifetimeSecond: 1 }))],
  ['apiKey', 'sign: headers', () => sign(js({ secret, headers: { apikey: 'x' } }))],
  ['skewSeconds', 'verify', () => verify(js({ skewSecond: 1 }))],
  ['clock', 'echo', () => echo(js({ clok: 1 }))],
  ['vantage', 'createLadder', () => createLadder(js({ vantge: 'client' }))],
  ['vantage', 'createRowDescriber', () => createRowDescriber(js({ vantge: 'client' }))],
  ['width', 'renderLadder', () => renderLadder([], js({ vantage: 'client', widht: 80 }))],
  ['vantage', 'createStereoRecording', () => createStereoRecording(js({ vantge: 'client' }))],
  ['path', 'createHeardRecorder', () => createHeardRecorder(js({ pth: '/nowhere' }))],
  ['secrets', 'createTraceWriter', () => createTraceWriter(js({ secret: [] }))],
  ['latencyMs', 'inMemoryDial', () => inMemoryDial(bot(), js({ latencyMS: 1 }))],
  ['latencyMs', 'linkedCall', () => linkedCall(() => async () => {}, js({ latncyMs: 1 }))],
  ['path', 'linkedCall: bot', () => linkedCall(() => async () => {}, js({ bot: { pth: '/' } }))],
  ['inputs', 'linkedCall: call', () => linkedCall(() => async () => {}, js({ call: { input: {} } }))],
  ['port', 'startStudio', () => startStudio(js({ prt: 0 }))],
  ['baseUri', 'startStudio: launch', () => startStudio(js({ launch: { baseUrl: 'ws://localhost' } }))],
  ['port', 'serveFault', () => serveFault('never-pongs', js({ prt: 0 }))],
  ['width', 'renderSpec', () => renderSpec(js({}), js({ widht: 80 }))],
  ['strict', 'runChecks', () => runChecks(js({ target, strickt: true }))],
  ['clientSecret', 'runChecks: target', () => runChecks(js({ target: { ...target, clientSecrt: '' } }))],
  ['insecure', 'runChecks: tls', () => runChecks(js({ target: { ...target, tls: { insecur: true } } }))],
  ['pongMs', 'runChecks: deadlines', () => runChecks(js({ target, deadlines: { pongMS: 1 } }))],
  ['triggers', 'runChecks: profile', () => runChecks(js({ target, profile: { trigger: {} } }))],
  [
    'complete',
    'runChecks: triggers',
    () => runChecks(js({ target, profile: { triggers: { complet: { dtmf: '1' } } } })),
  ],
  [
    'dtmf',
    'runChecks: trigger',
    () => runChecks(js({ target, profile: { triggers: { fail: { dtfm: '1' } } } })),
  ],
  ['rate', 'pcm16', () => pcm16(new Int16Array(1), js({ rat: 8000 }))],
  ['path', 'createBot', () => createBot(js({ auth: 'none', patth: '/' }), async () => {})],
  [
    'openMs',
    'createBot: timers',
    () => createBot(js({ auth: 'none', timers: { openMS: 1 } }), async () => {}),
  ],
  [
    'maxSessions',
    'createBot: limits',
    () => createBot(js({ auth: 'none', limits: { maxSession: 1 } }), async () => {}),
  ],
  ['latencyMs', 'bot.inject', () => bot().inject(js({ url: '/', headers: {}, latncyMs: 1 }))],
  ['host', 'bot.listen', () => bot().listen(0, js({ hots: '127.0.0.1' }))],
  ['cert', 'bot.listen: tls', () => bot().listen(0, js({ tls: { key: '', certt: '' } }))],
  ['path', 'bot.attach', () => bot().attach(js({}), js({ pth: '/' }))],
  ['conversationId', 'instrument', () => instrument(js({ conversationID: true }))],
  ['prefix', 'redisNonces', () => redisNonces(async () => 'OK', js({ prefx: '' }))],
  ['timeoutMs', 'bot.drain', () => bot().drain(js({ timeoutMS: 1 }))],
  [
    'clientSecret',
    'auth',
    () => createBot(js({ auth: { apiKey: 'key', clientSecret: secret } }), async () => {}),
  ],
  ['secret', 'an entry of auth', () => createBot(js({ auth: { key: { secrt: secret } } }), async () => {})],
  [
    'drainMs',
    'fastifyBot',
    () =>
      new Promise<void>((ok, no) =>
        fastifyBot(js({}), js({ bot: bot(), drainMS: 1 }), (e) => (e ? no(e) : ok())),
      ),
  ],
  [
    'enabled',
    'defineIntegration',
    () =>
      defineIntegration(
        js({ baseConnectionUri: 'ws://localhost', apiKey: 'k', clientSecret: null, enabld: true }),
      ),
  ],
  ['connectorId', 'callAudioConnector', () => call({ conectorId: 'x' })],
  ['language', 'callAudioConnector: conversation', () => call({ conversation: { languag: 'de' } })],
  ['format', 'callAudioConnector: media', () => call({ media: { fromat: 'L16' } })],
  ['seed', 'callAudioConnector: faults', () => call({ faults: { sed: 1 } })],
  ['numbers', 'callAudioConnector: wireStyle', () => call({ wireStyle: { number: 'tel' } })],
  ['label', 'callAudioConnector: signature', () => call({ wireStyle: { signature: { lable: 'x' } } })],
  ['offer', 'probe', () => integration().probe(js({ ofer: 'external' }))],
  ['maxBufferedMs', 'liveCaller', () => liveCaller(js({ maxBufferdMs: 1 }))],
  ['turnGapMs', 'sayInTurn', () => sayInTurn(js({}), new VirtualClock(), [], js({ turnGap: 1 }))],
  ['agent', 'createWsDial', () => createWsDial(js({ agnt: 1 }))],
  ['denyPrivate', 'hostedDial', () => hostedDial(js({ denyPrivat: true }))],
  ['clock', 'runScenario', () => runScenario(js({}), js({ clok: 1 }))],
  ['virtual', 'openTestCall', () => openTestCall(js({}), {}, js({ virtul: true }))],
  ['turn', 'an expectation', () => parseExpectation(js({ trun: {} }))],
  ['levelDb', 'toneCaller', () => toneCaller(js({ levelDB: 440 }))],
  ['holdMs', 'runLoad', () => runLoad(js({ target: loadTarget, hold: 1 }))],
  ['turnGapMs', 'runLoad: talk', () => runLoad(js({ target: loadTarget, talk: { wavs: [], turnGap: 1 } }))],
  ['clientSecret', 'runLoad: target', () => runLoad(js({ target: { ...loadTarget, clientSecrt: '' } }))],
  [
    'figure',
    'runLoad: thresholds',
    () => runLoad(js({ target: loadTarget, thresholds: [{ figur: 'p95' }] })),
  ],
  ['connectorId', 'callTarget', () => callTarget(js({ ...loadTarget, conectorId: '' }))],
  ['patienceMs', 'conversation', () => conversation(js({ lines: [], patience: 1 }))],
  ['wavs', 'behaviourOf', () => behaviourOf(js({ wav: [] }))],
  ['tts', 'behaviourOf: scenario', () => behaviourOf(js({ scenario: 'a.call.yaml', ttss: '' }))],
  ['holdMs', 'measureCall', () => measureCall(js({ target: {}, behaviour() {}, hold: 1 }))],
  ['filler', 'realtime', () => realtime(js({}), service, js({ fillr: 1 }))],
  [
    'guardMs',
    'realtime: interruption',
    () => realtime(js({}), service, js({ interruption: { guardMS: 1 } })),
  ],
  ['toolMs', 'realtime: limits', () => realtime(js({}), service, js({ limits: { toolMS: 1 } }))],
  ['afterMs', 'realtime: filler', () => realtime(js({}), service, js({ filler: { after: 1, audio: [] } }))],
  [
    'interruptible',
    'realtime: greeting',
    () => realtime(js({}), service, js({ greeting: { audio: [], text: '', interruptable: false } })),
  ],
  ['attempts', 'realtime: reconnect', () => realtime(js({}), service, js({ reconnect: { attempt: 1 } }))],
  ['description', 'tool', () => tool(js({ descripton: '', run: () => {} }))],
  ['description', 'endCall', () => endCall(js({ descripton: '' }))],
  ['description', 'transfer', () => transfer([], js({ descripton: '' }))],
  ['apiKey', 'openai', () => openai(js({ apikey: 'k' }))],
  ['apiKey', 'voiceLive', () => voiceLive(js({ apikey: 'k' }))],
  ['apiKey', 'gemini', () => gemini(js({ apikey: 'k' }))],
  ['apiKey', 'deepgram', () => deepgram(js({ apikey: 'k' }))],
  ['apiKey', 'elevenlabs', () => elevenlabs(js({ apikey: 'k' }))],
  ['connectMs', 'scripted', () => scripted(js({ connectMS: 1 }))],
];

describe('the error for an unknown option suggests the intended one, in', () => {
  it.each(CALLS.map(([suggested, given, use]) => ({ given, suggested, use })))(
    '$given',
    async ({ suggested, use }) => {
      const error = await Promise.resolve()
        .then(use)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain(suggested);
      expect(String(error)).toMatch(/mean|may have meant|Pass the secret itself|write turn/);
    },
  );
});

/** Each function whose first argument is its options, and whether it is optional. */
const FIRST: readonly (readonly [name: string, use: (options: never) => unknown, optional?: 'optional'])[] = [
  ['linkedTransports', (options) => linkedTransports(new VirtualClock(), options), 'optional'],
  ['createEnergyVad', (options) => createEnergyVad(options), 'optional'],
  ['createUtteranceDetector', (options) => createUtteranceDetector(() => false, options), 'optional'],
  ['sine', (options) => sine(options)],
  ['dtmf', (options) => dtmf('1', options), 'optional'],
  ['echo', (options) => echo(options), 'optional'],
  ['createLadder', (options) => createLadder(options)],
  ['renderLadder', (options) => renderLadder([], options)],
  ['createStereoRecording', (options) => createStereoRecording(options), 'optional'],
  ['createHeardRecorder', (options) => createHeardRecorder(options)],
  ['createTraceWriter', (options) => createTraceWriter(options)],
  ['createVad', (options) => createVad(options), 'optional'],
  ['runChecks', (options) => runChecks(options)],
  ['createBot', (options) => createBot(options, async () => {})],
  ['defineIntegration', (options) => defineIntegration(options)],
  ['callAudioConnector', (options) => callAudioConnector(options)],
  ['liveCaller', (options) => liveCaller(options), 'optional'],
  ['toneCaller', (options) => toneCaller(options), 'optional'],
  ['createWsDial', (options) => createWsDial(options), 'optional'],
  ['hostedDial', (options) => hostedDial(options), 'optional'],
];

describe('options that are not an object cause a usage error in', () => {
  const testCases = FIRST.flatMap(([name, use, optional]) =>
    [...(optional ? [] : [undefined]), null, 5].map((options) => ({ name, use, options })),
  );
  it.each(testCases)('$name($options)', async ({ use, options }) => {
    const error: unknown = await Promise.resolve()
      .then(() => use(js(options)))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toMatchObject({ code: expect.stringMatching(/^[A-Z]+(_[A-Z]+)+$/), isUsage: true });
  });
});
