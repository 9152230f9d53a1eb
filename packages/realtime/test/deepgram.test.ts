import { type agent, DeepgramClient } from '@deepgram/sdk';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { deepgram } from '../src/deepgram/index.js';
import type * as messages from '../src/deepgram/messages.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

const service = () =>
  peer(
    (message, send) => {
      if (message['type'] === 'Settings') send({ type: 'SettingsApplied' });
    },
    (send) => send({ type: 'Welcome', request_id: 'q' }),
  );

const AUDIO = Buffer.from([9, 8, 7]);

describe('the Deepgram adapter', () => {
  test('sends messages that the vendor types', () => {
    // Providers may be any that the vendor offers; the surrounding fields are checked.
    type Settings = ReturnType<typeof messages.settings>;
    type Known = agent.AgentV1Settings;
    expectTypeOf<Settings['audio']>().toExtend<Known['audio']>();
    expectTypeOf<keyof Settings>().toExtend<keyof Known>();
    expectTypeOf<keyof Settings['agent']>().toExtend<'listen' | 'think' | 'speak' | 'greeting' | 'context'>();
    type KnownAgent = Extract<Known['agent'], object>;
    expectTypeOf<Pick<Settings['agent'], 'context' | 'greeting'>>().toExtend<
      Pick<KnownAgent, 'context' | 'greeting'>
    >();
    expectTypeOf<ReturnType<typeof messages.callerMessage>>().toExtend<agent.AgentV1InjectUserMessage>();
    expectTypeOf<ReturnType<typeof messages.agentMessage>>().toExtend<agent.AgentV1InjectAgentMessage>();
    expectTypeOf<ReturnType<typeof messages.context>>().toExtend<agent.AgentV1UpdatePrompt>();
    expectTypeOf<ReturnType<typeof messages.toolResult>>().toExtend<agent.AgentV1SendFunctionCallResponse>();
    expectTypeOf<ReturnType<typeof messages.keepAlive>>().toExtend<agent.AgentV1KeepAlive>();
  });

  test('sets up raw mu-law in both directions with prompt, tools and history, and the key in a header', async () => {
    const it = await service();
    const history = [{ who: 'caller', text: 'Hello' }] as const;
    closing(
      await deepgram({ apiKey: 'dg-secret', url: it.url }).connect(
        new ListeningHost(),
        { ...START, history },
        wanted(),
      ),
    );
    expect(it.received).toEqual([
      {
        type: 'Settings',
        audio: {
          input: { encoding: 'mulaw', sample_rate: 8000 },
          output: { encoding: 'mulaw', sample_rate: 8000, container: 'none' },
        },
        agent: {
          listen: { provider: { type: 'deepgram', model: 'nova-3' } },
          think: {
            provider: { type: 'open_ai', model: 'gpt-4o-mini' },
            prompt: 'You book tables.',
            functions: START.tools,
          },
          speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } },
          context: { messages: [{ type: 'History', role: 'user', content: 'Hello' }] },
        },
      },
    ]);
    expect(it.requests[0]?.url).toBe('/v1/agent/converse');
    expect(it.requests[0]?.headers.authorization).toBe('Token dg-secret');
  });

  test('counts replies, and assigns audio that arrives after speech to the interrupted reply', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await deepgram({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    it.send({
      type: 'ConversationText',
      role: 'assistant',
      content: 'Good evening.',
    } satisfies agent.AgentV1ConversationText);
    it.send(AUDIO);
    it.send({ type: 'UserStartedSpeaking' } satisfies agent.AgentV1UserStartedSpeaking);
    it.send(AUDIO);
    it.send({
      type: 'ConversationText',
      role: 'user',
      content: 'Stop',
    } satisfies agent.AgentV1ConversationText);
    it.send(AUDIO);
    it.send({ type: 'AgentAudioDone' });
    await host.until('replyDone', 2);
    expect(host.events).toEqual([
      ['replyStarted', 'reply-1'],
      ['text', 'bot', 'Good evening. ', { final: false, replyId: 'reply-1', part: 'reply-1' }],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['speech', 'start'],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['text', 'caller', 'Stop', { final: true }],
      ['speech', 'end'],
      ['replyDone', 'reply-1', 'cancelled'],
      ['replyStarted', 'reply-2'],
      ['audio', 'reply-2', 'reply-2', AUDIO],
      ['replyDone', 'reply-2', 'done'],
    ]);
  });

  test('assigns audio that arrives after an interruption by the session to the interrupted reply, until the agent thinks', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await deepgram({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    it.send(AUDIO);
    await host.until('audio');
    link.interrupted?.();
    it.send(AUDIO);
    it.send({ type: 'AgentThinking', content: 'keys' } satisfies agent.AgentV1AgentThinking);
    it.send(AUDIO);
    await host.until('audio', 3);
    expect(host.events).toEqual([
      ['replyStarted', 'reply-1'],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['replyDone', 'reply-1', 'cancelled'],
      ['replyStarted', 'reply-2'],
      ['audio', 'reply-2', 'reply-2', AUDIO],
    ]);
  });

  test('assigns text that follows the audio of a reply to that reply, and begins none that nothing would end', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await deepgram({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    const say = (content: string) =>
      it.send({
        type: 'ConversationText',
        role: 'assistant',
        content,
      } satisfies agent.AgentV1ConversationText);
    it.send(AUDIO);
    it.send({ type: 'AgentAudioDone' });
    say('Late.');
    await host.until('text');
    link.ask?.('Are you there?');
    await it.until(({ type }) => type === 'InjectAgentMessage');
    say('Are you there?');
    await host.until('text', 2);
    expect(host.events).toEqual([
      ['replyStarted', 'reply-1'],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['replyDone', 'reply-1', 'done'],
      ['text', 'bot', 'Late. ', { final: false, replyId: 'reply-1', part: 'reply-1' }],
      ['replyStarted', 'reply-2'],
      ['text', 'bot', 'Are you there? ', { final: false, replyId: 'reply-2', part: 'reply-2' }],
    ]);
  });

  test('does not report as words of the caller what the session sent as a message of the caller', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await deepgram({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    const user = (content: string) =>
      it.send({ type: 'ConversationText', role: 'user', content } satisfies agent.AgentV1ConversationText);
    link.ask?.();
    const asked = await it.until(({ type }) => type === 'InjectUserMessage');
    link.text?.('keys: 1', true);
    await it.until(({ content }) => content === 'keys: 1');
    user(String(asked['content']));
    user('keys: 1');
    user('One');
    user('keys: 1');
    await host.until('text', 2);
    expect(host.all('text').map(([, words]) => words)).toEqual(['One', 'keys: 1']);
  });

  test.each([
    ['says its greeting although it was told something before it was connected', 'caller', 'Welcome.'],
    ['is asked for a reply instead of its greeting once the caller has heard it', 'bot', undefined],
  ] as const)('%s', async (_, who, greeting) => {
    const it = await service();
    const start = { ...START, history: [{ who, text: 'The caller is Ann.' }] };
    const greets = deepgram({ apiKey: 'k', url: it.url, greeting: 'Welcome.' });
    const link = closing(await greets.connect(new ListeningHost(), start, wanted()));
    link.ask?.();
    link.text?.('after', false);
    await it.until(({ type }) => type === 'UpdatePrompt');
    const [settings, ...rest] = it.received;
    expect(settings).toHaveProperty('agent.context.messages.0.content', 'The caller is Ann.');
    expect(settings?.['agent']).toEqual(
      greeting === undefined
        ? expect.not.objectContaining({ greeting: expect.anything() })
        : expect.objectContaining({ greeting }),
    );
    expect(rest.filter(({ type }) => type === 'InjectUserMessage')).toHaveLength(who === 'bot' ? 1 : 0);
  });

  test('is asked for a reply, except for its greeting while that is still to come', async () => {
    const it = await service();
    const host = new ListeningHost();
    const greets = deepgram({ apiKey: 'k', url: it.url, greeting: 'Welcome.' });
    const link = closing(await greets.connect(host, START, wanted()));
    it.send(AUDIO);
    await host.until('audio');
    link.ask?.();
    await it.until(({ type }) => type === 'InjectUserMessage');
  });

  test('passes caller audio as bytes, and tool calls with their results', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await deepgram({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    link.audio(AUDIO);
    it.send({
      type: 'FunctionCallRequest',
      functions: [
        { id: 'f1', name: 'book', arguments: '{"people":2}', client_side: true },
        { id: 'f2', name: 'theirs', arguments: '{}', client_side: false },
      ],
    } satisfies agent.AgentV1FunctionCallRequest);
    expect(await host.until('toolCall')).toEqual(['f1', 'book', '{"people":2}']);
    link.toolResult('f1', { ok: true }, true);
    expect(await it.until(({ type }) => type === 'FunctionCallResponse')).toEqual({
      type: 'FunctionCallResponse',
      id: 'f1',
      name: 'book',
      content: '{"ok":true}',
    });
    it.send({
      type: 'FunctionCallCancelled',
      functions: [{ id: 'f1', name: 'book' }],
    } satisfies agent.AgentV1FunctionCallCancelled);
    expect(await host.until('toolCancelled')).toEqual(['f1']);
    expect(host.all('toolCall')).toHaveLength(1);
    expect(it.binary).toEqual([AUDIO]);
  });

  test('treats errors, but not warnings, as fatal, without the key in either', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await deepgram({ apiKey: 'dg-secret', url: it.url }).connect(host, START, wanted()));
    it.send({ type: 'Warning', code: 'SLOW', description: 'slow' } satisfies agent.AgentV1Warning);
    it.send({
      type: 'Error',
      code: 'THINK_FAILED',
      description: 'key dg-secret broke',
    } satisfies agent.AgentV1Error);
    await host.until('problem', 2);
    expect(host.all('problem')).toMatchObject([
      [{ code: 'SLOW', fatal: false }],
      [{ code: 'SERVICE_LOST', fatal: true }],
    ]);
    expect(JSON.stringify(host.events)).not.toContain('secret');
    const refuses = await peer(
      (_, send) => send({ type: 'Error', code: 'INVALID_SETTINGS', description: 'agent.speak' }),
      (send) => send({ type: 'Welcome' }),
    );
    await expect(
      deepgram({ apiKey: 'k', url: refuses.url }).connect(new ListeningHost(), START, wanted()),
    ).rejects.toMatchObject({
      code: 'SERVICE_REFUSED',
      message: expect.stringContaining('agent.speak'),
    });
  });

  test('continues after invalid messages', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await deepgram({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    for (const type of [
      'ConversationText',
      'FunctionCallRequest',
      'FunctionCallCancelled',
      'Warning',
      'Nothing',
      3,
    ]) {
      it.send({ type, functions: [3, null, {}], content: 7, role: [] });
    }
    it.send('{');
    it.send({ type: 'ConversationText', role: 'user', content: 'still here' });
    while (!host.all('text').some(([, said]) => said === 'still here'))
      await host.until('text', host.all('text').length + 1);
    expect(host.all('closed')).toEqual([]);
  });

  test('sends the same messages as the official client', async () => {
    const it = await service();
    const client = new DeepgramClient({
      apiKey: 'dg-official',
      environment: { agent: it.url, base: it.url, production: it.url } as never,
    });
    const socket = await client.agent.v1.connect({ reconnectAttempts: 0 } as never);
    const seen: string[] = [];
    const applied = new Promise<void>((resolve) => {
      socket.on('message', (message) => {
        if (typeof message !== 'object' || !('type' in message)) return;
        seen.push(String(message.type));
        if (message.type === 'Welcome') {
          socket.sendSettings({
            type: 'Settings',
            audio: { input: { encoding: 'mulaw', sample_rate: 8000 } },
            agent: {},
          } as never);
        }
        if (message.type === 'SettingsApplied') resolve();
      });
    });
    socket.connect();
    await applied;
    expect(seen).toEqual(['Welcome', 'SettingsApplied']);
    expect(it.requests[0]?.url).toMatch(/^\/v1\/agent\/converse/);
    expect(it.requests[0]?.headers.authorization).toBe('Token dg-official');
    socket.close();
  });
});
