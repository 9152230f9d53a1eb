import {
  ActivityHandling,
  GoogleGenAI,
  type LiveClientMessage,
  type LiveServerMessage,
  Modality,
} from '@google/genai';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { gemini } from '../src/gemini/index.js';
import type * as messages from '../src/gemini/messages.js';
import type { ServiceLink } from '../src/service/service.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

type FromService = Partial<Omit<LiveServerMessage, 'text' | 'data'>>;

const service = () =>
  peer((message, send) => {
    if ('setup' in message) send({ setupComplete: {} });
  });

const AUDIO = Buffer.from([1, 2, 3, 4]);

const SPOKEN = {
  serverContent: {
    modelTurn: {
      parts: [{ inlineData: { data: AUDIO.toString('base64'), mimeType: 'audio/pcm;rate=24000' } }],
    },
  },
} satisfies FromService;
const heard = (words: string) =>
  ({ serverContent: { inputTranscription: { text: words } } }) satisfies FromService;
const said = (words: string) =>
  ({ serverContent: { outputTranscription: { text: words } } }) satisfies FromService;
const TURN_COMPLETE = { serverContent: { turnComplete: true } } satisfies FromService;
const toolCall = (id: string) =>
  ({ toolCall: { functionCalls: [{ id, name: 'book', args: {} }] } }) satisfies FromService;
const USAGE = { usageMetadata: { promptTokenCount: 3 } } satisfies FromService;

/** A message of the service, or what the session does. */
type Step = FromService | ((link: ServiceLink) => void);

/** The events of these steps, in order. */
async function eventsOf(...steps: Step[]) {
  const it = await service();
  const host = new ListeningHost();
  const link = closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
  let done = 0;
  for (const step of steps) {
    if (typeof step !== 'function') it.send(Buffer.from(JSON.stringify(step)));
    else step(link);
    it.send(Buffer.from(JSON.stringify(USAGE)));
    done += 1;
    await host.until('usage', done);
  }
  return host.events
    .filter(([name]) => name !== 'usage')
    .map(([name, ...args]) =>
      name === 'text'
        ? [name, ...args.slice(0, 2), (args[2] as { readonly replyId?: string }).replyId ?? 'caller']
        : [name, ...args.filter((arg) => !Buffer.isBuffer(arg) && !(arg instanceof Uint8Array))],
    );
}

describe('the Gemini adapter', () => {
  test('sends messages that the vendor types', () => {
    // The vendor declares modalities as an enumeration with these values.
    type Setup = ReturnType<typeof messages.setup>['setup'];
    type Known = NonNullable<LiveClientMessage['setup']>;
    expectTypeOf<keyof Setup>().toExtend<keyof Known>();
    expectTypeOf<Setup['sessionResumption']>().toExtend<NonNullable<Known['sessionResumption']>>();
    expectTypeOf<ReturnType<typeof messages.callerMessage>>().toExtend<LiveClientMessage>();
    expectTypeOf<ReturnType<typeof messages.history>>().toExtend<LiveClientMessage>();
    expectTypeOf<keyof ReturnType<typeof messages.toolResult>>().toExtend<keyof LiveClientMessage>();
    const modality: string = Modality.AUDIO;
    expect(modality).toBe('AUDIO');
  });

  test('sets up the session, with the key in a header and never in the URL, and without a handle if there is none', async () => {
    const it = await service();
    closing(
      await gemini({ apiKey: 'goog-secret', url: it.url, voice: 'Kore' }).connect(
        new ListeningHost(),
        START,
        wanted(),
      ),
    );
    expect(it.received[0]).toMatchObject({
      setup: {
        generationConfig: {
          responseModalities: ['AUDIO'],
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
        },
        systemInstruction: { parts: [{ text: 'You book tables.' }] },
        tools: [{ functionDeclarations: [{ name: 'book' }] }],
        sessionResumption: {},
      },
    });
    expect((it.received[0] as { setup: { sessionResumption: object } }).setup.sessionResumption).toEqual({});
    expect(it.requests[0]?.url).not.toContain('secret');
    expect(it.requests[0]?.headers['x-goog-api-key']).toBe('goog-secret');
  });

  test('resumes with the handle, and with the history only without a handle', async () => {
    const it = await service();
    const history = [
      { who: 'caller', text: 'Hello' },
      { who: 'bot', text: 'Hi' },
    ] as const;
    const one = gemini({ apiKey: 'k', url: it.url });
    closing(await one.connect(new ListeningHost(), { ...START, history, handle: 'h1' }, wanted()));
    expect(it.received).toMatchObject([{ setup: { sessionResumption: { handle: 'h1' } } }]);
    closing(await one.connect(new ListeningHost(), { ...START, history }, wanted()));
    expect(await it.until((message) => 'clientContent' in message)).toEqual({
      clientContent: {
        turns: [
          { role: 'user', parts: [{ text: 'Hello' }] },
          { role: 'model', parts: [{ text: 'Hi' }] },
        ],
        turnComplete: false,
      },
    });
  });

  test('counts replies, joins transcripts of the caller, and assigns texts to their reply in any order', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    const tell = (message: FromService) => it.send(Buffer.from(JSON.stringify(message)));
    const audio = {
      modelTurn: {
        parts: [{ inlineData: { data: AUDIO.toString('base64'), mimeType: 'audio/pcm;rate=24000' } }],
      },
    };
    tell({ serverContent: { inputTranscription: { text: 'A ' } } });
    tell({ serverContent: { inputTranscription: { text: 'table' } } });
    tell({ serverContent: { outputTranscription: { text: 'For ' } } });
    tell({ serverContent: audio });
    tell({ serverContent: { generationComplete: true } });
    tell({ serverContent: { outputTranscription: { text: 'two?' } } });
    tell({ serverContent: { turnComplete: true } });
    tell({ serverContent: audio });
    tell({ serverContent: { interrupted: true } });
    tell({ serverContent: { turnComplete: true } });
    tell({ sessionResumptionUpdate: { newHandle: 'h2', resumable: true } });
    tell({ goAway: { timeLeft: '9.5s' } });
    tell({ usageMetadata: { promptTokenCount: 3, responseTokenCount: 4 } });
    await host.until('usage');
    const reply = (id: string) => ({ final: false, replyId: id, part: id });
    expect(host.events).toEqual([
      ['text', 'caller', 'A ', { final: false }],
      ['text', 'caller', 'table', { final: false }],
      ['text', 'caller', 'A table', { final: true }],
      ['replyStarted', 'reply-1'],
      ['text', 'bot', 'For ', reply('reply-1')],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['replyDone', 'reply-1', 'done'],
      ['text', 'bot', 'two?', reply('reply-1')],
      ['replyStarted', 'reply-2'],
      ['audio', 'reply-2', 'reply-2', AUDIO],
      ['interrupted', 'reply-2'],
      ['replyDone', 'reply-2', 'cancelled'],
      ['resumable', 'h2'],
      ['expires', 9500],
      ['usage', { input: 3, output: 4 }],
    ]);
  });

  test('passes audio with its rate, and tool calls with their results', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    link.audio(AUDIO);
    expect(await it.until((message) => 'realtimeInput' in message)).toEqual({
      realtimeInput: { audio: { mimeType: 'audio/pcm;rate=16000', data: 'AQIDBA==' } },
    } satisfies LiveClientMessage);
    it.send({
      toolCall: { functionCalls: [{ id: 'f1', name: 'book', args: { people: 2 } }] },
    } satisfies FromService);
    expect(await host.until('toolCall')).toEqual(['f1', 'book', '{"people":2}']);
    link.toolResult('f1', 'ok', true);
    expect(await it.until((message) => 'toolResponse' in message)).toEqual({
      toolResponse: { functionResponses: [{ id: 'f1', name: 'book', response: { result: 'ok' } }] },
    });
    it.send({ toolCallCancellation: { ids: ['f1'] } } satisfies FromService);
    expect(await host.until('toolCancelled')).toEqual(['f1']);
  });

  test('takes no audio while a tool request waits for its result: the service would close the connection', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    expect(link.audioHeld).toBe(false);
    it.send({
      toolCall: {
        functionCalls: [
          { id: 'f1', name: 'book', args: {} },
          { id: 'f2', name: 'book', args: {} },
        ],
      },
    } satisfies FromService);
    await host.until('toolCall', 2);
    expect(link.audioHeld).toBe(true);
    link.toolResult('f1', 'ok', true);
    expect(link.audioHeld).toBe(true);
    it.send({ toolCallCancellation: { ids: ['f2'] } } satisfies FromService);
    await host.until('toolCancelled');
    expect(link.audioHeld).toBe(false);
  });

  test.each([
    ['answered', (link: ServiceLink) => link.toolResult('f1', 'ok', true), 1],
    ['cancelled', { toolCallCancellation: { ids: ['f1'] } } satisfies FromService, 0],
  ] as const)(
    'answers a tool request with the id of one that was %s, and takes audio again',
    async (_, over, results) => {
      const it = await service();
      const host = new ListeningHost();
      const link = closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
      it.send(toolCall('f1'));
      await host.until('toolCall');
      if (typeof over === 'function') over(link);
      else it.send(over);
      it.send(toolCall('f1'));
      it.send(USAGE);
      await host.until('usage');
      await it.until((message) => JSON.stringify(message).includes('made before'));
      const error = { result: { error: 'a request with this id was made before' } };
      const sent = it.received.filter((message) => 'toolResponse' in message);
      expect(sent).toHaveLength(results + 1);
      expect(sent.at(-1)).toEqual({
        toolResponse: { functionResponses: [{ id: 'f1', name: 'book', response: error }] },
      });
      expect(host.all('toolCall')).toHaveLength(1);
      expect(link.audioHeld).toBe(false);
    },
  );

  test('answers each of several tool requests without an id, by its name', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    it.send({
      toolCall: {
        functionCalls: [
          { name: 'book', args: {} },
          { name: 'cancel', args: {} },
        ],
      },
    } satisfies FromService);
    await host.until('toolCall', 2);
    const ids = host.all('toolCall').map(([id]) => String(id));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids.reverse()) link.toolResult(id, id, true);
    expect(link.audioHeld).toBe(false);
    await it.until((message) => JSON.stringify(message).includes('"book"') && 'toolResponse' in message);
    expect(it.received.filter((message) => 'toolResponse' in message)).toEqual(
      ['cancel', 'book'].map((name, at) => ({
        toolResponse: { functionResponses: [{ name, response: { result: ids[at] } }] },
      })),
    );
  });

  test('ends a reply when the model requests a tool: the service reports no end before it has the result', async () => {
    expect(await eventsOf(SPOKEN, toolCall('f1'), SPOKEN, TURN_COMPLETE)).toEqual([
      ['replyStarted', 'reply-1'],
      ['audio', 'reply-1', 'reply-1'],
      ['replyDone', 'reply-1', 'done'],
      ['toolCall', 'f1', 'book', '{}'],
      ['replyStarted', 'reply-2'],
      ['audio', 'reply-2', 'reply-2'],
      ['replyDone', 'reply-2', 'done'],
    ]);
  });

  test('reports a turn without anything said as an empty reply, and the words of the caller as final', async () => {
    expect(await eventsOf(heard('A '), heard('table'), TURN_COMPLETE, TURN_COMPLETE)).toEqual([
      ['text', 'caller', 'A ', 'caller'],
      ['text', 'caller', 'table', 'caller'],
      ['text', 'caller', 'A table', 'caller'],
      ['replyDone', 'reply-1', 'done'],
    ]);
    expect(await eventsOf((link) => link.ask?.(), TURN_COMPLETE)).toEqual([['replyDone', 'reply-1', 'done']]);
    expect(await eventsOf((link) => link.text?.('Keys: 1', true), TURN_COMPLETE)).toHaveLength(1);
  });

  test.each<[string, Step[]]>([
    ['that was asked for nothing', [TURN_COMPLETE]],
    ['that was only told something', [(link: ServiceLink) => link.text?.('Keys: 1', false), TURN_COMPLETE]],
    ['with a tool request', [heard('Bye'), toolCall('f1'), TURN_COMPLETE]],
    [
      'that goes on after a result',
      [toolCall('f1'), (link: ServiceLink) => link.toolResult('f1', 1, true), TURN_COMPLETE],
    ],
    [
      'that the caller interrupted',
      [SPOKEN, heard('Wait'), { serverContent: { interrupted: true } }, TURN_COMPLETE],
    ],
  ])('reports no empty reply for a turn %s', async (_, steps) => {
    const events = await eventsOf(...steps);
    expect(events.filter(([name, , how]) => name === 'replyDone' && how === 'done')).toEqual([]);
  });

  test('assigns text after the end of a turn to its reply, unless the next one is due', async () => {
    const texts = async (...steps: Step[]) =>
      (await eventsOf(...steps)).filter(([name, who]) => name === 'text' && who === 'bot');
    const first = [SPOKEN, said('One.'), TURN_COMPLETE];
    expect(await texts(...first, said(' Late.'), SPOKEN, said('Two.'))).toEqual([
      ['text', 'bot', 'One.', 'reply-1'],
      ['text', 'bot', ' Late.', 'reply-1'],
      ['text', 'bot', 'Two.', 'reply-2'],
    ]);
    expect(await texts(...first, heard('And?'), said('Two.'), SPOKEN)).toEqual([
      ['text', 'bot', 'One.', 'reply-1'],
      ['text', 'bot', 'Two.', 'reply-2'],
    ]);
    // The words of the caller are transcribed while the model replies to them, or they interrupt it.
    expect(await texts(SPOKEN, heard('Hi'), TURN_COMPLETE, said(' Late.'), SPOKEN)).toEqual([
      ['text', 'bot', ' Late.', 'reply-1'],
    ]);
    const interrupted = { serverContent: { interrupted: true } };
    expect(await texts(SPOKEN, heard('Hi'), interrupted, TURN_COMPLETE, said('Two.'), SPOKEN)).toEqual([
      ['text', 'bot', 'Two.', 'reply-2'],
    ]);
    const result = (link: ServiceLink) => link.toolResult('f1', 1, true);
    expect(await texts(...first, toolCall('f1'), result, said('Two.'), SPOKEN)).toEqual([
      ['text', 'bot', 'One.', 'reply-1'],
      ['text', 'bot', 'Two.', 'reply-2'],
    ]);
  });

  test.each([
    ['service', undefined],
    ['session', { activityHandling: ActivityHandling.NO_INTERRUPTION }],
  ] as const)('lets the %s decide what interrupts a reply', async (interruption, realtimeInputConfig) => {
    const it = await service();
    const start = { ...START, interruption };
    closing(await gemini({ apiKey: 'k', url: it.url }).connect(new ListeningHost(), start, wanted()));
    const [{ setup }] = it.received as [{ setup: object }];
    expect(setup).toHaveProperty('model');
    expect((setup as { realtimeInputConfig?: object }).realtimeInputConfig).toEqual(realtimeInputConfig);
  });

  test('keeps the handle from before a tool request until its result is sent or it is cancelled', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    const handle = (newHandle: string) =>
      it.send({ sessionResumptionUpdate: { newHandle, resumable: true } } satisfies FromService);
    const request = (id: string) =>
      it.send({ toolCall: { functionCalls: [{ id, name: 'book', args: {} }] } } satisfies FromService);
    handle('h1');
    request('f1');
    handle('h2');
    request('f2');
    await host.until('toolCall', 2);
    link.toolResult('f1', 'ok', true);
    handle('h3');
    it.send({ toolCallCancellation: { ids: ['f2'] } } satisfies FromService);
    handle('h4');
    await host.until('resumable', 2);
    expect(host.all('resumable')).toEqual([['h1'], ['h4']]);
  });

  test('continues after invalid messages, and fails if the service refuses the session', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await gemini({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    for (const nonsense of [
      { serverContent: 3 },
      { serverContent: { modelTurn: [] } },
      { toolCall: { functionCalls: 'x' } },
      { toolCallCancellation: { ids: 3 } },
      { goAway: {} },
      { serverContent: { modelTurn: { parts: [null, { inlineData: { data: 5 } }] } } },
    ])
      it.send(nonsense);
    it.send('{');
    it.send({ serverContent: { inputTranscription: { text: 'still here' } } });
    await host.until('text');
    expect(host.all('closed')).toEqual([]);
    expect(host.all('audio')).toEqual([]);
    const refuses = await peer(
      () => {},
      (_, socket) => socket.close(1007, 'Request contains an invalid argument: goog-secret'),
    );
    const failed: unknown = await gemini({ apiKey: 'goog-secret', url: refuses.url })
      .connect(new ListeningHost(), START, wanted())
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: 'SERVICE_REFUSED' });
    expect(String(failed)).not.toContain('secret');
  });

  test.each([
    [1007, 'API key not valid. Please pass a valid API key.', 'SERVICE_UNAUTHORIZED'],
    [1011, 'You exceeded your current quota, please check your plan and billing details.', 'SERVICE_LIMITED'],
    [1008, 'models/x is not found for API version v1beta', 'SERVICE_REFUSED'],
    [1011, 'Internal error encountered.', 'SERVICE_UNREACHABLE'],
  ])(
    'fails before it is ready with the code that the words mean: %i (%s) is %s',
    async (close, why, code) => {
      const refuses = await peer(
        () => {},
        (_, socket) => socket.close(close, why),
      );
      await expect(
        gemini({ apiKey: 'goog-secret', url: refuses.url }).connect(new ListeningHost(), START, wanted()),
      ).rejects.toMatchObject({ code });
    },
  );

  test('sends the same messages as the official client', async () => {
    const it = await service();
    const client = new GoogleGenAI({
      apiKey: 'goog-official',
      httpOptions: { baseUrl: `http://127.0.0.1:${it.port}` },
    });
    const heard: LiveServerMessage[] = [];
    const session = await client.live.connect({
      model: 'gemini-2.5-flash-native-audio-preview-12-2025',
      config: {
        responseModalities: [Modality.AUDIO],
        systemInstruction: 'You book tables.',
        inputAudioTranscription: {},
        outputAudioTranscription: {},
        sessionResumption: {},
      },
      callbacks: { onmessage: (message) => void heard.push(message) },
    });
    session.sendRealtimeInput({ audio: { data: 'AQIDBA==', mimeType: 'audio/pcm;rate=16000' } });
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'Hi' }] }], turnComplete: true });
    await it.until((message) => 'clientContent' in message);
    const ours = await service();
    const link = closing(
      await gemini({ apiKey: 'k', url: ours.url }).connect(
        new ListeningHost(),
        { ...START, tools: [] },
        wanted(),
      ),
    );
    link.audio(AUDIO);
    link.text?.('Hi', true);
    await ours.until((message) => 'clientContent' in message);
    const [theirSetup, ...theirs] = it.received as [{ setup: object }];
    const [ourSetup, ...own] = ours.received as [{ setup: object }];
    expect(own).toEqual(theirs);
    expect(ourSetup.setup).toMatchObject({ model: (theirSetup.setup as { model: string }).model });
    expect(Object.keys(ourSetup.setup)).toEqual(expect.arrayContaining(Object.keys(theirSetup.setup)));
    expect(it.requests[0]?.url?.split('?')[0]?.replace('//', '/')).toBe(ours.requests[0]?.url);
    session.close();
  });
});
