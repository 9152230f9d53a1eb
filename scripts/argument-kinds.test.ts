import * as audio from '@hookline/audio';
import * as resample from '@hookline/audio/resample';
import * as bots from '@hookline/bots';
import * as client from '@hookline/client';
import * as conformance from '@hookline/conformance';
import * as load from '@hookline/load';
import * as protocol from '@hookline/protocol';
import * as light from '@hookline/protocol/light';
import * as signature from '@hookline/protocol/signature';
import * as realtime from '@hookline/realtime';
import * as deepgram from '@hookline/realtime/deepgram';
import * as elevenlabs from '@hookline/realtime/elevenlabs';
import * as gemini from '@hookline/realtime/gemini';
import * as openai from '@hookline/realtime/openai';
import * as voiceLive from '@hookline/realtime/voice-live';
import * as runtime from '@hookline/runtime';
import * as scenario from '@hookline/scenario';
import * as server from '@hookline/server';
import * as otel from '@hookline/server/otel';
import * as redis from '@hookline/server/redis';
import * as serverTesting from '@hookline/server/testing';
import * as testing from '@hookline/testing';
import * as trace from '@hookline/trace';
import * as ladder from '@hookline/trace/ladder';
import * as node from '@hookline/trace/node';
import * as vad from '@hookline/vad';
import { describe, expect, it } from 'vitest';

/** Each public entry, and its functions that cannot be called with any argument, with the reason. */
const ENTRIES: Readonly<Record<string, readonly [exports: object, left?: Readonly<Record<string, string>>]>> =
  {
    '@hookline/runtime': [
      runtime,
      {
        checkArgument: 'its first argument is the code of the error',
        choiceFault: 'its arguments are texts of the caller, except the value, which may be anything',
        quote: 'makes a text of a peer safe to print, and gets nothing else',
        runUserCode: 'calls what it is given for each frame, and hands on what is thrown',
      },
    ],
    '@hookline/protocol': [protocol],
    '@hookline/protocol/light': [light],
    '@hookline/protocol/signature': [signature],
    '@hookline/audio': [audio],
    '@hookline/audio/resample': [resample],
    '@hookline/vad': [vad],
    '@hookline/trace': [trace],
    '@hookline/trace/ladder': [ladder],
    '@hookline/trace/node': [node],
    '@hookline/client': [client],
    '@hookline/server': [server],
    '@hookline/server/otel': [otel, { instrument: 'listens to the calls of the process' }],
    '@hookline/server/redis': [redis],
    '@hookline/server/testing': [serverTesting],
    '@hookline/bots': [bots],
    '@hookline/realtime': [realtime],
    '@hookline/realtime/openai': [openai],
    '@hookline/realtime/voice-live': [voiceLive],
    '@hookline/realtime/deepgram': [deepgram],
    '@hookline/realtime/elevenlabs': [elevenlabs],
    '@hookline/realtime/gemini': [gemini],
    '@hookline/scenario': [
      scenario,
      {
        awaitExpectation: 'takes a call that openTestCall made',
        performAction: 'takes a call that openTestCall made',
      },
    ],
    '@hookline/testing': [testing],
    '@hookline/conformance': [conformance, { serveFault: 'starts a server' }],
    '@hookline/load': [load, { runLoadWorker: 'runs in a process of its own' }],
  };

/** Arguments that untyped code passes by mistake. */
const INVALID_ARGUMENTS = [null, 5, 'x', {}];

const FUNCTIONS = Object.entries(ENTRIES).flatMap(([entry, [exports, excluded = {}]]) =>
  Object.entries(exports)
    .filter(([name, value]) => typeof value === 'function' && !isClass(value) && !(name in excluded))
    .flatMap(([name, use]) =>
      INVALID_ARGUMENTS.map((junk) => ({ entry, name, use, junk, shown: JSON.stringify(junk) })),
    ),
);

describe('an argument of the wrong type causes a Hookline error or is ignored, in', () => {
  it.each(FUNCTIONS)('$entry $name($shown)', async ({ use, junk }) => {
    const thrown = await misbehaviourOf(() => use(junk));
    if (thrown === undefined) return;
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ code: expect.stringMatching(/^(?!ERR_)[A-Z]+(_[A-Z]+)+$/) });
    expect(String(thrown)).not.toMatch(/Cannot read|is not a function|is not iterable|Cannot destructure/);
  });

  it('functions whose error message the documentation shows', async () => {
    const usage = { isUsage: true };
    const js = (value: unknown) => value as never;
    expect(await misbehaviourOf(() => audio.readWav(js(null)))).toMatchObject({
      ...usage,
      message: 'readWav: bytes is null; expected a Uint8Array.',
    });
    expect(await misbehaviourOf(() => realtime.startRealtime(js(null), js(null)))).toMatchObject(usage);
    expect(await misbehaviourOf(() => testing.linkedCall(js(null)))).toMatchObject(usage);
    expect(await misbehaviourOf(() => protocol.createRedactor(js(5)))).toMatchObject(usage);
  });
});

/** What a call throws or rejects with; undefined if it does neither, also for a pending promise. */
async function misbehaviourOf(use: () => unknown): Promise<unknown> {
  try {
    const result = use();
    if (result instanceof Promise) {
      result.catch(() => {});
      await Promise.race([result, new Promise((resolve) => setImmediate(resolve))]);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

function isClass(value: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
