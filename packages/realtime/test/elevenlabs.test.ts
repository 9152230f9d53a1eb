import type { Incoming, Outgoing } from '@elevenlabs/types';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { elevenlabs } from '../src/elevenlabs/index.js';
import * as messages from '../src/elevenlabs/messages.js';
import type { ServiceLink } from '../src/index.js';
import { escapedErrors, turnOver } from './escaped-errors.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

const acceptance = (input: string, output: string) => ({
  type: 'conversation_initiation_metadata',
  conversation_initiation_metadata_event: {
    conversation_id: 'c',
    user_input_audio_format: input,
    agent_output_audio_format: output,
  },
});
const service = (input = 'ulaw_8000', output = 'ulaw_8000') =>
  peer((message, send) => {
    if (message['type'] === 'conversation_initiation_client_data') send(acceptance(input, output));
  });

const agent = (url: string, more: object = {}) =>
  elevenlabs({ agentId: 'a1', apiKey: 'xi-secret', url, ...more });
const AUDIO = Buffer.from([1, 2, 3, 4]);
const audio = (id: number) =>
  ({
    type: 'audio',
    audio_event: { audio_base_64: AUDIO.toString('base64'), event_id: id },
  }) satisfies Incoming.AudioClientEvent;
const interruption = (id: number) => ({
  type: 'interruption',
  interruption_event: { event_id: id } satisfies Incoming.InterruptionEvent,
});
const response = (id: number, words: string) =>
  ({
    type: 'agent_response',
    agent_response_event: { agent_response: words, event_id: id },
  }) satisfies Incoming.AgentResponseClientEvent;
const transcript = (id: number) =>
  ({
    type: 'user_transcript',
    user_transcription_event: { user_transcript: 'Stop', event_id: id },
  }) satisfies Incoming.UserTranscriptionClientEvent;
const toolRequest = (id: string) => ({
  type: 'client_tool_call',
  client_tool_call: { tool_call_id: id, tool_name: 'book', parameters: {} },
});
/** Ids of the replies to which audio was assigned, in order. */
const repliesOf = (host: ListeningHost) => host.all('audio').map(([id]) => id);

describe('the ElevenLabs adapter', () => {
  test('sends messages that the vendor types', () => {
    expectTypeOf<
      ReturnType<typeof messages.initiation>
    >().toExtend<Outgoing.ConversationInitiationClientToOrchestratorEvent>();
    expectTypeOf<ReturnType<typeof messages.pong>>().toExtend<Outgoing.PongClientToOrchestratorEvent>();
    expectTypeOf<
      ReturnType<typeof messages.callerMessage>
    >().toExtend<Outgoing.UserMessageClientToOrchestratorEvent>();
    expectTypeOf<
      ReturnType<typeof messages.context>
    >().toExtend<Outgoing.ContextualUpdateClientToOrchestratorEvent>();
    expectTypeOf<
      ReturnType<typeof messages.toolResult>
    >().toExtend<Outgoing.ClientToolResultClientToOrchestratorEvent>();
  });

  test('starts with the prompt, the key in a header, and answers pings', async () => {
    const it = await service();
    closing(
      await agent(it.url, { variables: { name: 'Ann' } }).connect(new ListeningHost(), START, wanted()),
    );
    expect(it.received[0]).toEqual({
      type: 'conversation_initiation_client_data',
      conversation_config_override: { agent: { prompt: { prompt: 'You book tables.' } } },
      dynamic_variables: { name: 'Ann' },
    });
    expect(it.requests[0]?.url).toBe('/v1/convai/conversation?agent_id=a1');
    expect(it.requests[0]?.headers['xi-api-key']).toBe('xi-secret');
    it.send({ type: 'ping', ping_event: { event_id: 7 } });
    expect(await it.until(({ type }) => type === 'pong')).toEqual({ type: 'pong', event_id: 7 });
  });

  test('greets a caller once: a session that is begun anew sends an empty first message with what was said', async () => {
    const it = await service();
    const greets = agent(it.url, { firstMessage: 'Welcome.' });
    const history = [{ who: 'bot', text: 'Welcome.' }] as const;
    closing(await greets.connect(new ListeningHost(), START, wanted()));
    closing(await greets.connect(new ListeningHost(), { ...START, history }, wanted()));
    await it.until(({ type }) => type === 'contextual_update');
    const prompt = { prompt: 'You book tables.' };
    expect(it.received).toMatchObject([
      { conversation_config_override: { agent: { prompt, first_message: 'Welcome.' } } },
      { conversation_config_override: { agent: { prompt, first_message: '' } } },
      { type: 'contextual_update', text: 'The call so far:\nbot: Welcome.' },
    ]);
    // The agent may not allow the override.
    closing(await agent(it.url).connect(new ListeningHost(), { ...START, history }, wanted()));
    expect(it.received[3]).toMatchObject({ conversation_config_override: { agent: { prompt } } });
    expect(JSON.stringify(it.received[3])).not.toContain('first_message');
  });

  test('says its first message although it was told something before it was connected', async () => {
    const it = await service();
    const history = [{ who: 'caller', text: 'The caller is Ann.' }] as const;
    const greets = agent(it.url, { firstMessage: 'Welcome.' });
    const link = closing(await greets.connect(new ListeningHost(), { ...START, history }, wanted()));
    link.ask?.();
    link.text?.('after', false);
    await it.until(({ text }) => text === 'after');
    expect(it.received).toMatchObject([
      { conversation_config_override: { agent: { first_message: 'Welcome.' } } },
      { type: 'contextual_update', text: 'The call so far:\ncaller: The caller is Ann.' },
      { type: 'contextual_update', text: 'after' },
    ]);
  });

  test.each([
    ['its own first message is given', {}, START, ['second']],
    ['it has none', { firstMessage: '' }, START, ['first', 'second']],
    ['it continues a call', {}, { ...START, history: [{ who: 'bot', text: 'Hi' }] }, ['first', 'second']],
  ] as const)('is asked for a reply, except for the first one if %s', async (_, options, start, answered) => {
    const it = await service();
    const link = closing(await agent(it.url, options).connect(new ListeningHost(), start, wanted()));
    const asked = () => it.received.filter(({ type }) => type === 'user_message').map(({ text }) => text);
    link.ask?.();
    link.text?.('between', false);
    await it.until(({ text }) => text === 'between');
    const first = asked();
    link.ask?.();
    link.ask?.('Good evening.');
    await it.until(({ text }) => text === 'Say to the caller: Good evening.');
    const prompt = 'The caller is on the line and waits for you to speak.';
    expect(first).toEqual(answered.length === 2 ? [prompt] : []);
    expect(asked()).toEqual([...first, prompt, 'Say to the caller: Good evening.']);
  });

  test('is asked for its first reply if the agent has spoken before without a request', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await agent(it.url).connect(host, START, wanted()));
    it.send(audio(1));
    await host.until('audio');
    link.ask?.();
    await it.until(({ type }) => type === 'user_message');
  });

  test.each(['ulaw_8000', 'pcm_16000'])(
    'sends the result of a tool that is requested directly after the formats are known (%s)',
    async (format) => {
      const it = await peer((message, send) => {
        if (message['type'] !== 'conversation_initiation_client_data') return;
        send(acceptance(format, format));
        send(toolRequest('t1'));
      });
      let link: ServiceLink | undefined;
      const host = new (class extends ListeningHost {
        override toolCall = (id: unknown) => link?.toolResult(String(id), 'booked', true);
      })();
      link = closing(await agent(it.url).connect(host, START, wanted()));
      expect(await it.until(({ type }) => type === 'client_tool_result')).toMatchObject({
        tool_call_id: 't1',
        result: 'booked',
      });
    },
  );

  test('loses only a message that cannot be handled, also directly after the formats are known', async () => {
    const escaped = escapedErrors();
    const it = await peer((message, send) => {
      if (message['type'] !== 'conversation_initiation_client_data') return;
      send(acceptance('pcm_16000', 'pcm_16000'));
      send(toolRequest('t1'));
      send(transcript(1));
    });
    const host = new (class extends ListeningHost {
      override toolCall = () => {
        throw new TypeError('boom');
      };
    })();
    closing(await agent(it.url).connect(host, START, wanted()));
    expect(await host.until('text')).toEqual(['caller', 'Stop', { final: true }]);
    await turnOver();
    expect(escaped).toEqual([]);
    expect(host.all('problem')).toMatchObject([[{ code: 'AUDIO_MISMATCH' }], [{ code: 'BAD_MESSAGE' }]]);
  });

  test('drops audio of an interrupted reply by its id, and starts the next reply', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await agent(it.url).connect(host, START, wanted()));
    it.send({
      type: 'agent_response',
      agent_response_event: { agent_response: 'Good evening.', event_id: 1 },
    } satisfies Incoming.AgentResponseClientEvent);
    it.send(audio(1));
    it.send(audio(2));
    it.send(interruption(4));
    it.send(audio(2));
    it.send(audio(3));
    it.send({
      type: 'agent_response_correction',
      agent_response_correction_event: {
        original_agent_response: 'Good evening.',
        corrected_agent_response: 'Good',
        event_id: 1,
      },
    } satisfies Incoming.AgentResponseCorrectionClientEvent);
    it.send({
      type: 'user_transcript',
      user_transcription_event: { user_transcript: 'Stop', event_id: 5 },
    } satisfies Incoming.UserTranscriptionClientEvent);
    it.send(audio(6));
    await host.until('replyDone', 2);
    const about = { final: true, replyId: 'reply-1', part: 'reply-1' };
    expect(host.events).toEqual([
      ['replyStarted', 'reply-1'],
      ['text', 'bot', 'Good evening.', about],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['audio', 'reply-1', 'reply-1', AUDIO],
      ['interrupted', 'reply-1'],
      ['replyDone', 'reply-1', 'cancelled'],
      ['text', 'bot', 'Good', about],
      ['text', 'caller', 'Stop', { final: true }],
      ['replyStarted', 'reply-2'],
      ['audio', 'reply-2', 'reply-2', AUDIO],
      ['replyDone', 'reply-2', 'done'],
    ]);
  });

  test('plays a reply whose audio has the event id of the interruption before it', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await agent(it.url).connect(host, START, wanted()));
    it.send(audio(1));
    it.send(interruption(2));
    it.send(audio(1));
    it.send(response(2, 'A picture of a table.'));
    it.send(audio(2));
    it.send(audio(2));
    await host.until('audio', 3);
    expect(repliesOf(host)).toEqual(['reply-1', 'reply-2', 'reply-2']);
  });

  test.each<readonly [string, (first: number) => readonly object[]]>([
    ['the interruption of the service', (id) => [interruption(id)]],
    ["the caller's words", (id) => [transcript(id)]],
    ['the text of the next reply', (id) => [response(id, 'For how many?')]],
  ])('assigns audio after an interruption by the session to the old reply until %s', async (_, boundary) => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await agent(it.url).connect(host, START, wanted()));
    it.send(audio(1));
    it.send(audio(2));
    await host.until('audio', 2);
    link.interrupted?.();
    it.send(audio(3));
    // The text of the old reply, late.
    it.send(response(1, 'Good evening.'));
    it.send(audio(4));
    for (const event of boundary(5)) it.send(event);
    it.send(audio(4));
    it.send(audio(6));
    await host.until('audio', 5);
    expect(repliesOf(host)).toEqual(['reply-1', 'reply-1', 'reply-1', 'reply-1', 'reply-2']);
  });

  test('takes audio with another event id for the next reply if all audio of a reply has one id', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await agent(it.url).connect(host, START, wanted()));
    it.send(audio(1));
    it.send(audio(1));
    await host.until('audio', 2);
    link.interrupted?.();
    it.send(audio(1));
    it.send(audio(2));
    it.send(audio(1));
    it.send(audio(2));
    await host.until('audio', 5);
    expect(repliesOf(host)).toEqual(['reply-1', 'reply-1', 'reply-1', 'reply-2', 'reply-2']);
  });

  test('passes audio, texts and tool calls with their results', async () => {
    const it = await service();
    const host = new ListeningHost();
    const link = closing(await agent(it.url).connect(host, START, wanted()));
    link.audio(AUDIO);
    link.text?.('keys: 1', true);
    link.text?.('the caller is known', false);
    it.send({
      type: 'client_tool_call',
      client_tool_call: { tool_name: 'book', tool_call_id: 't1', parameters: { people: 2 }, event_id: 1 },
    } satisfies Incoming.ClientToolCallClientEvent);
    expect(await host.until('toolCall')).toEqual(['t1', 'book', '{"people":2}']);
    link.toolResult('t1', { error: 'no table' }, true);
    await it.until(({ type }) => type === 'client_tool_result');
    expect(it.received.slice(1)).toEqual([
      { user_audio_chunk: 'AQIDBA==' },
      { type: 'user_message', text: 'keys: 1' },
      { type: 'contextual_update', text: 'the caller is known' },
      { type: 'client_tool_result', tool_call_id: 't1', result: '{"error":"no table"}', is_error: true },
    ]);
  });

  test.each([
    [{ error: 'no table' }, true],
    [{ booked: true, id: 'R1', error: null }, false],
    [{ booked: true, error: false }, false],
    [{ booked: true }, false],
    ['error', false],
    [undefined, false],
  ])('says of the result %j of a tool whether it is an error: %s', (result, isError) => {
    expect(messages.toolResult('t1', result).is_error).toBe(isError);
  });

  test('converts the audio of an agent with PCM, with a warning, or refuses it', async () => {
    const it = await service('pcm_16000', 'pcm_24000');
    const host = new ListeningHost();
    const link = closing(await agent(it.url).connect(host, START, wanted()));
    expect(host.all('problem')).toMatchObject([[{ code: 'AUDIO_MISMATCH', fatal: false }]]);
    for (let nth = 0; nth < 10; nth++) link.audio(new Uint8Array(160).fill(0x2a));
    await it.until(() => it.received.length > 10);
    const sent = it.received
      .slice(1)
      .reduce(
        (bytes, { user_audio_chunk: chunk }) => bytes + Buffer.from(chunk as string, 'base64').length,
        0,
      );
    expect(Math.abs(sent - 200 * 32)).toBeLessThan(32 * 20);
    const pcm = Buffer.alloc(48_000);
    for (let at = 0; at < pcm.length; at += 4801) {
      it.send({
        type: 'audio',
        audio_event: { audio_base_64: pcm.subarray(at, at + 4801).toString('base64'), event_id: at },
      });
    }
    await host.until('replyDone');
    const heard = host.all('audio').reduce((bytes, [, , chunk]) => bytes + (chunk as Uint8Array).length, 0);
    expect(Math.abs(heard - 8000)).toBeLessThan(8 * 20);
    await expect(
      agent(it.url, { strictAudio: true }).connect(new ListeningHost(), START, wanted()),
    ).rejects.toMatchObject({ code: 'AUDIO_MISMATCH' });
    const odd = await service('opus_48000', 'ulaw_8000');
    await expect(agent(odd.url).connect(new ListeningHost(), START, wanted())).rejects.toMatchObject({
      code: 'AUDIO_MISMATCH',
    });
  });

  test('converts audio that arrives together with the formats', async () => {
    const pcm = Buffer.alloc(24_000);
    const it = await peer((message, send) => {
      if (message['type'] !== 'conversation_initiation_client_data') return;
      send(acceptance('ulaw_8000', 'pcm_24000'));
      for (let id = 1; id <= 4; id++)
        send({ type: 'audio', audio_event: { audio_base_64: pcm.toString('base64'), event_id: id } });
    });
    const host = new ListeningHost();
    closing(await agent(it.url).connect(host, START, wanted()));
    await host.until('replyDone');
    const heard = host.all('audio').reduce((bytes, [, , chunk]) => bytes + (chunk as Uint8Array).length, 0);
    expect(Math.abs(heard - 4 * 4000)).toBeLessThan(8 * 30);
  });

  test('continues after invalid messages, and reports the end of its time as an expiry', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await agent(it.url).connect(host, START, wanted()));
    for (const type of [
      'audio',
      'interruption',
      'agent_response',
      'client_tool_call',
      'ping',
      'user_transcript',
      'vad_score',
      4,
    ])
      it.send({ type });
    for (const type of ['audio', 'ping', 'error']) it.send({ type, [`${type}_event`]: 'x' });
    it.send('{');
    it.send({
      type: 'error',
      error_event: { code: 1008, error_type: 'max_duration_exceeded', message: 'over, xi-secret' },
    } satisfies Incoming.ErrorClientEvent);
    while (!JSON.stringify(host.all('problem')).includes('SESSION_EXPIRED'))
      await host.until('problem', host.all('problem').length + 1);
    expect(host.all('closed')).toEqual([]);
    expect(JSON.stringify(host.events)).not.toContain('secret');
  });

  test.each(['tool lookup failed: 429 Too Many Requests', 'the server of the tool says: wrong API key'])(
    'reports an error of a running session as a problem, unless it names a quota: %s',
    async (message) => {
      const it = await service();
      const host = new ListeningHost();
      closing(await agent(it.url).connect(host, START, wanted()));
      it.send({ type: 'error', error_event: { error_type: 'tool_error', message } });
      const told = { code: 'tool_error', message: `elevenlabs: tool_error: ${message}`, fatal: false };
      expect(await host.until('problem')).toEqual([told]);
      it.send({ type: 'ping', ping_event: { event_id: 7 } });
      await it.until(({ type }) => type === 'pong');
    },
  );

  test('refuses a session that the service ends before it is ready, instead of renewing it', async () => {
    const over = { code: 1008, error_type: 'max_duration_exceeded', message: 'over' };
    const it = await peer((message, send) => {
      if (message['type'] === 'conversation_initiation_client_data')
        send({ type: 'error', error_event: over });
    });
    const host = new ListeningHost();
    await expect(agent(it.url).connect(host, START, wanted())).rejects.toMatchObject({
      code: 'SERVICE_REFUSED',
      message: 'elevenlabs: max_duration_exceeded: over',
    });
    expect(host.all('problem')).toEqual([]);
  });

  test.each([true, false])(
    'fails at once when a quota is exhausted, told in the message itself (ready: %s)',
    async (ready) => {
      const over = {
        type: 'error',
        message: 'received 1002: This request exceeds your quota limit, xi-secret',
      };
      const limited = {
        code: 'SERVICE_LIMITED',
        message: 'elevenlabs: error: received 1002: This request exceeds your quota limit, ***',
      };
      const it = ready
        ? await service()
        : await peer((message, send) => {
            if (message['type'] === 'conversation_initiation_client_data') send(over);
          });
      const host = new ListeningHost();
      const connecting = agent(it.url).connect(host, START, wanted());
      if (!ready) {
        await expect(connecting).rejects.toMatchObject(limited);
        return;
      }
      closing(await connecting);
      it.send(over);
      expect(await host.until('problem')).toEqual([{ ...limited, fatal: true }]);
    },
  );
});
