import type { CallAudioConnectorOptions, CallResult } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import type { BotOptions } from '@hookline/server';
import { type LinkedCall, linkedCall } from '@hookline/testing';
import { expect } from 'vitest';
import type { RealtimeOptions, RealtimeService, RealtimeSession } from '../src/index.js';
import { startRealtime } from '../src/index.js';
import { type ScriptedOptions, type ScriptedService, scripted } from '../src/testing/index.js';

/** Records the messages and the heard audio of the client. */
export class CallRecorder implements WireSink {
  readonly messages: { readonly dir: string; readonly t: number; readonly text: string }[] = [];
  readonly heardPieces: { readonly t: number; readonly bytes: Uint8Array }[] = [];
  readonly sent: Uint8Array[] = [];
  readonly #samples = new Uint32Array(256);

  readonly event = (event: { kind: string; dir?: string; t?: number; text?: string }): void => {
    if (event.kind === 'message') {
      this.messages.push({ dir: event.dir ?? '', t: event.t ?? 0, text: event.text ?? '' });
    }
  };
  readonly audio = (dir: string, _t: number, bytes: Uint8Array): void => {
    if (dir === 'out') this.sent.push(Uint8Array.from(bytes));
  };
  readonly heard = (t: number, bytes: Uint8Array): void => {
    this.heardPieces.push({ t, bytes: Uint8Array.from(bytes) });
    for (const byte of bytes) this.#samples[byte] = (this.#samples[byte] ?? 0) + 1;
  };

  /** Milliseconds of heard audio that consists of this byte. */
  heardMs(byte: number): number {
    return (this.#samples[byte] ?? 0) / 8;
  }

  /** The number of entities of a type that the bot sent. */
  entities(type: string): number {
    return this.messages.filter(({ dir, text }) => dir === 'in' && text.includes(`"type":"${type}"`)).length;
  }

  /** The texts of the turns that the bot reported. */
  get turns(): string[] {
    return this.messages
      .filter(({ dir, text }) => dir === 'in' && text.includes('bot_turn_response'))
      .map(({ text }) => JSON.parse(text).parameters.entities[0].data.text ?? '');
  }
}

export interface Bridged extends LinkedCall {
  readonly service: ScriptedService;
  readonly recorder: CallRecorder;
  /** The session of the call. @throws Error before the handler was called */
  readonly session: RealtimeSession;
}

/** A caller, the real client and server, and a session on a scripted service, all on one virtual clock. */
export function bridged(
  options: RealtimeOptions = {},
  about: {
    readonly latencyMs?: number;
    readonly service?: ScriptedOptions;
    readonly on?: RealtimeService;
    readonly call?: Partial<CallAudioConnectorOptions>;
    readonly bot?: Partial<BotOptions>;
    /** Runs the handler. */
    readonly around?: <T>(run: () => T) => T;
  } = {},
): Bridged {
  const clock = new VirtualClock();
  const service = scripted(about.service);
  const recorder = new CallRecorder();
  let session: RealtimeSession | undefined;
  const linked = linkedCall(
    () => (call) => {
      const start = () => startRealtime(call, about.on ?? service, { clock, greeting: 'caller', ...options });
      session = about.around ? about.around(start) : start();
      return session.result;
    },
    {
      clock,
      latencyMs: about.latencyMs ?? 0,
      call: { sink: recorder as never, ...about.call },
      ...(about.bot ? { bot: about.bot } : {}),
    },
  );
  return {
    ...linked,
    service,
    recorder,
    get session() {
      if (!session) throw new Error('the handler was not called');
      return session;
    },
  };
}

/** Runs until the service has a session. */
export async function ready(it: Bridged): Promise<void> {
  await it.clock.advanceUntil(() => it.service.links.length > 0 && it.session.state !== 'connecting');
}

/** Ends the call and expects that no timers or sessions remain. */
export async function finish(it: Bridged): Promise<CallResult> {
  const result = await it.clock.run(it.call.result);
  await it.clock.run(it.call.closed);
  await it.clock.advanceUntil(() => it.bot.sessions === 0, 20_000);
  await it.clock.settle();
  expect(it.clock.pending, 'timers left').toBe(0);
  expect(
    it.service.links.every(({ closed }) => closed),
    'sessions left',
  ).toBe(true);
  expect(it.session.state).toBe('closed');
  return result;
}

/** The calls of one type that the service received. */
export function serviceCalls<Type extends ScriptedService['link']['calls'][number]['type']>(it: Bridged, type: Type) {
  return it.service.link.calls.filter(
    (call): call is Extract<typeof call, { type: Type }> => call.type === type,
  );
}
