import { demoSpeech, echo, parrot, quiet } from '@hookline/bots';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { afterAll, describe, expect, test } from 'vitest';
import { expectNoSockets } from './finish-call.js';
import { Recording } from './recording.js';
import { expectRepeatedSpeech } from './repeated-speech.js';
import { expectSameBytes } from './same-bytes.js';
import { serve } from './serve-bot.js';
import { spoken } from './signals.js';

const [hello] = demoSpeech().map(spoken);

afterAll(expectNoSockets);

describe.concurrent('over a real signed WebSocket', () => {
  test('the parrot repeats the speech of the caller, and completes', { timeout: 60_000 }, async (context) => {
    const served = await serve(context, parrot());
    const recording = new Recording();
    const call = served.call({ caller: [hello!.data], sink: recording });
    expect(await call.result).toMatchObject({
      path: 'success',
      outputs: { utterances: '1' },
      underruns: 0,
      cutMs: 0,
      warnings: [],
    });
    await call.closed;
    expectRepeatedSpeech(recording, hello!.samples);
    expect(served.bot.sessions).toBe(0);
  });

  test('echo sends every frame back byte for byte', async (context) => {
    const served = await serve(context, echo());
    const recording = new Recording();
    const call = served.call({ caller: [hello!.data], sink: recording });
    await new Promise((resolve) => call.on('callerDone', resolve));
    await call.sendDtmf('#');
    expect(await call.result).toMatchObject({ path: 'success', warnings: [] });
    await call.closed;
    expect(recording.frames.in.length).toBeGreaterThanOrEqual(10);
    for (const [index, frame] of recording.frames.in.entries()) {
      expectSameBytes(frame.bytes, recording.frames.out[index]!.bytes);
    }
  });

  test('quiet lets the caller hang up', async (context) => {
    const served = await serve(context, quiet());
    const call = served.call();
    call.on('state', (state) => {
      if (state === 'open') call.hangup();
    });
    expect(await call.result).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    await call.closed;
  });

  test('a handler that throws fails its call', async (context) => {
    const served = await serve(context, () => {
      throw new Error('broken');
    });
    const call = served.call();
    expect(await call.result).toMatchObject({ path: 'failure', cause: 'bot-error' });
    await call.closed;
  });

  test('a wrong secret is unauthorized', async (context) => {
    const served = await serve(context, quiet(), { integration: { clientSecret: 'd3Jvbmcgc2VjcmV0' } });
    const call = served.call();
    expect(await call.result).toMatchObject({ path: 'failure', cause: 'unauthorized', status: 401 });
    await call.closed;
  });

  test('an unknown key and an unsigned request are unauthorized', async (context) => {
    const served = await serve(context, quiet(), { integration: { apiKey: 'unknown', clientSecret: null } });
    const call = served.call();
    expect(await call.result).toMatchObject({ path: 'failure', cause: 'unauthorized', status: 401 });
    await call.closed;
  });

  test('a closed port is refused', async (context) => {
    const served = await serve(context, quiet());
    await served.listening.close();
    const call = served.call();
    expect(await call.result).toMatchObject({ path: 'failure', cause: 'refused' });
    await call.closed;
  });

  test('a host without an address has cause dns', async () => {
    const integration = defineIntegration({
      baseConnectionUri: 'wss://nowhere.invalid/bot',
      apiKey: 'k',
    });
    const call = callAudioConnector({ integration });
    expect(await call.result).toMatchObject({ path: 'failure', cause: 'dns' });
    await call.closed;
  });

  test('the probe finds no problem', async (context) => {
    const served = await serve(context, quiet());
    expect(await served.integration.probe()).toMatchObject({ ok: true, problems: [] });
  });

  test('a signal ends the call', async (context) => {
    const served = await serve(context, quiet());
    const controller = new AbortController();
    const call = served.call({ signal: controller.signal });
    call.on('state', (state) => {
      if (state === 'open') controller.abort();
    });
    expect(await call.result).toMatchObject({ path: 'disconnected', reason: 'aborted' });
    await call.closed;
  });

  test('a draining bot lets its calls end and accepts no new ones', async (context) => {
    const served = await serve(context, echo());
    const call = served.call();
    await new Promise<void>((resolve) => {
      call.on('state', (state) => {
        if (state === 'open') resolve();
      });
    });
    const drained = served.bot.drain({ timeoutMs: 5000 });
    const late = served.call();
    expect(await late.result).toMatchObject({ path: 'failure', cause: 'http-status', status: 503 });
    await call.sendDtmf('#');
    expect(await call.result).toMatchObject({ path: 'success' });
    await drained;
    expect(served.bot.sessions).toBe(0);
  });
});
