import { describe, expect, test } from 'vitest';
import { openai } from '../src/openai/index.js';
import { closing, ListeningHost, type Peer, peer, START, wanted } from './peer.js';

type Json = Record<string, unknown>;

const AUDIO = Buffer.from([1, 2, 3, 4]);
const delta = AUDIO.toString('base64');

/** A server that answers the settings and sends no greeting. */
function quietServer(): Promise<Peer> {
  return peer((message, send) => {
    if (message['type'] === 'session.update') send({ type: 'session.updated' });
  });
}

async function connected(it: Peer): Promise<ListeningHost> {
  const host = new ListeningHost();
  closing(await openai({ url: it.url }).connect(host, START, wanted()));
  return host;
}

/** The events that the adapter reports for a script, up to the `count`th `until`. */
async function eventsOf(script: readonly Json[], until = 'replyDone', count = 1): Promise<ListeningHost> {
  const it = await quietServer();
  const host = await connected(it);
  for (const event of script) it.send(event);
  await host.until(until, count);
  return host;
}

describe('a server of the Realtime protocol', () => {
  test('that needs no key is quoted as it speaks, also where it says "none"', async () => {
    const words = 'The model is nonexistent: none is loaded';
    const it = await peer((_, send) =>
      send({ type: 'error', error: { type: 'invalid_request_error', code: 'none_loaded', message: words } }),
    );
    await expect(openai({ url: it.url }).connect(new ListeningHost(), START, wanted())).rejects.toThrow(
      words,
    );
    expect(it.requests[0]?.headers['authorization']).toBeUndefined();
  });

  test.each([
    ['', '/realtime?model=gpt-realtime'],
    ['/', '/realtime?model=gpt-realtime'],
    ['/v1', '/v1/realtime?model=gpt-realtime'],
    ['/v1/', '/v1/realtime?model=gpt-realtime'],
    ['/v1//', '/v1/realtime?model=gpt-realtime'],
    ['/v1/realtime', '/v1/realtime?model=gpt-realtime'],
    ['/v1/realtime/', '/v1/realtime?model=gpt-realtime'],
    ['/v1?tenant=7', '/v1/realtime?tenant=7&model=gpt-realtime'],
    ['/v1/?tenant=7', '/v1/realtime?tenant=7&model=gpt-realtime'],
    ['/v1?model=other', '/v1/realtime?model=other'],
    ['/v1#part', '/v1/realtime?model=gpt-realtime'],
    ['/realtime-gateway', '/realtime-gateway/realtime?model=gpt-realtime'],
  ])('is dialled at the base %j with /realtime appended once', async (base, path) => {
    for (const protocol of ['ws:', 'http:']) {
      const it = await quietServer();
      const url = `${it.url.replace('ws:', protocol)}${base}`;
      closing(await openai({ url }).connect(new ListeningHost(), START, wanted()));
      expect(it.requests[0]?.url).toBe(path);
    }
  });

  test.each([
    ['GA', 'response.output_audio', 'response.output_audio_transcript'],
    ['beta', 'response.audio', 'response.audio_transcript'],
  ])('is understood with the %s names of its events', async (_, audio, transcript) => {
    const of = { response_id: 'r1', item_id: 'i1', output_index: 0, content_index: 0 };
    const host = await eventsOf([
      { type: 'response.created', response: { id: 'r1' } },
      { type: `${audio}.delta`, ...of, delta },
      { type: `${transcript}.delta`, ...of, delta: 'Good ' },
      { type: `${audio}.done`, ...of },
      { type: `${transcript}.done`, ...of, transcript: 'Good evening.' },
      { type: 'response.done', response: { id: 'r1', status: 'completed', output: [] } },
    ]);
    expect(host.all('audio')).toEqual([['r1', 'i1', AUDIO]]);
    expect(host.all('text')).toEqual([
      ['bot', 'Good ', { final: false, replyId: 'r1', part: 'i1' }],
      ['bot', 'Good evening.', { final: true, replyId: 'r1', part: 'i1' }],
    ]);
    expect(host.all('replyDone')).toEqual([['r1', 'done']]);
  });

  test('is understood when its events do not name their response', async () => {
    const reply = [
      { type: 'response.created' },
      { type: 'response.output_audio.delta', delta },
      { type: 'response.done' },
    ];
    const host = await eventsOf([...reply, ...reply], 'replyDone', 2);
    const [[first], [second]] = host.all('replyDone') as [[string], [string]];
    expect(first).not.toBe(second);
    expect(host.all('replyStarted')).toEqual([[first], [second]]);
    expect(host.all('audio').map(([id]) => id)).toEqual([first, second]);
  });

  const item = { type: 'function_call', id: 'item-1', call_id: 't1', name: 'book' };
  const added = { type: 'response.output_item.added', response_id: 'r1', item: { ...item, arguments: '' } };
  const pieces = ['{"peo', 'ple"', ':2}'].map((piece) => ({
    type: 'response.function_call_arguments.delta',
    response_id: 'r1',
    item_id: 'item-1',
    call_id: 't1',
    delta: piece,
  }));
  const written = { type: 'response.function_call_arguments.done', item_id: 'item-1', call_id: 't1' };
  const whole = { ...item, arguments: '{"people":2}', status: 'completed' };
  const done = { type: 'response.done', response: { id: 'r1', status: 'completed', output: [] } };

  test.each<[string, readonly Json[]]>([
    ['as an item', [{ type: 'response.output_item.done', item: whole }, done]],
    ['with the response', [{ ...done, response: { ...done.response, output: [whole] } }]],
    ['by the last of its arguments', [added, { ...written, arguments: '{"people":2}' }, done]],
    [
      'by the last of its arguments, with its name',
      [{ ...written, name: 'book', arguments: '{"people":2}' }, done],
    ],
    ['in pieces', [added, ...pieces, written, done]],
    ['in pieces alone', [added, ...pieces, done]],
    [
      'in pieces and as an item without them',
      [added, ...pieces, { type: 'response.output_item.done', item }, done],
    ],
    [
      'in every way at once',
      [
        added,
        ...pieces,
        { ...written, arguments: '{"people":2}' },
        { type: 'response.output_item.done', item: whole },
        { ...done, response: { ...done.response, output: [whole] } },
      ],
    ],
  ])('may report a function call %s', async (_, script) => {
    const host = await eventsOf([{ type: 'response.created', response: { id: 'r1' } }, ...script]);
    const calls = host.all('toolCall');
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(call).toEqual(['t1', 'book', '{"people":2}']);
  });

  test('cannot cause a function call without an id, which could not be answered', async () => {
    const nameless = { type: 'function_call', name: 'book', arguments: '{}', status: 'completed' };
    const host = await eventsOf([
      { type: 'response.output_item.done', item: nameless },
      { type: 'response.function_call_arguments.done', name: 'book', arguments: '{}' },
      { ...done, response: { ...done.response, output: [nameless] } },
    ]);
    expect(host.all('toolCall')).toEqual([]);
  });

  test('cannot cause a function call that its cancelled response cut off', async () => {
    const cut = { ...item, arguments: '{"peo', status: 'incomplete' };
    const host = await eventsOf(
      [
        added,
        pieces[0] as Json,
        { ...written, arguments: '{"peo' },
        { type: 'response.output_item.done', item: cut },
        { type: 'response.done', response: { id: 'r1', status: 'cancelled', output: [cut] } },
        added,
        { ...pieces[0], item_id: 'item-2', call_id: 't2' } as Json,
        { type: 'response.done', response: { id: 'r2', status: 'cancelled', output: [] } },
      ],
      'replyDone',
      2,
    );
    expect(host.all('toolCall')).toEqual([]);
  });

  test.each([
    ['rate_limit_exceeded', undefined],
    ['response_cancel_not_active', undefined],
    [undefined, 'server_error'],
    [undefined, undefined],
  ])('may continue after an error event with code %s and type %s', async (code, type) => {
    const it = await quietServer();
    const host = await connected(it);
    it.send({ type: 'error', error: { code, type, message: 'no' } });
    it.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    await host.until('replyDone');
    expect(host.all('problem')).toEqual([[expect.objectContaining({ fatal: false })]]);
  });

  test.each([
    ['insufficient_quota', 'SERVICE_LIMITED'],
    ['session_expired', 'SESSION_EXPIRED'],
  ])('ends the session with the code %s, of an error event and of a reply', async (code, reported) => {
    const it = await quietServer();
    const host = await connected(it);
    const error = { code, type: 'tokens', message: 'no' };
    it.send({ type: 'error', error });
    await host.until('problem');
    const details = { type: 'failed', error };
    it.send({ type: 'response.done', response: { id: 'r1', status: 'failed', status_details: details } });
    await host.until('replyDone');
    const problem = { code: reported, message: 'openai: no', fatal: true };
    expect(host.all('problem')).toEqual([[problem]]);
    expect(host.all('replyDone')).toEqual([['r1', 'failed', problem]]);
  });

  test.each([
    ['Rate limit reached. Please try again in 1.2s.', 1200],
    ['Please try again in 250ms. Visit the limits page.', 250],
    ['Please try again in 6m0s.', 360_000],
    ['Please try again in 500 milliseconds.', 500],
    ['Please retry after 20 seconds.', 20_000],
    ['Try again in 1 minute.', 60_000],
    ['Slow down, please.', undefined],
    ['Try again in a moment.', undefined],
  ])('names the wait in the words of a limit: %s', async (message, retryAfterMs) => {
    const error = { code: 'rate_limit_exceeded', message };
    const failed = { id: 'r1', status: 'failed', status_details: { error } };
    const host = await eventsOf([{ type: 'response.done', response: failed }]);
    const [[, , problem] = []] = host.all('replyDone');
    expect(problem).toMatchObject({ fatal: false });
    expect(Object(problem).retryAfterMs).toBe(retryAfterMs);
  });

  test.each([
    [{ code: 'invalid_value' }, 'SERVICE_REFUSED'],
    [{ type: 'server_error' }, 'SERVICE_UNREACHABLE'],
    [{ code: 'insufficient_quota' }, 'SERVICE_LIMITED'],
    [{}, 'SERVICE_REFUSED'],
  ])('that answers the settings with the error %o causes the refusal %s', async (error, code) => {
    const it = await peer((_, send) => send({ type: 'error', error }));
    await expect(openai({ url: it.url }).connect(new ListeningHost(), START, wanted())).rejects.toMatchObject(
      {
        code,
      },
    );
  });

  test.each([1000, 1001, 1008, 1011, 1012, 4000])('ends with the reported close code %i', async (code) => {
    const it = await quietServer();
    const host = await connected(it);
    it.sockets[0]?.close(code, 'over');
    expect(await host.until('closed')).toEqual([code, 'over']);
  });
});
