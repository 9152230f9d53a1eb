import { PCMU_EXTERNAL, type WireEvent } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import {
  type CallAudioConnectorOptions,
  callAudioConnector,
  defineIntegration,
  type IntegrationOptions,
} from '../src/index.js';
import { audio, failure, integration, openCall, scriptedCall } from './scripted-call.js';

describe('messages of a call', () => {
  it(
    verifies(
      'AC-CONN-1',
      'AC-CONN-7',
      'AC-AUTH-4',
      'AC-AUTH-5',
      'AC-OPEN-1',
      'dials the base URI with the Connector ID, identified and signed',
    ),
    async () => {
      const { server } = await openCall({ connectorId: 'book?tier=gold' });
      const { url, headers } = server.requests[0]!;
      expect(url).toBe('wss://bots.example/v1/book?tier=gold');
      expect(Object.keys(headers)).toEqual([
        'Audiohook-Organization-Id',
        'Audiohook-Correlation-Id',
        'Audiohook-Session-Id',
        'X-API-KEY',
        'Signature',
        'Signature-Input',
        'User-Agent',
      ]);
      expect(server.of('open')[0]).toMatchObject({
        id: headers['Audiohook-Session-Id'],
        seq: 1,
        serverseq: 0,
        position: 'PT0.0S',
        parameters: { organizationId: headers['Audiohook-Organization-Id'] },
      });
    },
  );

  it(
    verifies(
      'AC-MEDIA-3',
      'AC-OPEN-9',
      'AC-VAR-1',
      'opens with the conversation, the inputs and nothing that was not given',
    ),
    async () => {
      const { server, call } = await openCall({
        conversation: { ani: '+15550001', aniName: 'Ann', dnis: '+18000002', language: 'en-US' },
        inputs: [
          ['customerId', '42'],
          ['tier', () => 'gold'],
        ],
      });
      expect(server.of('open')[0]?.parameters).toEqual({
        organizationId: integration.organizationId,
        conversationId: call.conversationId,
        participant: { id: expect.any(String), ani: 'tel:+15550001', aniName: 'Ann', dnis: 'tel:+18000002' },
        media: [{ type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 }],
        language: 'en-us',
        inputVariables: { customerId: '42', tier: 'gold' },
      });
      expect((await openCall()).server.of('open')[0]?.parameters.inputVariables).toEqual({});
    },
  );

  it(verifies('AC-DTMF-1', 'presses keys one after another, each a message'), async () => {
    const { clock, server, call } = scriptedCall();
    let pressed = false;
    void call
      .sendDtmf('12')
      .then(() => call.sendDtmf('#', { intervalMs: 50 }))
      .then(() => {
        pressed = true;
      });
    await clock.advance(1000);
    expect(server.of('dtmf').map(({ parameters }) => parameters.digit)).toEqual(['1', '2', '#']);
    expect(server.timesOf('dtmf')).toEqual([0, 200, 400]);
    expect(pressed).toBe(true);
    call.hangup();
    expect((await clock.run(call.result)).dtmf).toBe('12#');
    await call.sendDtmf('5');
    expect(clock.pending).toBe(0);
  });

  it('stops sending keys when the call ends', async () => {
    const { clock, server, call } = await openCall();
    const keys = call.sendDtmf('1234567890');
    await clock.advance(500);
    server.terminate();
    await clock.run(keys);
    expect(server.of('dtmf')).toHaveLength(3);
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('sends another language with `update`, or in `open` before that was sent', async () => {
    const { clock, server, call } = scriptedCall({ conversation: { language: 'en-US' } });
    call.setLanguage('fr');
    await clock.settle();
    call.setLanguage('es-419');
    await clock.settle();
    expect(server.of('open')[0]?.parameters.language).toBe('fr');
    expect(server.of('update')[0]?.parameters).toEqual({ language: 'es-419' });
    server.send('updated', {});
    await clock.settle();
    expect(call.state).toBe('open');
    expect(() => call.setLanguage('not a tag')).toThrow(/^language is "not a tag"/);
    await expect(call.sendDtmf('1x')).rejects.toThrow(/^digits is "x"/);
  });

  it('sends any text as a language if languages are sent as given', async () => {
    const { clock, server, call } = scriptedCall({
      conversation: { language: '' },
      wireStyle: { languages: 'asGiven' },
    });
    await clock.run(server.next('open'));
    await clock.advance(100);
    call.setLanguage('Not a tag!');
    await clock.advance(100);
    expect(server.of('open')[0]?.parameters.language).toBe('');
    expect(server.of('update')[0]?.parameters).toEqual({ language: 'Not a tag!' });
    expect(() => call.setLanguage(7 as never)).toThrow(/^language is 7; expected a string/);
    call.hangup();
    await clock.run(call.closed);
  });

  it('sends the last language that was set between `open` and `opened` when the session is open', async () => {
    const { clock, server, call } = scriptedCall({ conversation: { language: 'en-US' } });
    server.auto.opened = undefined;
    await clock.settle();
    call.setLanguage('fr');
    call.setLanguage('de');
    call.on('state', (state) => {
      if (state === 'open') call.setLanguage('es');
    });
    await clock.advance(500);
    expect(server.of('update')).toEqual([]);
    server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL] });
    await clock.settle();
    expect(server.of('open')[0]?.parameters.language).toBe('en-us');
    expect(server.of('update').map(({ parameters }) => parameters.language)).toEqual(['de', 'es']);
  });
});

describe('events of a call', () => {
  it('report the traffic in order, audio in runs, the head first and the end last', async () => {
    const events: WireEvent[] = [];
    const { clock, server, call } = scriptedCall();
    call.on('wire', (event) => events.push(event));
    await clock.advance(1000);
    server.send('disconnect', { reason: 'completed' });
    await clock.run(call.closed);
    expect(
      events.map((event) => (event.kind === 'message' ? `${event.dir} ${event.type}` : event.kind)),
    ).toEqual([
      'request',
      'response',
      'out open',
      'in opened',
      'audio',
      'out ping',
      'in pong',
      'out ping',
      'in pong',
      'in disconnect',
      'out close',
      'in closed',
      'end',
    ]);
    expect(events.at(-1)).toMatchObject({ kind: 'end', by: 'self', code: 1000 });
  });

  it.each<[string, Partial<CallAudioConnectorOptions>, string]>([
    ['masks the credentials in reported headers', {}, 'token=to***'],
    ['reports headers unmasked with rawHeads', { rawHeads: true }, 'token=topsecret'],
  ])('%s', async (_, options, told) => {
    const events: WireEvent[] = [];
    const sunk: unknown[] = [];
    const sink = { event: (event: object) => sunk.push(event) };
    const { clock, call } = scriptedCall({ ...options, sink, connectorId: 'book?token=topsecret' });
    call.on('wire', (event) => events.push(event));
    await clock.advance(1000);
    expect(events[0]).toMatchObject({ kind: 'request', head: expect.stringContaining(told) });
    expect(sunk[0]).toMatchObject({ head: expect.stringContaining('token=topsecret') });
    call.hangup();
    await clock.run(call.closed);
  });

  it('report states, playbacks, turns and warnings', async () => {
    const told: unknown[] = [];
    const { clock, server, call } = scriptedCall();
    call.on('state', (state) => told.push(state));
    call.on('playbackStarted', (fact) => told.push(fact));
    call.on('playbackCompleted', (fact) => told.push(fact));
    call.on('turn', ({ disposition, text }) => told.push([disposition, text]));
    const off = call.on('warning', ({ clause }) => told.push(clause));
    await clock.settle();
    server.send('event', {
      entities: [{ type: 'bot_turn_response', data: { disposition: 'match', text: 'Hi' } }],
    });
    server.binary(audio(100));
    server.send('reconnect', {});
    await clock.advance(500);
    off();
    server.send('reconnect', {});
    await clock.settle();
    call.hangup();
    await clock.run(call.closed);
    expect(told).toEqual([
      'opening',
      'open',
      ['match', 'Hi'],
      { t: 0 },
      'AC-CONN-9',
      { t: 100, heardMs: 100, droppedMs: 0, ended: 'completed' },
      'closing',
      'closed',
    ]);
  });

  it.each(['completed', 'unauthorized', 'error'] as const)(
    'report a disconnect because of `%s` with its reason, info and outputs',
    async (reason) => {
      const told: unknown[] = [];
      const { clock, server, call } = scriptedCall();
      call.on('disconnect', ({ t: _, ...fact }) => told.push(fact));
      await clock.settle();
      server.send('disconnect', { reason, info: 'so it is', outputVariables: { intent: 'book' } });
      await clock.run(call.result);
      expect(told).toEqual([{ reason, info: 'so it is', outputs: { intent: 'book' } }]);
    },
  );

  it('do not affect the call if listeners and sinks throw', async () => {
    const fail = () => {
      throw new Error('not my day');
    };
    const { clock, server, call } = scriptedCall({ sink: { event: fail, audio: fail, heard: fail } });
    call.on('wire', fail);
    call.on('state', fail);
    call.on('playbackStarted', fail);
    await clock.advance(1000);
    server.binary(audio(100));
    await clock.advance(1000);
    server.send('disconnect', { reason: 'completed' });
    expect(await clock.run(call.result)).toMatchObject({ path: 'success', heardMs: 100 });
  });

  it('allow a listener to end the call', async () => {
    const { clock, server, call } = scriptedCall();
    call.on('playbackStarted', () => call.hangup());
    await clock.settle();
    server.binary(audio(5000));
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', cutMs: 5000 });
  });

  it('match the turns, timings and heard audio of the result', async () => {
    const { clock, server, call } = scriptedCall({}, { latencyMs: 15, upgradeMs: 30 });
    await clock.advance(1000);
    server.binary(audio(200));
    await clock.advance(1000);
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({
      durationMs: 2000,
      heardMs: 200,
      timings: { connectMs: 30, openedMs: 30, firstAudioMs: 955, rttMs: 30, replyMs: [] },
    });
  });
});

describe('an invalid action', () => {
  const call = (options: object) => () =>
    callAudioConnector({ integration, ...options } as CallAudioConnectorOptions);

  it.each<[string, object, RegExp]>([
    [
      'no integration',
      { integration: undefined },
      /^integration is nothing; expected the return value of defineIntegration/,
    ],
    ['a Connector ID that is not a string', { connectorId: 7 }, /^connectorId is 7; expected a string/],
    ['a Connector ID with a fragment', { connectorId: 'a#b' }, /^connectorId is .*fragment/],
    ['a Connector ID with an empty fragment', { connectorId: 'a#' }, /^connectorId is .*fragment/],
    ['an input that is not a string', { inputs: { customerId: 42 } }, /^inputs\.customerId is 42/],
    ['inputs that are no map', { inputs: 'a=b' }, /^inputs is "a=b"/],
    ['outputs that are not an array', { outputs: { a: 1 } }, /^outputs is an object/],
    [
      'a flow that cannot hold the action',
      { flowType: 'workflow' },
      /^flowType is "workflow"; expected "inboundCall" or /,
    ],
    ['a caller that is a path', { caller: 'hello.wav' }, /^caller is "hello.wav"; .*wavCaller/],
    [
      'a frame of 5 ms',
      { media: { frameMs: 5 } },
      /^media\.frameMs is 5; expected a whole number from 10 to 1000/,
    ],
    ['a timer that does not exist', { timers: { openMs: 1 } }, /^timers\.openMs: there is no such option/],
    ['a timer of 0', { timers: { openedMs: 0 } }, /^timers\.openedMs is 0; expected a number above 0/],
    ['unknown limits', { limits: 'strict' }, /^limits is "strict"/],
    ['an unknown onBreach', { onBreach: 'shout' }, /^onBreach/],
    ['a conversation id that is not a UUID', { conversation: { id: 'abc' } }, /^conversation\.id: .*UUID/],
    ['an invalid language', { conversation: { language: '!' } }, /^conversation\.language/],
    ['a session id that is not a UUID', { sessionId: 'abc' }, /^sessionId is "abc"; expected a UUID/],
    ['an invalid signal', { signal: {} }, /^signal/],
    ['a sink without event', { sink: {} }, /^sink\.event is nothing/],
    [
      'inputs that are too large',
      { inputs: { small: 'x', transcript: 'y'.repeat(70_000) } },
      /^inputs\.transcript: .*65535/,
    ],
  ])('throws at once for %s, naming the field', (_, options, message) => {
    expect(call(options)).toThrow(message);
  });

  it.each<[string, Partial<IntegrationOptions>, RegExp]>([
    ['no base URI', { baseConnectionUri: '' }, /^baseConnectionUri is ""/],
    ['an http base URI', { baseConnectionUri: 'https://bots.example' }, /^baseConnectionUri is .*wss/],
    ...['wss://:hunter2@bots.example', 'wss://hunter2@bots.example', 'https://me:hunter2@bots.example'].map(
      (uri): [string, Partial<IntegrationOptions>, RegExp] => [
        `credentials in the base URI ${uri}`,
        { baseConnectionUri: uri },
        /^baseConnectionUri: it contains a user name or a password/,
      ],
    ),
    [
      'credentials in a base URI that is not a URL',
      { baseConnectionUri: 'wss://me:hunter2@bots.example:99999' },
      /^baseConnectionUri is "wss:\/\/\*\*\*@bots.example:99999"; expected a URL/,
    ],
    ['ws to a public host', { baseConnectionUri: 'ws://bots.example' }, /^baseConnectionUri: .*allowWs/],
    ['an empty API key', { apiKey: '' }, /^apiKey/],
    [
      'an API key that is missing',
      { apiKey: undefined as unknown as string },
      /^apiKey: it is missing; .* environment variable/,
    ],
    ['an API key with a line break', { apiKey: 'a\nb' }, /^apiKey/],
    ['a secret that is not base64', { clientSecret: 'Secret 1' }, /^clientSecret: .*white space/],
    ['an undefined secret', { clientSecret: undefined as never }, /^clientSecret: it is undefined/],
    ['an organization id that is not a UUID', { organizationId: 'me' }, /^organizationId is "me"/],
  ])('throws for an integration with %s', (_, options, message) => {
    const define = () =>
      defineIntegration({ baseConnectionUri: 'wss://bots.example', apiKey: 'k', ...options });
    expect(define).toThrow(message);
    expect(define).not.toThrow(/Secret 1|a\nb|hunter2/);
  });

  it('accepts ws if it is safe or allowed, and never shows the secret', () => {
    for (const host of [
      'localhost:8080',
      '127.0.0.1',
      '[::1]:9',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.9',
      'bot',
    ]) {
      expect(defineIntegration({ baseConnectionUri: `ws://${host}/x`, apiKey: 'k' }).name).toBe(
        'Audio Connector',
      );
    }
    const made = defineIntegration({
      baseConnectionUri: 'ws://bots.example',
      apiKey: 'k',
      allowWs: true,
      clientSecret: 'c2VjcmV0',
    });
    expect(JSON.stringify(made)).not.toMatch(/c2VjcmV0|secret/i);
    expect(Object.keys(made)).not.toContain('settings');
  });

  it.each<[string, object, RegExp]>([
    [
      'an expression that does not return a string',
      { connectorId: () => 7 },
      /connectorId returned a number/,
    ],
    [
      'an expression that returns nothing',
      { connectorId: () => undefined },
      /connectorId returned undefined;/,
    ],
    [
      'an expression that returns a promise',
      { connectorId: async () => 'x' },
      /connectorId returned an object;/,
    ],
    [
      'an expression that throws',
      {
        inputs: {
          a: () => {
            throw new Error('NOT_SET');
          },
        },
      },
      /inputs\.a failed: NOT_SET/,
    ],
    [
      'an expression whose value is too long',
      { inputs: { a: () => 'x'.repeat(70_000) } },
      /inputs\.a: .*65535/,
    ],
  ])('takes the failure path for %s, without dialling', async (_, options, text) => {
    const { clock, server, call: made } = scriptedCall(options);
    const result = failure(await clock.run(made.result));
    expect(result.cause).toBe('invalid-action');
    expect(result.failureOutputs.errorMessage).toMatch(text);
    await clock.run(made.closed);
    expect(server.requests).toEqual([]);
  });

  it.each([
    [{ enabled: false }, 'integration-disabled', 'NoResourceError'],
    [{ featureEnabled: false }, 'feature-not-enabled', 'FeatureNotEnabledError'],
    [{ enabled: false, featureEnabled: false }, 'feature-not-enabled', 'FeatureNotEnabledError'],
  ])('takes the failure path for %o, without dialling', async (options, cause, errorType) => {
    const disabled = defineIntegration({ baseConnectionUri: 'wss://bots.example', apiKey: 'k', ...options });
    const { clock, server, call: made } = scriptedCall({ integration: disabled });
    expect(failure(await clock.run(made.result))).toMatchObject({ cause, failureOutputs: { errorType } });
    expect(server.requests).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('warns about doubtful names', async () => {
    const {
      clock,
      call: made,
      server,
    } = await openCall({
      inputs: [
        ['a ', '1'],
        ['b', '1'],
        ['b', '2'],
      ],
    });
    made.hangup();
    const { warnings } = await clock.run(made.result);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('"a " starts or ends with a space'),
      expect.stringContaining('"b" is specified twice'),
    ]);
    expect(server.of('open')[0]?.parameters.inputVariables).toEqual({ 'a ': '1', b: '2' });
  });
});

it('resolves `sendDtmf` with the last key, before the interval to the next one', async () => {
  const { clock, call } = await openCall();
  const fromMs = clock.now();
  const done: number[] = [];
  for (const digits of ['12', '3']) {
    void call.sendDtmf(digits, { intervalMs: 100 }).then(() => done.push(clock.now() - fromMs));
  }
  await clock.advance(1000);
  expect(done).toEqual([100, 200]);
});
