import { describe, expect, test } from 'vitest';
import { deepgram } from '../src/deepgram/index.js';
import { elevenlabs } from '../src/elevenlabs/index.js';
import { gemini } from '../src/gemini/index.js';
import type { RealtimeService } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import { voiceLive } from '../src/voice-live/index.js';
import { redactKeys } from '../src/wire/wire-error.js';
import { bridged, finish, ready } from './bridged.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';
import { VENDORS } from './vendors.js';

const KEY = 'aPrivate/key+of~30-characters=';
const SPELLINGS = [
  KEY,
  encodeURIComponent(KEY),
  Buffer.from(KEY).toString('base64'),
  Buffer.from(KEY).toString('base64url'),
];
/** Each spelling, and the key where a limit of characters would cut it. */
const LEAKS = [...SPELLINGS, `${'x'.repeat(45)}${KEY}`, `${'x'.repeat(70)}${KEY}`];

const SERVICES: Readonly<Record<string, (url: string) => RealtimeService>> = {
  openai: (url) => openai({ apiKey: KEY, url }),
  'voice-live': (url) => voiceLive({ apiKey: KEY, endpoint: url }),
  deepgram: (url) => deepgram({ apiKey: KEY, url }),
  elevenlabs: (url) => elevenlabs({ agentId: 'a1', apiKey: KEY, url }),
  gemini: (url) => gemini({ apiKey: KEY, url }),
};

/** What each service may say about an error, with `leak` in each string. */
const errorsWith = (leak: string) => ({
  openai: [
    { type: 'error', error: { type: leak, code: leak, message: leak, param: leak } },
    { type: 'error', error: { type: leak } },
    {
      type: 'response.done',
      response: { status: 'failed', status_details: { error: { code: leak, message: leak } } },
    },
    { type: 'conversation.item.input_audio_transcription.failed', error: { code: leak, message: leak } },
  ],
  deepgram: [
    { type: 'Warning', code: leak, description: leak },
    { type: 'InjectionRefused', message: leak },
    { type: 'Error', code: leak, description: leak },
  ],
  elevenlabs: [
    { type: 'error', error_event: { error_type: leak, message: leak, reason: leak } },
    { type: 'error', error_event: { error_type: leak } },
    {
      type: 'conversation_initiation_metadata',
      conversation_initiation_metadata_event: {
        user_input_audio_format: leak,
        agent_output_audio_format: leak,
      },
    },
  ],
  gemini: [{ error: { code: leak, message: leak } }],
});

const errorsOf = (service: string, leak: string): readonly object[] =>
  Object.entries(errorsWith(leak)).find(
    ([name]) => name === (service === 'voice-live' ? 'openai' : service),
  )?.[1] ?? [];

function expectNoKey(reported: string): void {
  for (const spelling of SPELLINGS) expect(reported).not.toContain(spelling.slice(0, 8));
}

describe.each(VENDORS)('an error of $name that repeats the API key', (vendor) => {
  const service = SERVICES[vendor.name];
  if (!service) throw new Error(`no service is called ${vendor.name}`);

  test('is reported without it while the session runs, whatever field it is in', async () => {
    for (const leak of LEAKS) {
      for (const error of errorsOf(vendor.name, leak)) {
        const it = await peer(vendor.accept, vendor.greet ?? (() => {}));
        const host = new ListeningHost();
        closing(await service(it.url).connect(host, START, wanted()));
        it.send(error);
        it.sockets[0]?.close(4000, leak);
        await host.until('closed');
        expectNoKey(JSON.stringify(host.events));
      }
    }
  });

  test('refuses the session without it', async () => {
    for (const leak of LEAKS) {
      for (const error of errorsOf(vendor.name, leak)) {
        const it = await peer(
          () => {},
          (send, socket) => {
            send(error);
            socket.close(4000, leak);
          },
        );
        const refused: unknown = await service(it.url)
          .connect(new ListeningHost(), START, wanted())
          .catch((thrown: unknown) => thrown);
        expect(refused).toBeInstanceOf(Error);
        expectNoKey(String(refused));
      }
    }
  });
});

test('a key of less than four characters, such as none, is not looked for', () => {
  expect(redactKeys('no key', ['', 'no'])).toBe('no key');
});

test('a code of a service that is no word is counted as other', async () => {
  const counted: string[] = [];
  const metrics = {
    count: (name: string, _: number, { code }: Readonly<Record<string, string>>) => {
      if (name === 'service_errors_total') counted.push(code ?? '');
    },
    observe() {},
  };
  const it = bridged({ metrics });
  await ready(it);
  for (const code of ['rate_limit_exceeded', 'DeploymentNotFound', '***', 'request 7', '', 'req_81']) {
    it.service.link.host.problem({ code, message: 'no', fatal: false });
  }
  expect(counted).toEqual(['rate_limit_exceeded', 'DeploymentNotFound', 'other', 'other', 'other', 'other']);
  it.call.hangup();
  await finish(it);
});
