import { expect, test } from 'vitest';
import { deepgram } from '../src/deepgram/index.js';
import { elevenlabs } from '../src/elevenlabs/index.js';
import { gemini } from '../src/gemini/index.js';
import type { RealtimeService } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import { voiceLive } from '../src/voice-live/index.js';
import { ListeningHost, peer, START, wanted } from './peer.js';

const KEY = 'a-private-key';
const circular: Record<string, unknown> = {};
circular['self'] = circular;

/** Services with settings that cannot be written as JSON. */
const SERVICES: Readonly<Record<string, (url: string, bad: never) => RealtimeService>> = {
  openai: (url, bad) => openai({ apiKey: KEY, url, session: bad }),
  voiceLive: (url, bad) => voiceLive({ apiKey: KEY, endpoint: url, session: bad }),
  deepgram: (url, bad) => deepgram({ apiKey: KEY, url, think: bad }),
  elevenlabs: (url, bad) => elevenlabs({ agentId: 'a1', apiKey: KEY, url, variables: bad }),
  gemini: (url, bad) => gemini({ apiKey: KEY, url, voice: bad }),
};

const BAD: Readonly<Record<string, unknown>> = {
  'a BigInt': { seed: 1n },
  'a reference to itself': circular,
  'an object whose toJSON throws': {
    it: {
      toJSON() {
        throw new Error(`the key ${KEY}`);
      },
    },
  },
};

test.each(
  Object.entries(SERVICES).flatMap(([name, service]) =>
    Object.entries(BAD).map(([what, bad]) => ({ name, service, what, bad })),
  ),
)(
  'settings of $name with $what are refused at once, and not blamed on the service',
  async ({ name, service, bad }) => {
    const it = await peer(
      () => {},
      (send) => send({ type: 'Welcome', request_id: 'r' }),
    );
    const host = new ListeningHost();
    const error = await service(it.url, bad as never)
      .connect(host, START, wanted())
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'REALTIME_BAD_OPTION',
      message: expect.stringMatching(
        new RegExp(`^${name}: the settings of the session cannot be written as JSON: `),
      ),
    });
    expect(String(error)).not.toContain(KEY);
    expect(it.received).toEqual([]);
  },
);
