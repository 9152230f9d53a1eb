import { NULL_UUID } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import {
  type CallAudioConnectorOptions,
  callAudioConnector,
  defineIntegration,
  upgradeHeaders,
  type WireStyle,
} from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { integration } from './scripted-call.js';

const ORGANIZATION = '22352111-6076-492a-8163-514a00723975';
const SESSION = '386dc26f-6d1d-4cf0-b153-93c43f540874';
const CONVERSATION = '6d5b2c31-4f3e-4a8e-9c57-2a1c5f0d8b11';
const PARTICIPANT = '0a6f3c52-8d1e-4b7a-a3c9-5e2f1d4b6c88';
const API_KEY = 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh';
const CLIENT_SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';

/** A connection that records sent messages as text. */
function listening() {
  const clock = new VirtualClock(1_744_210_396_750);
  const texts: string[] = [];
  const server = new ScriptedServer(clock);
  const dial: typeof server.dial = async (request) => {
    const dialled = await server.dial(request);
    const { transport } = dialled;
    const sendText = transport.sendText.bind(transport);
    transport.sendText = (text) => {
      texts.push(text);
      sendText(text);
    };
    return dialled;
  };
  return { clock, server, dial, texts };
}

function called(options: Partial<CallAudioConnectorOptions> = {}) {
  const made = listening();
  const production = defineIntegration({
    baseConnectionUri: 'wss://pro-grouse-possibly.ngrok-free.app/webhooks/genesys/',
    apiKey: API_KEY,
    clientSecret: CLIENT_SECRET,
    organizationId: ORGANIZATION,
  });
  const call = callAudioConnector({
    integration: production,
    connectorId: 'websocket',
    sessionId: SESSION,
    conversation: { id: CONVERSATION, participantId: PARTICIPANT, ani: '+4930123456', language: 'en-US' },
    clock: made.clock,
    dial: made.dial,
    ...options,
  });
  return { ...made, call };
}

describe('the request and the messages of a call', () => {
  it('equal a captured request head, except for random values', async () => {
    const { clock, server } = called({ wireStyle: { signature: { nonce: '9qAwwlMvkHqzxf0DoOOXVvNe' } } });
    await clock.settle();
    expect(server.requests[0]?.url).toBe(
      'wss://pro-grouse-possibly.ngrok-free.app/webhooks/genesys/websocket',
    );
    expect(Object.entries(server.requests[0]?.headers ?? {})).toEqual([
      ['Audiohook-Organization-Id', ORGANIZATION],
      ['Audiohook-Correlation-Id', SESSION],
      ['Audiohook-Session-Id', SESSION],
      ['X-API-KEY', API_KEY],
      ['Signature', 'sig1=:Y6jeGihkrFCi3XwNcwQzw1TeDurpB4bZsMAT6KUiGj4=:'],
      [
        'Signature-Input',
        'sig1=("@request-target" "audiohook-session-id" "audiohook-organization-id" "audiohook-correlation-id" "x-api-key" "@authority");created=1744210396;expires=1744210406;keyid="SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh";nonce="9qAwwlMvkHqzxf0DoOOXVvNe";alg="hmac-sha256"',
      ],
      ['User-Agent', 'GenesysCloud-AudioHook-Client'],
    ]);
  });

  it('are signed with a nonce of 24 characters each', async () => {
    const nonces = [called(), called()].map(async ({ clock, server }) => {
      await clock.settle();
      return /nonce="([^"]+)"/.exec(server.requests[0]?.headers['Signature-Input'] ?? '')?.[1];
    });
    const [one, other] = await Promise.all(nonces);
    expect(one).toHaveLength(24);
    expect(other).not.toBe(one);
  });

  it('start with the text of a captured `open`, byte for byte', async () => {
    const { clock, texts } = called();
    await clock.settle();
    expect(texts[0]).toBe(
      `{"type":"open","version":"2","id":"${SESSION}","seq":1,"serverseq":0,"position":"PT0.0S","parameters":{` +
        `"organizationId":"${ORGANIZATION}","conversationId":"${CONVERSATION}",` +
        `"participant":{"id":"${PARTICIPANT}","ani":"tel:+4930123456","aniName":"","dnis":""},` +
        '"media":[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}],' +
        '"language":"en-us","inputVariables":{}}}',
    );
  });

  it.each([
    ['+4930123456', 'tel:+4930123456'],
    ['+1', '+1'],
    ['+12', 'tel:+12'],
    ['+123456789012345', 'tel:+123456789012345'],
    ['+1234567890123456', '+1234567890123456'],
    ['+0301234', '+0301234'],
    ['4930123456', '4930123456'],
    ['+1-555-0001', '+1-555-0001'],
    ['tel:+4930123456', 'tel:+4930123456'],
    ['TEL:+4930123456', 'TEL:+4930123456'],
    ['sip:ann@example.com', 'sip:ann@example.com'],
    ['anonymous', 'anonymous'],
    ['', ''],
  ])('send the number %j as %j', async (given, sent) => {
    const { clock, server } = called({ conversation: { ani: given, dnis: given } });
    await clock.settle();
    expect(server.of('open')[0]?.parameters.participant).toMatchObject({ ani: sent, dnis: sent });
  });

  it('contain languages in lower case, also in `update`', async () => {
    const { clock, server, call } = called({ conversation: { language: 'zh-Hans-CN' } });
    await clock.settle();
    call.setLanguage('es-ES');
    await clock.settle();
    expect(server.of('open')[0]?.parameters.language).toBe('zh-hans-cn');
    expect(server.of('update')[0]?.parameters).toEqual({ language: 'es-es' });
  });

  it('differ in each configured detail', async () => {
    const wireStyle: WireStyle = {
      userAgent: 'Desk/1',
      numbers: 'asGiven',
      languages: 'asGiven',
      noInputs: 'absent',
      minDecimals: 0,
      fieldOrder: ['version', 'id', 'type', 'seq', 'serverseq', 'position', 'parameters'],
      signature: {
        components: [
          '@request-target',
          '@authority',
          'audiohook-organization-id',
          'audiohook-session-id',
          'audiohook-correlation-id',
          'x-api-key',
        ],
        parameters: ['keyid', 'nonce', 'alg', 'created', 'expires'],
        lifetimeSeconds: 30,
        label: 'mine',
      },
    };
    const { clock, server, texts, call } = called({ wireStyle, correlationId: CONVERSATION });
    await clock.advance(1500);
    const headers = server.requests[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'User-Agent': 'Desk/1', 'Audiohook-Correlation-Id': CONVERSATION });
    expect(headers['Signature-Input']).toMatch(
      /^mine=\("@request-target" "@authority" .*\);keyid=.*;nonce=.*;alg="hmac-sha256";created=1744210396;expires=1744210426$/,
    );
    expect(texts[0]).toMatch(
      /^\{"version":"2","id":"[^"]+","type":"open","seq":1,"serverseq":0,"position":"PT0S"/,
    );
    const { parameters } = server.of('open')[0]!;
    expect(parameters).toMatchObject({ language: 'en-US', participant: { ani: '+4930123456' } });
    expect(parameters).not.toHaveProperty('inputVariables');
    expect(server.of('ping').map(({ position }) => position)).toEqual(['PT1S', 'PT1S']);
    call.hangup();
    await clock.run(call.closed);
  });

  it('have no User-Agent if it is null, and no signature without a secret', async () => {
    const { clock, server } = called({ integration, wireStyle: { userAgent: null } });
    await clock.settle();
    expect(server.requests[0]?.headers).not.toHaveProperty('User-Agent');
    const identity = {
      organizationId: ORGANIZATION,
      sessionId: SESSION,
      correlationId: SESSION,
      apiKey: 'k',
    };
    expect(Object.keys(upgradeHeaders('wss://bots.example', { ...identity, secret: null }, 0))).toEqual([
      'Audiohook-Organization-Id',
      'Audiohook-Correlation-Id',
      'Audiohook-Session-Id',
      'X-API-KEY',
      'User-Agent',
    ]);
  });

  it('have the format of production in a probe too, unless configured otherwise', async () => {
    const { clock, server, dial } = listening();
    await clock.run(integration.probe({ clock, dial }));
    const headers = server.requests[0]?.headers ?? {};
    expect(headers['Audiohook-Correlation-Id']).toBe(headers['Audiohook-Session-Id']);
    expect(headers['User-Agent']).toBe('GenesysCloud-AudioHook-Client');
    expect(server.of('open')[0]?.parameters).toMatchObject({ conversationId: NULL_UUID, inputVariables: {} });
    const other = listening();
    const style: WireStyle = { userAgent: null, noInputs: 'absent', minDecimals: 3 };
    await other.clock.run(
      integration.probe({ clock: other.clock, dial: other.dial, sessionId: SESSION, wireStyle: style }),
    );
    expect(other.server.requests[0]?.headers).not.toHaveProperty('User-Agent');
    expect(other.server.of('open')[0]).toMatchObject({ id: SESSION, position: 'PT0.000S' });
    expect(other.server.of('open')[0]?.parameters).not.toHaveProperty('inputVariables');
  });

  it.each<[object, RegExp]>([
    [{ userAgent: '' }, /^wireStyle\.userAgent is ""/],
    [{ userAgent: 'a\nb' }, /^wireStyle\.userAgent/],
    [{ userAgent: 7 }, /^wireStyle\.userAgent is 7/],
    [{ numbers: 'sip' }, /^wireStyle\.numbers is "sip"; expected "tel" or "asGiven"/],
    [{ languages: true }, /^wireStyle\.languages/],
    [{ noInputs: null }, /^wireStyle\.noInputs/],
    [{ minDecimals: 1.5 }, /^wireStyle\.minDecimals is 1\.5; expected a whole number from 0 to 9/],
    [{ fieldOrder: ['type'] }, /^wireStyle\.fieldOrder is .*each of type, version, .* once/],
    [{ fieldOrder: 'type' }, /^wireStyle\.fieldOrder/],
    [{ colour: 'red' }, /^wireStyle\.colour: there is no such option/],
    [{ signature: { lifetimeSeconds: Number.NaN } }, /^wireStyle\.signature\.lifetimeSeconds is NaN/],
    [{ signature: { components: ['cookie'] } }, /^wireStyle\.signature: /],
    [{ signature: { parameters: 'keyid' } }, /^wireStyle\.signature\.parameters/],
    [{ signature: { nonce: 'a\nb' } }, /^wireStyle\.signature: /],
    [{ signature: { secret: 'x' } }, /^wireStyle\.signature\.secret: there is no such option/],
    [7 as never, /^wireStyle is 7/],
  ])('are refused as %o', async (wireStyle, message) => {
    expect(() => called({ wireStyle })).toThrow(message);
    await expect(integration.probe({ wireStyle })).rejects.toThrow(message);
  });
});
