import { connect as netConnect } from 'node:net';
import { VirtualClock } from '@hookline/runtime';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { PCMU_8K, RealtimeError } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import type * as messages from '../src/openai/messages.js';
import type { sessionOf } from '../src/openai/openai.js';
import { REPLY_IN_PROGRESS } from '../src/service/service.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

const AUDIO = Buffer.from([1, 2, 3, 4]);

/** The events of one reply, as the vendor types them. */
const REPLY = [
  { type: 'input_audio_buffer.speech_started', event_id: '1', item_id: 'c1', audio_start_ms: 120 },
  { type: 'input_audio_buffer.speech_stopped', event_id: '2', item_id: 'c1', audio_end_ms: 900 },
  { type: 'response.created', event_id: '3', response: { id: 'r1' } },
  {
    type: 'response.output_audio.delta',
    event_id: '4',
    response_id: 'r1',
    item_id: 'i1',
    output_index: 0,
    content_index: 0,
    delta: AUDIO.toString('base64'),
  },
  {
    type: 'response.output_audio_transcript.delta',
    event_id: '5',
    response_id: 'r1',
    item_id: 'i1',
    output_index: 0,
    content_index: 0,
    delta: 'Good ',
  },
  {
    type: 'response.output_audio_transcript.done',
    event_id: '6',
    response_id: 'r1',
    item_id: 'i1',
    output_index: 0,
    content_index: 0,
    transcript: 'Good evening.',
  },
  {
    type: 'response.output_item.done',
    event_id: '7',
    response_id: 'r1',
    output_index: 1,
    item: {
      type: 'function_call',
      call_id: 't1',
      name: 'book',
      arguments: '{"people":2}',
      status: 'completed',
    },
  },
  {
    type: 'conversation.item.input_audio_transcription.completed',
    event_id: '8',
    item_id: 'c1',
    content_index: 0,
    transcript: 'A table, please.',
    usage: { type: 'duration', seconds: 1 },
  },
  {
    type: 'response.done',
    event_id: '9',
    response: { id: 'r1', status: 'completed', output: [], usage: { input_tokens: 7, output_tokens: 9 } },
  },
] satisfies RealtimeServerEvent[];

/** A service that validates truncations like the vendor. */
function service(more: (message: Record<string, unknown>, send: (event: object) => void) => void = () => {}) {
  return peer(
    (message, send) => {
      if (message['type'] === 'session.update') {
        send({ type: 'session.updated', event_id: 'u', session: message['session'] });
      }
      more(message, send);
    },
    (send) =>
      send({
        type: 'session.created',
        event_id: 'c',
        session: { expires_at: Math.floor(Date.now() / 1000) + 3600 },
      }),
  );
}

describe('the OpenAI adapter', () => {
  test('sends messages that the vendor types', () => {
    expectTypeOf<ReturnType<typeof messages.truncate>>().toExtend<RealtimeClientEvent>();
    expectTypeOf<ReturnType<typeof messages.cancel>>().toExtend<RealtimeClientEvent>();
    expectTypeOf<ReturnType<typeof messages.createResponse>>().toExtend<RealtimeClientEvent>();
    expectTypeOf<ReturnType<typeof messages.callerMessage>>().toExtend<RealtimeClientEvent>();
    expectTypeOf<ReturnType<typeof messages.botMessage<'output_text'>>>().toExtend<RealtimeClientEvent>();
    expectTypeOf<ReturnType<typeof messages.toolResult>>().toExtend<RealtimeClientEvent>();
    expectTypeOf<ReturnType<typeof sessionOf>>().toExtend<RealtimeSessionCreateRequest>();
  });

  test('sets up mu-law in both directions, is ready when that is accepted, and sends the key in a header', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(
      await openai({ apiKey: 'sk-secret', url: `${it.url}/v1`, voice: 'marin' }).connect(
        host,
        START,
        wanted(),
      ),
    );
    expect(it.received[0]).toMatchObject({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: {
          input: { format: { type: 'audio/pcmu' }, turn_detection: { interrupt_response: true } },
          output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
        },
        tools: [{ name: 'book' }],
      },
    });
    expect(it.requests[0]?.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(it.requests[0]?.headers.authorization).toBe('Bearer sk-secret');
    expect((host.all('expires')[0]?.[0] as number) / 1000).toBeCloseTo(3600, -1);
  });

  test('reports the events of the service to the session', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await openai({ url: it.url }).connect(host, START, wanted()));
    for (const event of REPLY) it.send(event);
    await host.until('replyDone');
    expect(host.events.filter(([name]) => name !== 'expires')).toEqual([
      ['speech', 'start', 120],
      ['speech', 'end', 900],
      ['text', 'caller', '', { final: false, part: 'c1' }],
      ['replyStarted', 'r1'],
      ['audio', 'r1', 'i1', AUDIO],
      ['text', 'bot', 'Good ', { final: false, replyId: 'r1', part: 'i1' }],
      ['text', 'bot', 'Good evening.', { final: true, replyId: 'r1', part: 'i1' }],
      ['toolCall', 't1', 'book', '{"people":2}'],
      ['text', 'caller', 'A table, please.', { final: true, part: 'c1' }],
      ['usage', { input: 7, output: 9 }],
      ['replyDone', 'r1', 'done'],
    ]);
  });

  test("sends audio, truncations, texts, results and requests in the vendor's form", async () => {
    const it = await service();
    const history = [
      { who: 'caller', text: 'Hello' },
      { who: 'bot', text: 'Hi' },
    ] as const;
    const link = closing(
      await openai({ url: it.url }).connect(new ListeningHost(), { ...START, history }, wanted()),
    );
    link.audio(AUDIO);
    link.truncate?.('i1', 671.9);
    link.cancel?.('r1');
    link.text?.('keys: 1', true);
    link.toolResult('t1', { ok: true }, false);
    await it.until(({ item }) => (item as { type?: string })?.type === 'function_call_output');
    expect(it.received.slice(1)).toEqual([
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
      },
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      },
      { type: 'input_audio_buffer.append', audio: 'AQIDBA==' },
      { type: 'conversation.item.truncate', item_id: 'i1', content_index: 0, audio_end_ms: 671 },
      { type: 'response.cancel', response_id: 'r1' },
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'keys: 1' }] },
      },
      { type: 'response.create' },
      {
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: 't1', output: '{"ok":true}' },
      },
    ]);
  });

  test.each([
    [
      { code: 'invalid_api_key', message: 'Incorrect API key provided: sk-abc***xyz' },
      'SERVICE_UNAUTHORIZED',
    ],
    [
      { code: 'invalid_value', param: 'session.audio.output.voice', message: 'No such voice' },
      'SERVICE_REFUSED',
    ],
    [{ code: 'rate_limit_exceeded', message: 'slow down' }, 'SERVICE_LIMITED'],
  ])('refuses to start if the service answers the settings with %o', async (error, code) => {
    const it = await peer(
      (_, send) => send({ type: 'error', event_id: 'e', error: { type: 'invalid_request_error', ...error } }),
      (send) => send({ type: 'session.created', session: {} }),
    );
    const connecting = openai({ apiKey: 'sk-abcdefgh', url: it.url }).connect(
      new ListeningHost(),
      START,
      wanted(),
    );
    const failed = await connecting.catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(RealtimeError);
    expect(failed).toMatchObject({ code });
    expect(String(failed)).not.toContain('sk-');
    if ('param' in error) expect(String(failed)).toContain('session.audio.output.voice');
  });

  test.each([
    [401, 'SERVICE_UNAUTHORIZED', undefined],
    [429, 'SERVICE_LIMITED', 2000],
    [404, 'SERVICE_REFUSED', undefined],
    [503, 'SERVICE_UNREACHABLE', undefined],
  ] as const)('treats HTTP %i instead of the upgrade as %s', async (status, code, retryAfterMs) => {
    const it = await peer(
      () => {},
      () => {},
      (answer) => answer(false, status, { 'Retry-After': '2' }),
    );
    const url = `${it.url}/?token=secret-token`;
    const failed: unknown = await openai({ apiKey: 'k-secret', url })
      .connect(new ListeningHost(), START, wanted())
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code });
    if (retryAfterMs !== undefined) expect(failed).toMatchObject({ retryAfterMs });
    expect(String(failed)).not.toContain('secret');
  });

  test('reports a refused request for a reply with the code after which the session repeats it', async () => {
    const code = 'conversation_already_has_active_response';
    const it = await service((message, send) => {
      if (message['type'] === 'response.create')
        send({
          type: 'error',
          event_id: 'e',
          error: {
            type: 'invalid_request_error',
            code,
            message: 'Conversation already has an active response',
          },
        } satisfies RealtimeServerEvent);
    });
    const host = new ListeningHost();
    const link = closing(await openai({ apiKey: 'k', url: it.url }).connect(host, START, wanted()));
    link.ask?.();
    expect(await host.until('problem')).toMatchObject([{ code: REPLY_IN_PROGRESS, fatal: false }]);
  });

  test('reports caller speech that could not be transcribed as a problem, and the session goes on', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await openai({ apiKey: 'sk-secret', url: it.url }).connect(host, START, wanted()));
    const failed = (error: object) =>
      it.send({
        type: 'conversation.item.input_audio_transcription.failed',
        event_id: 'e',
        item_id: 'c1',
        content_index: 0,
        error,
      } satisfies RealtimeServerEvent);
    failed({ type: 'server_error', code: 'DeploymentNotFound', message: 'no deployment, sk-secret' });
    failed({});
    await host.until('problem', 2);
    const what = 'openai: what the caller said was not transcribed';
    expect(host.all('problem')).toEqual([
      [{ code: 'DeploymentNotFound', message: `${what}: no deployment, ***`, fatal: false }],
      [{ code: 'error', message: `${what}: no reason was given`, fatal: false }],
    ]);
    expect(host.all('closed')).toEqual([]);
  });

  test('fails when nobody listens, when the service closes at once, and when it is given up', async () => {
    const dead = await openai({ url: 'ws://127.0.0.1:9' })
      .connect(new ListeningHost(), START, wanted())
      .catch((thrown: unknown) => thrown);
    expect(dead).toMatchObject({ code: 'SERVICE_UNREACHABLE' });
    const closes = await peer(
      () => {},
      (_, socket) => socket.close(1008, 'no'),
    );
    await expect(
      openai({ url: closes.url }).connect(new ListeningHost(), START, wanted()),
    ).rejects.toMatchObject({
      code: 'SERVICE_REFUSED',
    });
    const silent = await peer(() => {});
    const controller = new AbortController();
    const connecting = openai({ url: silent.url }).connect(new ListeningHost(), START, controller.signal);
    controller.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  });

  test('continues after invalid messages, and reports them once', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await openai({ url: it.url }).connect(host, START, wanted()));
    for (const broken of ['{', '[]', 'null', '3', Buffer.from([0xff, 0xfe]), '""']) it.send(broken);
    for (const type of [undefined, 7, 'no.such.event']) it.send({ type });
    for (const { type } of REPLY) it.send({ type });
    for (const { type } of REPLY)
      it.send({ type, response: 3, delta: {}, item: [], error: 'x', transcript: 9, response_id: 4 });
    it.send({ type: 'error' });
    it.send(REPLY[7] as object);
    await host.until('text', 1);
    while (!host.all('text').some(([, said]) => said === 'A table, please.'))
      await host.until('text', host.all('text').length + 1);
    expect(
      host.all('problem').filter(([problem]) => (problem as { code: string }).code === 'BAD_MESSAGE'),
    ).toHaveLength(1);
    expect(host.all('closed')).toEqual([]);
    expect(host.all('audio')).toEqual([]);
  });

  test('gives a service up that sends nonsense without end, or a message without end', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await openai({ url: it.url }).connect(host, START, wanted()));
    for (let nth = 0; nth < 150; nth++) it.send('nonsense');
    await host.until('closed');
    const huge = await service();
    const other = new ListeningHost();
    closing(await openai({ url: huge.url }).connect(other, START, wanted()));
    huge.send(Buffer.alloc(5 * 1024 * 1024));
    await other.until('closed');
    expect(other.all('audio')).toEqual([]);
  });

  test('tells when the service is gone, with its code', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await openai({ url: it.url }).connect(host, START, wanted()));
    it.sockets[0]?.close(1001, 'session expired');
    expect(await host.until('closed')).toEqual([1001, 'session expired']);
  });

  test('cuts a connection whose closing handshake the service does not answer within 50 ms', async () => {
    const clock = new VirtualClock();
    const it = await service();
    const host = Object.assign(new ListeningHost(), { clock });
    const link = await openai({ url: it.url }).connect(host, START, wanted());
    it.sockets[0]?.pause();
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    link.close();
    await clock.advance(49);
    // The connection is real, unlike the clock: were it cut, that would show within this time.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sockets()).toBe(before);
    await clock.advance(1);
    await vi.waitFor(() => expect(sockets()).toBeLessThan(before), 500);
    expect(clock.pending).toBe(0);
    expect(host.all('closed')).toEqual([]);
  });

  test('leaves no timer behind when the service answers the closing handshake', async () => {
    const clock = new VirtualClock();
    const it = await service();
    const host = Object.assign(new ListeningHost(), { clock });
    const link = await openai({ url: it.url }).connect(host, START, wanted());
    const closed = new Promise((resolve) => it.sockets[0]?.once('close', resolve));
    link.close();
    expect(await closed).toBe(1000);
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  test('speaks to the peer as the official client does', async () => {
    const it = await service();
    const client = new OpenAI({ apiKey: 'sk-official', baseURL: `http://127.0.0.1:${it.port}/v1` });
    const rt = new OpenAIRealtimeWS(
      {
        model: 'gpt-realtime',
        options: { createConnection: () => netConnect(it.port, '127.0.0.1') } as never,
      },
      client,
    );
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      rt.on('error', reject);
      rt.on('session.created', () => {
        rt.send({
          type: 'session.update',
          session: { type: 'realtime', audio: { output: { format: { type: 'audio/pcmu' } } } },
        });
      });
      rt.on('session.updated', () => {
        for (const event of REPLY) it.send(event);
      });
      rt.on('event', (event) => seen.push(event.type));
      rt.on('response.done', () => resolve());
    });
    expect(seen.slice(2)).toEqual(REPLY.map(({ type }) => type));
    expect(it.requests[0]?.headers.authorization).toBe('Bearer sk-official');
    expect(it.requests[0]?.url).toContain('/realtime?model=gpt-realtime');
    rt.close();
  });

  test('refuses options that cannot be used, and never shows the key', () => {
    expect(() => openai({ apiKey: undefined })).toThrow(/apiKey is missing.*OPENAI_API_KEY/);
    expect(() => openai({ apiKey: ' ' })).toThrow(/apiKey is empty/);
    expect(() => openai({ apiKey: 'k', url: 'ftp://x' })).toThrow(/ftp:/);
    expect(() => openai({ apiKey: 'k', url: 'no url sk-secret' })).toThrow(/url is not a valid URL/);
    expect(() => openai({ apiKey: 'k', mdoel: 'x' } as never)).toThrow(/did you mean `model`/);
    expect(openai({ apiKey: 'k' }).input).toEqual(PCMU_8K);
  });
});
