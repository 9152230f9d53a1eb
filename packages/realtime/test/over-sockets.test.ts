import { callAudioConnector, defineIntegration, toneCaller } from '@hookline/client';
import { createBot } from '@hookline/server';
import { expect, onTestFinished, test } from 'vitest';
import { endCall, realtime } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import { CallRecorder } from './bridged.js';
import { peer } from './peer.js';

test('carries a call over sockets from the caller to the service and back, and its outputs to the flow', async () => {
  const reply = Buffer.from(Uint8Array.from({ length: 8000 }, (_, at) => (at * 7) & 0xff));
  let frames = 0;
  const service = await peer(
    (message, send) => {
      if (message['type'] === 'session.update') send({ type: 'session.updated', session: {} });
      if (message['type'] === 'response.create') {
        send({ type: 'response.created', response: { id: 'r1' } });
        for (let at = 0; at < reply.length; at += 1600) {
          send({
            type: 'response.output_audio.delta',
            response_id: 'r1',
            item_id: 'i1',
            delta: reply.subarray(at, at + 1600).toString('base64'),
          });
        }
      }
      // The goodbye, after some caller audio has arrived.
      if (message['type'] !== 'input_audio_buffer.append' || ++frames !== 5) return;
      const call = {
        type: 'function_call',
        call_id: 't1',
        name: 'end_call',
        arguments: '{"reservation":"R-7"}',
      };
      send({ type: 'response.output_item.done', response_id: 'r1', item: { ...call, status: 'completed' } });
      send({ type: 'response.done', response: { id: 'r1', status: 'completed', output: [call] } });
    },
    (send) => send({ type: 'session.created', session: {} }),
  );
  const secret = Buffer.from('a client secret for this test only').toString('base64');
  const bot = createBot({ auth: { key: secret } }, (call) =>
    realtime(call, openai({ apiKey: 'sk-test', url: service.url }), {
      tools: { end_call: endCall({ outputs: { reservation: 'the id' } }) },
    }),
  );
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  const recorder = new CallRecorder();
  const call = callAudioConnector({
    integration: defineIntegration({ baseConnectionUri: listening.url, apiKey: 'key', clientSecret: secret }),
    caller: toneCaller({ durationMs: 5000 }),
    sink: recorder as never,
  });
  expect(await call.result).toMatchObject({ path: 'success', outputs: { reservation: 'R-7' } });
  const heard = Buffer.concat(recorder.heardPieces.map(({ bytes }) => bytes));
  expect(heard.equals(reply)).toBe(true);
  const sent = Buffer.concat(recorder.sent);
  const got = Buffer.concat(
    service.received
      .filter(({ type }) => type === 'input_audio_buffer.append')
      .map(({ audio }) => Buffer.from(String(audio), 'base64')),
  );
  expect(got.length).toBeGreaterThan(0);
  expect(sent.subarray(0, got.length).equals(got)).toBe(true);
  await call.closed;
});
